"""The image of the Pixels page as a file that code reads, and pictures of it for the browser."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from playground.images import SAMPLES
from playground.images.pixels import StoredPhoto
from playground.ui.images.chosen_image import ChosenImage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST_SIDE = 800
"""Of a picture in the browser, in pixels."""
_SMALLEST_SIDE = 320


def identity(chosen: ChosenImage) -> str:
    """By which a cache knows an image again."""
    return repr((chosen.choice, chosen.name))


# 25 million pixels take 175 MB here.
@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={ChosenImage: identity})
def photo_of(chosen: ChosenImage) -> StoredPhoto:
    """The image, read once. Raises ImageError where it cannot be."""
    return StoredPhoto(chosen.image, _file_name(chosen))


def encoded(pixels: NDArray[np.uint8], side: int = LONGEST_SIDE) -> bytes:
    """A picture of pixels `(H, W)` or `(H, W, 3)` in BGR: large ones reduced, as JPEG; small ones magnified, as PNG."""
    import cv2

    height, width = pixels.shape[:2]
    factor = side / max(height, width)
    if factor < 1:
        size = (max(round(width * factor), 1), max(round(height * factor), 1))
        reduced = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        return cv2.imencode(".jpg", reduced, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
    times = min(-(-_SMALLEST_SIDE // max(height, width)), int(factor))
    if times > 1:
        pixels = pixels.repeat(times, axis=0).repeat(times, axis=1)
    return cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def _file_name(chosen: ChosenImage) -> str:
    """As a PNG, which is what can be downloaded for the code."""
    name = chosen.choice if chosen.choice in SAMPLES else PurePath(chosen.name).stem
    return f"{name}.png"
