"""The code that is shown gives the pixels that are shown."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from playground.images import decode_image
from playground.images.opencv import OPERATIONS, Chain, Operation
from tests.images.opencv.pictures import BGR, operations

PHOTOGRAPH = Path(__file__).parents[3] / "assets" / "images" / "chelsea.png"


def shown(path: Path, chain: Chain) -> np.ndarray:
    """What a page shows of a file: decoded by Pillow."""
    rgb = np.asarray(decode_image(path.read_bytes()).convert("RGB"))
    return chain.run(np.ascontiguousarray(rgb[:, :, ::-1]))


def executed(chain: Chain, path: Path) -> np.ndarray:
    """What the script writes, read again."""
    with contextlib.chdir(path.parent):
        exec(chain.to_code(path.name), {})
        return cv2.imread("result.png", cv2.IMREAD_UNCHANGED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.open(PHOTOGRAPH).save(tmp_path / "photograph.png")
    Image.open(PHOTOGRAPH).save(tmp_path / "photograph.jpg", quality=90)
    Image.open(PHOTOGRAPH).convert("L").save(tmp_path / "grey.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.open(PHOTOGRAPH).save(tmp_path / "turned.jpg", exif=exif)
    return tmp_path


@pytest.mark.parametrize("in_colour", [False, True], ids=["grey", "colour"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_script_of_each_operation_gives_its_pixels(name: str, in_colour: bool, folder: Path) -> None:
    chain = Chain((Operation(name),), in_colour)
    result = shown(folder / "photograph.png", chain)
    assert result.dtype == np.uint8
    assert result.ndim == (2 if chain.is_grey else 3)
    assert np.array_equal(executed(chain, folder / "photograph.png"), result)


@pytest.mark.parametrize("file", ["photograph.jpg", "turned.jpg", "grey.png"])
@pytest.mark.parametrize("in_colour", [False, True], ids=["grey", "colour"])
def test_opencv_reads_these_files_as_pillow_does(file: str, in_colour: bool, folder: Path) -> None:
    chain = Chain((), in_colour)
    assert np.array_equal(executed(chain, folder / file), shown(folder / file, chain))


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_script_holds_for_any_values_and_any_image(name: str, tmp_path: Path) -> None:
    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(BGR, operations(name), st.booleans())
    def holds(bgr: np.ndarray, operation: Operation, in_colour: bool) -> None:
        path = tmp_path / "image.png"
        cv2.imwrite(str(path), bgr)
        chain = Chain((operation,), in_colour)
        assert np.array_equal(executed(chain, path), chain.run(bgr))

    holds()


def test_a_chain_runs_in_order(folder: Path) -> None:
    chain = Chain((Operation("otsu"), Operation("opening", size=7), Operation("canny")))
    result = shown(folder / "photograph.png", chain)
    assert np.array_equal(executed(chain, folder / "photograph.png"), result)
    backwards = Chain(chain.operations[::-1])
    assert not np.array_equal(shown(folder / "photograph.png", backwards), result)


def test_the_script_runs_in_a_python_of_its_own_on_a_file_with_any_name(tmp_path: Path) -> None:
    image = tmp_path / 'Zoë\'s "cat".png'
    image.write_bytes(PHOTOGRAPH.read_bytes())
    script = Chain((Operation("clahe"),)).to_code(image.name)
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, env={**os.environ, "PYTHONUTF8": "1"})
    pixels = np.asarray(Image.open(io.BytesIO((tmp_path / "result.png").read_bytes())))
    assert np.array_equal(pixels, shown(image, Chain((Operation("clahe"),))))
