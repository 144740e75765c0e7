"""How large the images are that a transform makes, known before it makes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from playground.images.errors import ImageError

if TYPE_CHECKING:
    from playground.images.augmentation.transform import Transform

MOST_OUTPUT_PIXELS = 25_000_000
"""As many as an image may have that is decoded; `Resize(224)` of 1 x 10,000 pixels would have 501 million."""

Size = tuple[int, int]


class TooManyPixelsError(ImageError):
    """A transform would make more pixels than are made here."""


def check_sizes(transform: Transform, size: Size, drawn: Mapping[str, Any]) -> None:
    """Raise ImageError if what is made of an image of `size` (height, width) is too large, or has no pixels."""
    for height, width in sizes_made(transform, size, drawn):
        if height * width > MOST_OUTPUT_PIXELS:
            raise TooManyPixelsError(
                f"{transform.type} would make {height:,} × {width:,} pixels (height × width) of {size[0]:,} × "
                f"{size[1]:,}; at most {MOST_OUTPUT_PIXELS // 1_000_000} million are made here. Choose a smaller size."
            )
        if height < 1 or width < 1:
            raise ImageError(
                f"{transform.type} would leave no pixels: {height} × {width} (height × width). Choose a larger size."
            )


def sizes_made(transform: Transform, size: Size, drawn: Mapping[str, Any]) -> tuple[Size, ...]:
    """Height and width of each image that is made on the way, the output last; as it is drawn."""
    values = transform.all_parameters
    height, width = size
    match transform.type:
        case "CenterCrop":
            crop_height, crop_width = pair(values["size"])
            return (max(height, crop_height), max(width, crop_width)), (crop_height, crop_width)
        case "RandomCrop":
            return _padded(size, drawn["padding"]), pair(values["size"])
        case "RandomResizedCrop":
            return (pair(values["size"]),)
        case "FiveCrop" | "TenCrop":
            crop_height, crop_width = pair(values["size"])
            return (crop_height * (5 if transform.type == "FiveCrop" else 10), crop_width), (crop_height, crop_width)
        case "Resize":
            return (resized(size, values["size"], values["max_size"]),)
        case "RandomResize":
            return (resized(size, drawn["size"][0], None),)
        case "ScaleJitter" | "RandomShortestSize":
            return (tuple(drawn["size"]),)
        case "Pad":
            return (_padded(size, four_sides(values["padding"])),)
        case "RandomZoomOut":
            return (_padded(size, drawn["padding"]),)
        case "RandomRotation" if values["expand"]:
            angle = math.radians(drawn["angle"])
            across, along = abs(math.cos(angle)), abs(math.sin(angle))
            return ((math.ceil(height * across + width * along), math.ceil(width * across + height * along)),)
    return (size,)


def pair(size: Any) -> Size:
    """A size as (height, width); one number is a square."""
    return (size[0], size[1]) if isinstance(size, tuple) else (size, size)


def four_sides(padding: Any) -> tuple[int, int, int, int]:
    """A padding as (left, top, right, bottom)."""
    sides = padding if isinstance(padding, tuple) else (padding, padding)
    left, top, right, bottom = sides if len(sides) == 4 else (*sides, *sides)
    return left, top, right, bottom


def resized(size: Size, wanted: Any, longest: Any) -> Size:
    """Height and width after Resize with `size=wanted` and `max_size=longest`, as torchvision rounds them."""
    if isinstance(wanted, tuple):
        return pair(wanted)
    short, long = sorted(size)
    new_short, new_long = (short, long) if wanted is None else (wanted, int(wanted * long / short))
    if longest is not None and (wanted is None or new_long > longest):
        new_short, new_long = int(longest * new_short / new_long), longest
    return (new_short, new_long) if size[0] <= size[1] else (new_long, new_short)


def _padded(size: Size, sides: tuple[int, int, int, int] | list[int]) -> Size:
    left, top, right, bottom = sides
    return size[0] + top + bottom, size[1] + left + right
