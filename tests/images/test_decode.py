from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from playground.images import ImageError, decode_image
from playground.images.decode import FORMATS

# Pillow speaks of what this package refuses or reads around.
pytestmark = pytest.mark.filterwarnings(
    "ignore::PIL.Image.DecompressionBombWarning", "ignore::UserWarning:PIL.TiffImagePlugin"
)

GENERATOR = np.random.default_rng(0)
COLOURS = GENERATOR.integers(0, 256, (24, 32, 3), np.uint8)
GREYS = GENERATOR.integers(0, 256, (24, 32), np.uint8)
LOSSLESS = {"PNG": {}, "BMP": {}, "TIFF": {}, "WEBP": {"lossless": True}}


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def decoded(image: Image.Image, format: str = "PNG", **options: object) -> np.ndarray:
    """What comes back; checks what holds for every image."""
    result = decode_image(encoded(image, format, **options))
    pixels = np.asarray(result)
    assert result.mode in ("L", "RGB")
    assert pixels.dtype == np.uint8
    return pixels


@pytest.mark.parametrize("format", LOSSLESS)
def test_colours_come_back_as_they_were_stored(format: str) -> None:
    assert np.array_equal(decoded(Image.fromarray(COLOURS), format, **LOSSLESS[format]), COLOURS)


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF"])
def test_grey_values_come_back_as_they_were_stored(format: str) -> None:
    assert np.array_equal(decoded(Image.fromarray(GREYS), format), GREYS)


@pytest.mark.parametrize("format", ["JPEG", "AVIF", "GIF"])
def test_lossy_formats_give_what_pillow_reads(format: str) -> None:
    data = encoded(Image.fromarray(COLOURS), format)
    assert np.array_equal(np.asarray(decode_image(data)), np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))


# How a camera stores the upright picture, by EXIF orientation (Exif 2.32, tag 0x0112).
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", STORED)
def test_the_image_is_turned_as_its_exif_orientation_says(orientation: int, format: str) -> None:
    upright = Image.fromarray(COLOURS)
    turn = STORED[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert np.array_equal(decoded(stored, format, exif=exif, **LOSSLESS[format]), COLOURS)


def test_what_is_transparent_is_white() -> None:
    alpha = np.zeros((24, 32, 1), np.uint8)
    alpha[:, :16] = 255
    pixels = decoded(Image.fromarray(np.concatenate([COLOURS, alpha], axis=2)))
    assert np.array_equal(pixels[:, :16], COLOURS[:, :16])
    assert (pixels[:, 16:] == 255).all()


def test_a_transparent_colour_of_a_palette_is_white() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    assert decoded(image, transparency=0).tolist() == [[[255, 255, 255], [0, 0, 255]]]
    assert decoded(image, "GIF", transparency=0).tolist() == [[[255, 255, 255], [0, 0, 255]]]


def test_grey_with_alpha_stays_grey() -> None:
    pixels = decoded(Image.fromarray(np.stack([GREYS, np.full_like(GREYS, 255)], axis=2)))
    assert np.array_equal(pixels, GREYS)


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_16_bits_are_scaled_to_8(format: str) -> None:
    values = np.array([[0, 257, 32768, 65535]], np.uint16)
    assert decoded(Image.fromarray(values), format).tolist() == [[0, 1, 128, 255]]
    dark = np.array([[0, 100, 200]], np.uint16)
    assert decoded(Image.fromarray(dark), format).tolist() == [[0, 0, 1]], "dark stays dark"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([0.0, 100.0, 200.0], [0, 100, 200]),
        ([-1.0, 0.0, 1.0], [0, 128, 255]),
        ([0.0, 1e6, np.nan], [0, 255, 0]),
        ([-5.0, -5.0, -5.0], [0, 0, 0]),
    ],
)
def test_float_images_are_put_on_the_scale_that_they_seem_to_have(values: list[float], expected: list[int]) -> None:
    assert decoded(Image.fromarray(np.array([values], np.float32)), "TIFF").tolist() == [expected]


def test_32_bit_integers_bits_and_cmyk_are_read() -> None:
    assert decoded(Image.fromarray(np.array([[0, 65535]], np.int32)), "TIFF").tolist() == [[0, 255]]
    assert decoded(Image.fromarray(GREYS > 127)).tolist() == ((GREYS > 127) * 255).tolist()
    white, black = decoded(Image.new("CMYK", (2, 1), (0, 0, 0, 0)), "TIFF")[0, 0], (0, 0, 0, 255)
    assert white.tolist() == [255, 255, 255]
    assert decoded(Image.new("CMYK", (2, 1), black), "TIFF")[0, 0].tolist() == [0, 0, 0]


def test_of_an_animation_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    assert (decoded(frames[0], "GIF", save_all=True, append_images=frames[1:]) == [255, 0, 0]).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1)])
def test_tiny_and_thin_images_are_images(size: tuple[int, int]) -> None:
    assert decoded(Image.new("L", size, 7)).shape == size[::-1]


PNG = encoded(Image.fromarray(COLOURS), "PNG")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"just some text", "no image"),
        (b"%PDF-1.7 and so on", "no image"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (PNG[: len(PNG) // 2], "damaged or incomplete"),
        (PNG[:20], "no image"),
        (encoded(Image.fromarray(COLOURS), "JPEG")[:-200], "damaged or incomplete"),
        (encoded(Image.fromarray(COLOURS), "TIFF")[:-500], "damaged or incomplete"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(ImageError, match=words) as raised:
        decode_image(data)
    assert str(raised.value).endswith(".")


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [5_001, 13_300, 30_000, 2**31 - 1])
def test_what_is_too_large_is_refused_by_its_header(side: int) -> None:
    with pytest.raises(ImageError, match="million pixels"):
        decode_image(png_header(side, side))


def test_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    Image.new("1", (13_300, 13_300)).save(bomb)
    assert bomb.stat().st_size < 100_000
    script = f"""
import resource
from pathlib import Path
from playground.images import ImageError, decode_image
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
try:
    decode_image(Path({str(bomb)!r}).read_bytes())
except ImageError:
    print(peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 50_000, "kilobytes; decoded it has 176,890"


FILES = [
    encoded(Image.fromarray(COLOURS), format, **LOSSLESS.get(format, {})) for format in FORMATS if format != "AVIF"
] + [encoded(Image.fromarray(GREYS.astype(np.uint16) * 257), "PNG")]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_damaged_bytes_give_an_image_or_a_sentence(file: bytes, draw: st.DataObject) -> None:
    damaged = bytearray(file[: draw.draw(st.integers(0, len(file)))])
    for place, value in draw.draw(st.lists(st.tuples(st.integers(0, len(file) - 1), st.integers(0, 255)), max_size=8)):
        if place < len(damaged):
            damaged[place] = value
    try:
        image = decode_image(bytes(damaged))
    except ImageError:
        return
    assert image.mode in ("L", "RGB")
