from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from playground.images.pixels.described import described, picture

TYPES = [np.uint8, np.int16, np.int32, np.float32, np.float64]


@st.composite
def values(draw: st.DrawFn) -> tuple[np.ndarray, str, np.ndarray]:
    """An array, its axes, and the same as channels `(C, H, W)`."""
    axes = draw(st.sampled_from(["HW", "HWC", "CHW", "NCHW"]))
    dtype = draw(st.sampled_from(TYPES))
    numbers = st.floats(-4, 300, width=32) if np.dtype(dtype).kind == "f" else st.integers(0, 255)
    channels = 1 if axes == "HW" else 3
    chw = draw(arrays.arrays(dtype, (channels, draw(st.integers(1, 9)), draw(st.integers(1, 9))), elements=numbers))
    array = {"HW": chw[0], "HWC": chw.transpose(1, 2, 0), "CHW": chw, "NCHW": chw[None]}[axes]
    return array, axes, chw


@settings(max_examples=80, deadline=None)
@given(values(), st.booleans())
def test_a_description_is_that_of_numpy(drawn: tuple[np.ndarray, str, np.ndarray], as_tensor: bool) -> None:
    array, axes, chw = drawn
    value = torch.from_numpy(np.ascontiguousarray(array)) if as_tensor else array
    told = described(value, axes)
    assert told.shape == array.shape
    assert told.dtype == str(value.dtype)
    assert (told.minimum, told.maximum) == (array.min(), array.max())
    assert told.means == pytest.approx(chw.mean((1, 2), dtype=np.float64), abs=1e-3)
    assert told.stds == pytest.approx(chw.std((1, 2), dtype=np.float64), abs=1e-3)
    assert [sum(counts) for counts in told.counts] == [chw[0].size] * len(chw)
    assert told.edges[0] <= array.min() <= array.max() <= told.edges[-1]


def test_bytes_are_counted_four_to_a_bin() -> None:
    told = described(np.arange(256, dtype=np.uint8).reshape(16, 16), "HW")
    assert told.edges == tuple(range(0, 260, 4))
    assert told.counts == ((4,) * 64,)


def test_a_picture_is_cut_off_as_matplotlib_does() -> None:
    floats = np.array([[-1.0, 0.0, 0.5, 1.0, 7.0]])
    assert picture(floats, "HW", 100).tolist() == [[0, 0, 128, 255, 255]]
    integers = np.array([[-60, 0, 128, 255, 300]], np.int16)
    assert picture(integers, "HW", 100).tolist() == [[0, 0, 128, 255, 255]]


@pytest.mark.parametrize("axes", ["HWC", "CHW", "NCHW"])
def test_a_picture_has_its_channels_last_and_fits(axes: str) -> None:
    hwc = np.zeros((40, 80, 3), np.uint8)
    hwc[:, :, 0] = 200
    value = {"HWC": hwc, "CHW": hwc.transpose(2, 0, 1), "NCHW": hwc.transpose(2, 0, 1)[None]}[axes]
    shown = picture(value, axes, 20)
    assert shown.shape == (10, 20, 3)
    assert (shown == [200, 0, 0]).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1)])
def test_thin_pictures_keep_a_pixel(size: tuple[int, int]) -> None:
    assert min(picture(np.ones(size, np.float32), "HW", 480).shape) == 1
