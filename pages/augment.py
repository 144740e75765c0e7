"""Augment: what the transforms of torchvision make of the person's own images."""

from playground import ui
from playground.ui.augment.views import augment_views
from playground.ui.images.image_upload import choose_images_and_one
from playground.ui.trace import wait_for_torch
from playground.ui.warm_up import torch_is_ready

ui.page("Augment")

images, chosen = choose_images_and_one("augment")
if chosen and torch_is_ready():
    augment_views(images, chosen)
elif chosen:
    wait_for_torch("the transforms")
