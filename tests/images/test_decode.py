from __future__ import annotations

import io
import struct
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from playground.images import ImageError, decode, decode_image
from playground.images.decode import FORMATS
from tests.images.bad_files import bad_files, encoded, png, png_chunk

# Pillow speaks of what this package refuses or reads around.
pytestmark = pytest.mark.filterwarnings(
    "ignore::PIL.Image.DecompressionBombWarning", "ignore::UserWarning:PIL.TiffImagePlugin"
)

GENERATOR = np.random.default_rng(0)
COLOURS = GENERATOR.integers(0, 256, (24, 32, 3), np.uint8)
GREYS = GENERATOR.integers(0, 256, (24, 32), np.uint8)
LOSSLESS = {"PNG": {}, "BMP": {}, "TIFF": {}, "WEBP": {"lossless": True}}


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
    data = encoded(stored, format, exif=exif, **LOSSLESS[format])
    result = decode(data)
    assert np.array_equal(np.asarray(result.image), COLOURS)
    assert [f"EXIF orientation {orientation} " in said for said in result.conversions] == [True] * (orientation > 1)


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


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (2_500, 50)])
def test_tiny_and_thin_images_are_images(size: tuple[int, int]) -> None:
    assert decoded(Image.new("L", size, 7)).shape == size[::-1]


def test_a_file_is_read_by_what_it_holds() -> None:
    for format in ("PNG", "JPEG", "TIFF", "BMP", "GIF", "AVIF"):
        assert decode(encoded(Image.fromarray(COLOURS), format)).format == format
    assert decode(encoded(Image.fromarray(COLOURS), "WEBP")).format == "WebP"


def test_cmyk_is_read_in_both_polarities() -> None:
    """Adobe's programs, and Pillow, store the CMYK of a JPEG inverted; a TIFF has it as it is."""
    red = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    for format in ("TIFF", "JPEG"):
        data = encoded(red, format)
        assert (b"Adobe\0" in data) == (format == "JPEG")
        result = decode(data)
        assert result.conversions == ("CMYK to RGB",)
        assert np.abs(np.int16(result.image) - [255, 0, 0]).max() <= 2


def test_nothing_is_said_where_nothing_was_converted() -> None:
    for image in (Image.fromarray(COLOURS), Image.fromarray(GREYS)):
        assert decode(encoded(image, "PNG")).conversions == ()


@pytest.mark.parametrize(
    ("image", "options", "said"),
    [
        (Image.fromarray(GREYS > 127), {}, ("black and white to 8-bit grey",)),
        (Image.fromarray(COLOURS).quantize(16), {}, ("palette to RGB",)),
        (Image.fromarray(GREYS.astype(np.uint16) * 257), {}, ("16-bit grey scaled to 8 bits",)),
        (Image.fromarray(COLOURS).convert("RGBA"), {}, ("alpha channel left out, as all of it is opaque",)),
        (Image.new("LA", (4, 4), (0, 128)), {}, ("transparency laid on white",)),
        (
            Image.new("F", (4, 4), 0.5),
            {"format": "TIFF"},
            ("floating-point grey scaled to 8 bits, from 0 for black to 1 for white",),
        ),
        (
            Image.new("I", (4, 4), 70_000),
            {"format": "TIFF"},
            ("32-bit grey scaled to 8 bits, from 0 for black to 70000 for white",),
        ),
        (Image.new("YCbCr", (4, 4)), {"format": "TIFF"}, ("YCbCr to RGB",)),
        (Image.new("LAB", (4, 4)), {"format": "TIFF"}, ("LAB to RGB",)),
    ],
)
def test_what_was_converted_is_told(image: Image.Image, options: dict[str, str], said: tuple[str, ...]) -> None:
    assert decode(encoded(image, **{"format": "PNG", **options})).conversions == said


