"""Pixels: an image as numbers, in OpenCV and in tensors, and what OpenCV makes of it."""

from playground import ui
from playground.ui.images.image_upload import choose_one_image
from playground.ui.pixels.views import pixels_views

ui.page("Pixels")

chosen = choose_one_image("pixels")
if chosen:
    pixels_views(chosen)
