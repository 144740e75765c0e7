"""An image as the numbers of a network's input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from playground.images.errors import ImageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MODES = {1: "L", 3: "RGB"}


def image_to_array(image: Image.Image, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The image as an array of this shape `(C, H, W)`, from 0 for black to 1 for white.

    C is 1 for grey values or 3 for red, green and blue. The largest part of the image's middle that has the
    proportions of H x W is resized, with antialiasing. Raises ImageError for another shape.
    """
    if len(shape) != 3 or shape[0] not in _MODES:
        raise ImageError(f"An image has 1 or 3 channels, a height and a width; it cannot have the shape {shape}.")
    channels, height, width = shape
    converted = image.convert(_MODES[channels])
    fitted = ImageOps.fit(converted, (width, height), Image.Resampling.BILINEAR)
    pixels = np.asarray(fitted, np.float32).reshape(height, width, channels) / 255
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))
