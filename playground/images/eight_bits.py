"""An image of any mode as one of 8 bits a channel in grey or RGB, and what was converted for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from playground.images.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PIL.ImageFile import ImageFile

_GREY_MODES = ("1", "L", "LA", "La")
_COLOURS = {"P": "palette", "PA": "palette", "CMYK": "CMYK", "YCbCr": "YCbCr", "HSV": "HSV", "LAB": "LAB"}
_PIXELS_AT_ONCE = 1 << 20


def bits_of(image: ImageFile) -> int:
    """The bits a channel in the file, 8 or 16; asked before the pixels are loaded, since Pillow then forgets it."""
    raw_modes = str(image.tile[0].args) if image.tile else ""
    return 16 if ";16" in raw_modes else 8


def as_8_bits(image: Image.Image, bits: int) -> tuple[Image.Image, tuple[str, ...]]:
    """The image in mode L if it has no colours, else in RGB; `bits` a channel are those of its file.

    Raises ImageError for colours that cannot be converted.
    """
    if image.mode.startswith(("I", "F")):
        return _scaled_to_8_bits(image)
    conversions = ["16 bits a channel cut to 8"] if bits == 16 else []
    if image.mode == "1":
        conversions.append("black and white to 8-bit grey")
    if image.mode in _COLOURS:
        conversions.append(f"{_COLOURS[image.mode]} to RGB")
    if bits == 16 and isinstance(colour := image.info.get("transparency"), tuple):
        image.info["transparency"] = tuple(value >> 8 for value in colour)
    try:
        opaque, laid = _on_white(image) if image.has_transparency_data else (image, ())
        return opaque.convert("L" if image.mode in _GREY_MODES else "RGB"), (*conversions, *laid)
    except ValueError as error:
        raise ImageError(
            f"The image has colours of the kind {image.mode}, which cannot be converted here. Save it in RGB first."
        ) from error


def _on_white(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    colours = image.convert("RGBA")
    if colours.getchannel("A").getextrema() == (255, 255):
        return colours, ("alpha channel left out, as all of it is opaque",)
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, colours), ("transparency laid on white",)


def _scaled_to_8_bits(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Grey values of more than 8 bits; white is the end of the scale that they seem to be on."""
    values = np.asarray(image)
    black, white = _ends_of_scale(values)
    scaled = np.empty(values.shape, np.uint8)
    for rows in _blocks(values):
        numbers = np.nan_to_num(values[rows].astype(np.float64), posinf=0.0, neginf=0.0)
        scaled[rows] = np.round((numbers - black) / (white - black or 1.0) * 255)
    conversions = [_scaling(values.dtype, black, white)]
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        scaled[values == clear] = 255
        conversions.append("transparency laid on white")
    return Image.fromarray(scaled), tuple(conversions)


def _scaling(dtype: np.dtype[Any], black: float, white: float) -> str:
    if dtype == np.uint16:
        return "16-bit grey scaled to 8 bits"
    kind = "floating-point" if dtype.kind == "f" else f"{dtype.itemsize * 8}-bit"
    return f"{kind} grey scaled to 8 bits, from {black:g} for black to {white:g} for white"


def _ends_of_scale(values: NDArray[Any]) -> tuple[float, float]:
    if values.dtype == np.uint16:
        return 0.0, 65535.0
    lowest, highest = 0.0, -np.inf
    for rows in _blocks(values):
        finite = values[rows][np.isfinite(values[rows])]
        if finite.size:
            lowest, highest = min(lowest, float(finite.min())), max(highest, float(finite.max()))
    if not np.isfinite(highest):
        return 0.0, 1.0
    if lowest < 0:
        return lowest, highest
    return 0.0, next((scale for scale in (1.0, 255.0, 65535.0) if highest <= scale), highest)


def _blocks(values: NDArray[Any]) -> Iterator[slice]:
    """Rows at a time: the whole image as float64 would take eight times what it shows."""
    step = max(1, _PIXELS_AT_ONCE // values.shape[1])
    return (slice(first, first + step) for first in range(0, values.shape[0], step))
