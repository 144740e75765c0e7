"""An image that a person chose, and the images of the server: each file is decoded once, with a limit to its memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from playground.images import SAMPLES, load_sample
from playground.images.decoded_images import DecodedImages

if TYPE_CHECKING:
    from PIL import Image

LARGEST_UPLOAD_MB = 20


@dataclass(frozen=True)
class ChosenImage:
    """An image with a name for people; two are equal if they are the same choice, whatever the object."""

    name: str
    choice: Hashable
    read: Callable[[], Image.Image] = field(compare=False, repr=False)

    @property
    def image(self) -> Image.Image:
        """The image, of mode RGB or L; at once if it is one of those that were looked at last."""
        return self.read()


def own_image(name: str, data: bytes, digest: str) -> ChosenImage:
    """The image in a person's file; it is decoded when it is first asked for. Asking may raise ImageError."""
    return ChosenImage(name, ("file", digest), lambda: decoded_images().image(digest, data))


def sample_image(name: str) -> ChosenImage:
    """The photograph of that name among SAMPLES. Raises ImageError where its file is missing."""
    image = _sample(name)
    return ChosenImage(SAMPLES[name], name, lambda: image)


@st.cache_resource(show_spinner=False)
def decoded_images() -> DecodedImages:
    """The images of all people on this server."""
    return DecodedImages()


@st.cache_resource(show_spinner=False)
def _sample(name: str) -> Image.Image:
    return load_sample(name)
