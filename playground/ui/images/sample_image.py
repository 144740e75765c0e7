"""Choosing an image: a photograph or a digit that comes with the project, or a file of the person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from playground.data import DATASETS, DataError, load
from playground.images import SAMPLES, ImageError
from playground.images.decoded_images import digest
from playground.ui.images.chosen_image import LARGEST_UPLOAD_MB, ChosenImage, decoded_images, own_image, sample_image
from playground.ui.messages import show_error
from playground.ui.text import plain

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["ChosenImage", "choose_image"]

_DIGIT = "digit"
_UPLOAD = "upload"
_CHOICES = {**SAMPLES, _DIGIT: "A test digit of MNIST", _UPLOAD: "Your own image"}


def choose_image(key: str, *, digit_first: bool = False) -> ChosenImage | None:
    """Draw the choice; the image, or None while there is no file or, with a sentence, one that cannot be read."""
    names = [_DIGIT, *(name for name in _CHOICES if name != _DIGIT)] if digit_first else list(_CHOICES)
    name = st.selectbox("Image", names, format_func=_CHOICES.__getitem__, key=f"{key}_choice")
    try:
        if name == _UPLOAD:
            return _uploaded(key)
        return _digit(key) if name == _DIGIT else sample_image(name)
    except (ImageError, DataError) as error:
        show_error(error, ":material/broken_image:")
        return None


def _digit(key: str) -> ChosenImage:
    last = DATASETS["mnist"].test_size - 1
    index = int(st.number_input("Which of the 10,000 digits", 0, last, 0, key=f"{key}_digit"))
    image, label = _digit_at(index)
    return ChosenImage(f"test digit {index:,}, a {label}", (_DIGIT, index), lambda: image)


def _uploaded(key: str) -> ChosenImage | None:
    file = st.file_uploader(
        "Image file", key=f"{key}_file", max_upload_size=LARGEST_UPLOAD_MB, label_visibility="collapsed"
    )
    if file is None:
        return None
    data = file.getvalue()
    name = digest(data)
    st.caption(plain(decoded_images().description(name, data)))
    return own_image(file.name, data, name)


@st.cache_resource(max_entries=20, show_spinner=False)
def _digit_at(index: int) -> tuple[Image.Image, int]:
    from PIL import Image

    test = load("mnist", train=False)
    return Image.fromarray(test.images[index, 0].numpy()), int(test.labels[index])