@pytest.mark.parametrize(
    ("format", "said"),
    [
        ("GIF", "the first of 5 frames"),
        ("WEBP", "the first of 5 frames"),
        ("PNG", "the first of 5 frames"),
        ("AVIF", "the first of 5 frames"),
        ("TIFF", "the first of 5 pages"),
        ("MPO", "the first of 5 images"),
    ],
)
def test_of_several_images_in_a_file_the_first_is_taken_and_told(format: str, said: str) -> None:
    others = [Image.new("RGB", (32, 24), (0, 0, 50 * index)) for index in range(4)]
    data = encoded(Image.new("RGB", (32, 24), "red"), format, save_all=True, append_images=others)
    result = decode(data)
    assert result.conversions[0] == said
    assert np.abs(np.int16(result.image) - [255, 0, 0]).max() <= 4
    if format == "MPO":
        assert result.format == "JPEG", "as its name says"


def test_pages_are_not_counted_forever() -> None:
    page = Image.new("L", (4, 4), 9)
    result = decode(encoded(page, "TIFF", save_all=True, append_images=[page] * 120))
    assert result.conversions == ("the first of more than 100 pages",)
    assert np.asarray(result.image).tolist() == [[9] * 4] * 4


@pytest.mark.parametrize("extension", [".png", ".tiff"])
def test_16_bits_a_channel_are_cut_to_8(extension: str) -> None:
    values = GENERATOR.integers(0, 65_536, (24, 32, 3), np.uint16)
    result = decode(cv2.imencode(extension, values[..., ::-1])[1].tobytes())
    assert np.array_equal(np.asarray(result.image), values >> 8)
    assert result.conversions == ("16 bits a channel cut to 8",)


def test_a_transparent_colour_of_16_bits_is_white() -> None:
    colours = b"\0" + struct.pack(">6H", 65_535, 0, 0, 1_000, 2_000, 65_535)
    red_is_clear = png((2, 1), 16, 2, colours, png_chunk(b"tRNS", struct.pack(">3H", 65_535, 0, 0)))
    assert np.asarray(decode_image(red_is_clear)).tolist() == [[[255, 255, 255], [3, 7, 255]]]
    greys = b"\0" + struct.pack(">2H", 1_000, 257)
    dark_is_clear = png((2, 1), 16, 0, greys, png_chunk(b"tRNS", struct.pack(">H", 1_000)))
    assert np.asarray(decode_image(dark_is_clear)).tolist() == [[255, 1]]


def test_what_cannot_be_taken_is_told_in_a_sentence(subtests: pytest.Subtests) -> None:
    for file in bad_files():
        with subtests.test(file.name):
            with pytest.raises(ImageError, match=file.words) as raised:
                decode(file.data)
            assert str(raised.value).endswith(".")


# In kilobytes (Linux). What getrusage calls the largest is, in a child, at least what its parent had.
PEAK = """
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_no_bad_file_takes_memory(tmp_path: Path) -> None:
    for index, file in enumerate(bad_files()):
        (tmp_path / f"{index:02d}").write_bytes(file.data)
    script = f"""
from pathlib import Path
from playground.images import ImageError, decode
{PEAK}
before = peak()
for file in sorted(Path({str(tmp_path)!r}).iterdir()):
    try:
        decode(file.read_bytes())
    except ImageError:
        pass
print(peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 50_000, "kilobytes; one of them has 176,890 once decoded"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_the_largest_images_take_less_than_a_gigabyte(tmp_path: Path) -> None:
    Image.new("RGBA", (5_000, 5_000), (9, 9, 9, 9)).save(tmp_path / "clear.png", compress_level=1)
    Image.new("F", (5_000, 5_000), 0.5).save(tmp_path / "float.tif")
    script = f"""
from pathlib import Path
from playground.images import decode
{PEAK}
for file in sorted(Path({str(tmp_path)!r}).iterdir()):
    assert decode(file.read_bytes()).image.size == (5_000, 5_000)
print(peak())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1_000_000, "kilobytes"


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
