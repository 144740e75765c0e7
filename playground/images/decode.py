"""From the bytes of a file to an image: upright, opaque, 8 bits a channel; or one sentence that says why not."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageOps

from playground.images.errors import ImageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "AVIF")
MOST_PIXELS = 25_000_000
"""About what a camera takes; a file of 22 KB can hold seven times as many, which fill 689 MB."""

_READABLE = "PNG, JPEG, WebP, BMP, TIFF, GIF or AVIF"
_GREY_MODES = ("1", "L", "LA", "La")


def decode_image(data: bytes) -> Image.Image:
    """The image in a file of any of FORMATS, of mode RGB or L, uint8; of an animation the first frame.

    It is turned as its EXIF orientation says, what is transparent is laid on white, and more than 8 bits a
    channel are scaled to 8. Raises ImageError for what cannot be read, and before decoding for what is too large.
    """
    image = _open(data)
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise _too_large(f"{width:,} x {height:,} pixels")
    try:
        image.load()
        # A damaged EXIF block is no reason to refuse the pixels.
        with contextlib.suppress(Exception):
            ImageOps.exif_transpose(image, in_place=True)
        return _as_8_bits(image)
    except Exception as error:  # the readers of the formats raise anything for a damaged file
        raise ImageError(
            f"The file is damaged or incomplete: it begins as a {image.format} of {width:,} x {height:,} pixels, "
            "but these cannot all be read. Save or download it again."
        ) from error


def _open(data: bytes) -> Image.Image:
    """The image with its size and no pixels yet."""
    if not data:
        raise ImageError("The file is empty; choose another.")
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_large("far too many pixels") from error
    except Exception as error:  # as above
        raise ImageError(f"{_what_it_is(data)} Choose a {_READABLE} file.") from error


def _what_it_is(data: bytes) -> str:
    start = data[:512].lower()
    if b"<svg" in start:
        return "This is an SVG, which is a description of shapes and has no pixels."
    if start[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "This is a HEIC photo, which cannot be read here."
    return "This file is no image that can be read here, whatever its name says."


def _too_large(size: str) -> ImageError:
    most = MOST_PIXELS // 1_000_000
    return ImageError(f"The image has {size}; at most {most} million pixels are taken here. Make it smaller first.")


def _as_8_bits(image: Image.Image) -> Image.Image:
    """The image in mode L if it has no colours, else in RGB."""
    if image.mode.startswith(("I", "F")):
        return Image.fromarray(_scaled_to_8_bits(np.asarray(image)))
    mode = "L" if image.mode in _GREY_MODES else "RGB"
    if image.has_transparency_data:
        opaque = Image.new("RGBA", image.size, "white")
        opaque.alpha_composite(image.convert("RGBA"))
        return opaque.convert(mode)
    return image.convert(mode)


def _scaled_to_8_bits(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Grey values `(H, W)` of any type as uint8; white is the end of the scale that they seem to be on."""
    numbers = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    black, white = min(0.0, float(numbers.min())), float(numbers.max())
    scales = (65535.0,) if values.dtype == np.uint16 else (1.0, 255.0, 65535.0)
    if black == 0:
        white = next((scale for scale in scales if white <= scale), white)
    scaled: NDArray[np.uint8] = np.round((numbers - black) / (white - black or 1.0) * 255).astype(np.uint8)
    return scaled
