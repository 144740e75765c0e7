"""Choosing an image: a photograph or a digit that comes with the project, or a file of the person's own."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from playground.data import DATASETS, DataError, load
from playground.images import SAMPLES, ImageError, decode_image, load_sample

if TYPE_CHECKING:
    from PIL import Image

_DIGIT = "digit"
_UPLOAD = "upload"
_CHOICES = {**SAMPLES, _DIGIT: "A test digit of MNIST", _UPLOAD: "Your own image"}
_TYPES = ["png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff", "gif", "avif"]
_LARGEST_UPLOAD_MB = 20


@dataclass(frozen=True)
class ChosenImage:
    """An image with a name for people; two are equal if they are the same choice, whatever the object."""

    name: str
    choice: Hashable
    image: Image.Image = field(compare=False, repr=False)


def choose_image(key: str, *, digit_first: bool = False) -> ChosenImage | None:
    """Draw the choice; the image, or None while there is no file or, with a sentence, one that cannot be read."""
    names = [_DIGIT, *(name for name in _CHOICES if name != _DIGIT)] if digit_first else list(_CHOICES)
    name = st.selectbox("Image", names, format_func=_CHOICES.__getitem__, key=f"{key}_choice")
    try:
        if name == _UPLOAD:
            return _uploaded(key)
        return _digit(key) if name == _DIGIT else ChosenImage(SAMPLES[name], name, _sample(name))
    except (ImageError, DataError) as error:
        st.error(str(error), icon=":material/broken_image:")
        return None


def _digit(key: str) -> ChosenImage:
    last = DATASETS["mnist"].test_size - 1
    index = int(st.number_input("Which of the 10,000 digits", 0, last, 0, key=f"{key}_digit"))
    image, label = _digit_at(index)
    return ChosenImage(f"test digit {index:,}, a {label}", (_DIGIT, index), image)


def _uploaded(key: str) -> ChosenImage | None:
    file = st.file_uploader(
        "Image file", _TYPES, key=f"{key}_file", max_upload_size=_LARGEST_UPLOAD_MB, label_visibility="collapsed"
    )
    if file is None:
        return None
    data = file.getvalue()
    return ChosenImage(file.name, (_UPLOAD, hashlib.sha256(data).hexdigest()), _decoded(data))


@st.cache_resource(max_entries=3, show_spinner=False)
def _decoded(data: bytes) -> Image.Image:
    return decode_image(data)


@st.cache_resource(show_spinner=False)
def _sample(name: str) -> Image.Image:
    return load_sample(name)


@st.cache_resource(max_entries=20, show_spinner=False)
def _digit_at(index: int) -> tuple[Image.Image, int]:
    from PIL import Image

    test = load("mnist", train=False)
    return Image.fromarray(test.images[index, 0].numpy()), int(test.labels[index])
