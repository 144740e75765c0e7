"""The images of the Augment page: those that a person gives or takes, and the one that is looked at."""

from __future__ import annotations

import streamlit as st

from playground.ui.chosen_image import ChosenImage
from playground.ui.image_upload import choose_images


def choose_augmented() -> tuple[list[ChosenImage], ChosenImage | None]:
    """Draw the choice; all images, and the one to look at."""
    images = choose_images("augment")
    return images, _choose_one(images)


def _choose_one(images: list[ChosenImage]) -> ChosenImage | None:
    if len(images) < 2:
        return next(iter(images), None)
    by_name = {image.name: image for image in images}
    # Another first image makes another widget: a new image is shown when it comes.
    key = f"augment_shown_{hash(images[0].choice)}"
    return by_name[st.selectbox("Image", list(by_name), key=key, width=320)]
