"""From the bytes of a file to an image: upright, opaque, 8 bits a channel; or one sentence that says why not."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageFile, ImageOps

from playground.images.eight_bits import as_8_bits, bits_of
from playground.images.errors import ImageError
from playground.images.file_kinds import kind_of, why_not_opened, why_not_read

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "AVIF")
MOST_PIXELS = 25_000_000
"""About what a camera takes; a file of 22 KB can hold seven times as many, which fill 689 MB."""
MOST_ASPECT = 50
"""The longer side by the shorter. A thinner strip, as wide as a page, would be longer than browsers can show."""

_MOST_PAGES = 100
_TILE_SIDES = (322, 323)  # TIFF 6.0, section 15: TileWidth and TileLength
_ORIENTATION = 0x0112
# Exif 2.32, tag 0x0112: what has to be done to the stored pixels.
_TURNED = {
    2: "mirrored left to right",
    3: "turned by 180°",
    4: "mirrored top to bottom",
    5: "rows and columns exchanged",
    6: "turned 90° clockwise",
    7: "turned by 180°, rows and columns exchanged",
    8: "turned 90° counter-clockwise",
}


@dataclass(frozen=True, eq=False)
class Decoded:
    """An image of mode RGB or L, uint8 and upright; the format of its file; what was converted, a phrase each."""

    image: Image.Image
    format: str
    conversions: tuple[str, ...]


def decode_image(data: bytes) -> Image.Image:
    """The image in a file of any of FORMATS, of mode RGB or L, uint8; of an animation the first frame.

    It is turned as its EXIF orientation says, what is transparent is laid on white, and more than 8 bits a
    channel are scaled to 8. Raises ImageError for what cannot be read, and before decoding for what is too large.
    """
    return decode(data).image


def decode(data: bytes) -> Decoded:
    """The image as `decode_image` gives it, with what was converted. Raises ImageError likewise."""
    image = _open(data)
    _check_size(image)
    name = kind_of(data) or str(image.format)
    with _told_as_damaged(image, name):
        first = _first_of_several(image)
        bits = bits_of(image)
        # Pillow turns a TIFF by itself while it loads, and forgets the orientation; of others it knows it after.
        turned_by_pillow = _orientation(image) if image.format == "TIFF" else None
        image.load()
    turned = _turn_upright(image, turned_by_pillow)
    with _told_as_damaged(image, name):
        converted, conversions = as_8_bits(image, bits)
    return Decoded(converted, name, (*first, *turned, *conversions))


def _open(data: bytes) -> ImageFile.ImageFile:
    """The image with its size and no pixels yet."""
    if not data:
        raise ImageError("The file is empty; choose another.")
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        most = 2 * (Image.MAX_IMAGE_PIXELS or 0) // 1_000_000
        raise _too_large(f"more than {most} million pixels") from error
    except Exception as error:  # the readers of the formats raise anything for a damaged file
        raise ImageError(why_not_opened(data, error)) from error


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise _too_large(f"{width:,} × {height:,} pixels")
    if max(width, height) > MOST_ASPECT * min(width, height):
        raise ImageError(
            f"The image has {width:,} × {height:,} pixels, a strip too thin to be shown: its longer side is more than "
            f"{MOST_ASPECT} times the shorter. Crop it first."
        )
    # A tile may be larger than the image around it, and is decoded as a whole.
    tags = getattr(image, "tag_v2", {})
    tile_width, tile_height = (int(tags.get(side, 1)) for side in _TILE_SIDES)
    if tile_width * tile_height > MOST_PIXELS:
        raise _too_large(f"tiles of {tile_width:,} × {tile_height:,} pixels")


def _too_large(size: str) -> ImageError:
    most = MOST_PIXELS // 1_000_000
    return ImageError(f"The image has {size}; at most {most} million pixels are taken here. Make it smaller first.")


@contextlib.contextmanager
def _told_as_damaged(image: Image.Image, name: str) -> Iterator[None]:
    try:
        yield
    except ImageError:
        raise
    except Exception as error:  # as above
        raise ImageError(why_not_read(name, image.size, error)) from error


def _first_of_several(image: Image.Image) -> tuple[str, ...]:
    if not getattr(image, "is_animated", False):
        return ()
    if image.format == "TIFF":
        pages = _count_pages(image)
        return (f"the first of {pages if pages <= _MOST_PAGES else f'more than {_MOST_PAGES}'} pages",)
    what = "images" if image.format == "MPO" else "frames"
    return (f"the first of {getattr(image, 'n_frames', 1):,} {what}",)


def _count_pages(image: Image.Image) -> int:
    """At most one more than are counted: each takes time, and a file of 20 MB has room for a million."""
    pages = 1
    with contextlib.suppress(Exception):  # a damaged later page is no reason to refuse the first
        while pages <= _MOST_PAGES:
            image.seek(pages)
            pages += 1
    image.seek(0)
    return pages


def _orientation(image: Image.Image) -> int | None:
    # A damaged EXIF block is no reason to refuse the pixels.
    with contextlib.suppress(Exception):
        return image.getexif().get(_ORIENTATION)
    return None


def _turn_upright(image: Image.Image, turned_by_pillow: int | None) -> tuple[str, ...]:
    orientation = turned_by_pillow or _orientation(image)
    with contextlib.suppress(Exception):
        ImageOps.exif_transpose(image, in_place=True)
    return (f"{_TURNED[orientation]}, as EXIF orientation {orientation} says",) if orientation in _TURNED else ()
