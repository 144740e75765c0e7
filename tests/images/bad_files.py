"""Files that people and attackers hand to a page that takes images, and words of the sentence each must get."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image

_COLOURS = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8))


@dataclass(frozen=True)
class BadFile:
    """A file by the name under which it is uploaded."""

    name: str
    data: bytes
    words: str


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    size: tuple[int, int], bits: int, colour_type: int, lines: bytes, before: bytes = b"", after: bytes = b""
) -> bytes:
    """A PNG of `lines`, each after its filter byte, with further chunks before and after them."""
    header = struct.pack(">IIBBBBB", *size, bits, colour_type, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + before + png_chunk(b"IDAT", zlib.compress(lines)) + after
    return b"\x89PNG\r\n\x1a\n" + chunks + png_chunk(b"IEND", b"")


def tiled_tiff(side: int) -> bytes:
    """64 x 64 pixels of a black tile of `side` x `side`, in a file of its size by 1,000."""
    tile = zlib.compress(bytes(3 * side * side), 9)
    tags = {256: 64, 257: 64, 258: 8, 259: 8, 262: 2, 277: 3, 284: 1, 322: side, 323: side, 324: 512, 325: len(tile)}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)
    return head.ljust(512, b"\0") + tile


def header_bomb(format: str) -> bytes:
    """A file of a few bytes that says that it has hundreds of millions of pixels."""
    image = Image.new("RGB", (64, 64))
    data = bytearray(encoded(image, format, **({"lossless": True} if format == "WEBP" else {})))
    if format == "GIF":
        data[6:10] = struct.pack("<HH", 65_535, 65_535)
    elif format == "BMP":
        data[18:26] = struct.pack("<ii", 30_000, 30_000)
    elif format == "JPEG":
        place = data.index(b"\xff\xc0") + 5
        data[place : place + 4] = struct.pack(">HH", 65_500, 65_500)
    elif format == "WEBP":
        place = data.index(b"VP8L") + 9
        data[place : place + 4] = struct.pack("<I", 16_382 | 16_382 << 14)
    elif format == "AVIF":
        place = data.index(b"ispe") + 8
        data[place : place + 8] = struct.pack(">II", 16_000, 16_000)
    else:
        raise ValueError(format)
    return bytes(data)


def real_bomb(side: int) -> bytes:
    """A whole black PNG of side x side pixels: 13,300 of them are 22 KB, and 177 MB once decoded in grey."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    lines = zlib.compress(bytes(side * (1 + (side + 7) // 8)), 9)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", lines) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@cache
def bad_files() -> tuple[BadFile, ...]:
    """All of them; none is larger than a megabyte."""
    whole, jpeg, tiff = (encoded(_COLOURS, format) for format in ("PNG", "JPEG", "TIFF"))
    packed = zlib.compress(bytes(50_000_000), 9)
    text = png_chunk(b"zTXt", b"Comment\0\0" + packed)
    many_texts = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(1_000_000), 9)) * 80
    profile = png_chunk(b"iCCP", b"profile\0\0" + packed)
    international = png_chunk(b"iTXt", b"Comment\0\1\0\0\0" + packed)
    dot = ((1, 1), 8, 0, b"\0\0")
    svg = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>'
    damaged, text_only = "damaged or incomplete", "no image that can be read"
    return (
        BadFile("empty.png", b"", "empty"),
        BadFile("notes.png", b"Text that was renamed.\n" * 40, text_only),
        BadFile("paper.jpg", b"%PDF-1.7 and so on", text_only),
        BadFile("drawing.svg", svg, "SVG"),
        BadFile("drawing.png", svg.partition(b"\n")[2], "SVG"),
        BadFile("phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        BadFile("truncated.png", whole[: len(whole) // 2], damaged),
        BadFile("header only.png", whole[:20], "begins as PNG does"),
        BadFile("truncated.jpg", jpeg[: len(jpeg) // 2], damaged),
        BadFile("truncated.webp", encoded(_COLOURS, "WEBP")[:-200], "WebP"),
        BadFile("truncated.gif", encoded(_COLOURS, "GIF")[:-2000], damaged),
        BadFile("truncated.bmp", encoded(_COLOURS, "BMP")[:-2000], damaged),
        BadFile("truncated.avif", encoded(_COLOURS, "AVIF")[:-200], damaged),
        BadFile("corrupt.tif", tiff[:-500], damaged),
        BadFile("corrupt directory.tif", tiff[:8] + bytes(range(256)) * 8, "TIFF"),
        BadFile("floating-point colours.tif", _float_colours(), "begins as TIFF does"),
        BadFile("1 x 20000.png", encoded(Image.new("L", (1, 20_000)), "PNG"), "strip too thin"),
        BadFile("20000 x 1.png", encoded(Image.new("L", (20_000, 1)), "PNG"), "strip too thin"),
        BadFile("30000 x 30000.png", real_bomb(30_000), "at most 25 million pixels"),
        BadFile("13300 x 13300.png", real_bomb(13_300), "13,300 × 13,300 pixels; at most 25 million pixels"),
        *(
            BadFile(f"bomb.{format.lower()}", header_bomb(format), "at most 25 million pixels")
            for format in ("JPEG", "GIF", "BMP", "WEBP", "AVIF")
        ),
        BadFile("tiles.tif", tiled_tiff(9_000), "tiles of 9,000 × 9,000 pixels; at most 25 million"),
        BadFile("text.png", png(*dot, before=text), "unpacks to far more text"),
        BadFile("text behind.png", png(*dot, after=text), "unpacks to far more text"),
        BadFile("texts.png", png(*dot, before=many_texts), "unpacks to far more text"),
        BadFile("international text.png", png(*dot, before=international), "unpacks to far more text"),
        BadFile("profile.png", png(*dot, before=profile), "unpacks to far more text"),
    )


def _float_colours() -> bytes:
    """A TIFF of 8 x 8 pixels whose three channels are 32-bit floats."""
    tags = {256: 8, 257: 8, 258: 32, 259: 1, 262: 2, 273: 512, 277: 3, 278: 8, 279: 768, 284: 1, 339: 3}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)
    return head.ljust(512, b"\0") + np.full((8, 8, 3), 0.5, np.float32).tobytes()
