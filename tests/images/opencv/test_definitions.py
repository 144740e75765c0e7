"""Each operation against its definition, written in NumPy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.images.opencv import OPERATIONS, Chain, Operation
from tests.images.opencv.pictures import GREY, grey_as_bgr, operations

pytestmark = pytest.mark.filterwarnings("error")
few = settings(max_examples=15, deadline=None)


def run(grey: np.ndarray, name: str, **values: object) -> np.ndarray:
    return Chain((Operation(name, **values),)).run(grey_as_bgr(grey))


def windows(grey: np.ndarray, size: int, *, border: str, **fill: int) -> np.ndarray:
    """The neighbourhood `(H, W, size, size)` of each pixel, as float64."""
    padded = np.pad(grey.astype(np.float64), size // 2, border, **fill)
    return np.lib.stride_tricks.sliding_window_view(padded, (size, size))


def eroded(grey: np.ndarray, kernel: np.ndarray, iterations: int) -> np.ndarray:
    """The minimum under the kernel; beyond the border nothing is lower."""
    for _ in range(iterations):
        seen = windows(grey, len(kernel), border="constant", constant_values=255)
        grey = np.where(kernel, seen, 255).min((2, 3))
    return grey


def dilated(grey: np.ndarray, kernel: np.ndarray, iterations: int) -> np.ndarray:
    return 255 - eroded(255 - grey.astype(np.float64), kernel, iterations)


def correlated(grey: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The weighted sum of each neighbourhood; the image is mirrored at its border, whose pixels come once."""
    return (windows(grey, len(kernel), border="reflect") * kernel).sum((2, 3))


MORPHOLOGY: dict[str, Callable[[np.ndarray, np.ndarray, int], np.ndarray]] = {
    "erosion": eroded,
    "dilation": dilated,
    "opening": lambda grey, *how: dilated(eroded(grey, *how), *how),
    "closing": lambda grey, *how: eroded(dilated(grey, *how), *how),
    "gradient": lambda grey, *how: dilated(grey, *how) - eroded(grey, *how),
    "top_hat": lambda grey, *how: grey - dilated(eroded(grey, *how), *how),
    "black_hat": lambda grey, *how: eroded(dilated(grey, *how), *how) - grey,
}


@pytest.mark.parametrize("name", MORPHOLOGY)
def test_morphology_is_minima_and_maxima_under_the_kernel(name: str) -> None:
    @few
    @given(GREY, operations(name))
    def holds(grey: np.ndarray, operation: Operation) -> None:
        values = dict(operation.values)
        expected = MORPHOLOGY[name](grey, operation.kernel, values["iterations"])
        assert np.array_equal(run(grey, name, **values), expected)

    holds()


def test_morphology_has_all_its_operations() -> None:
    assert list(MORPHOLOGY) == [name for name, each in OPERATIONS.items() if each.group == "Morphology"]


@pytest.mark.parametrize("size", range(1, 33, 2))
def test_kernels_have_their_shapes(size: int) -> None:
    def kernel(shape: str) -> np.ndarray:
        return Operation("erosion", shape=f"cv2.MORPH_{shape}", size=size).kernel

    middle = np.arange(size) == size // 2
    assert kernel("RECT").all()
    assert np.array_equal(kernel("CROSS"), middle[:, None] | middle)
    ellipse = kernel("ELLIPSE")
    radius, rows = size // 2, np.arange(size) - size // 2
    widths = [2 * round(float(np.sqrt(radius**2 - row**2))) + 1 for row in rows]
    assert ellipse.sum(1).tolist() == widths
    assert np.array_equal(ellipse, ellipse[:, ::-1])


@few
@given(GREY, st.integers(0, 255))
def test_a_threshold_parts_bright_from_dark(grey: np.ndarray, threshold: int) -> None:
    above = grey > threshold
    for kind, expected in {
        "BINARY": np.where(above, 255, 0),
        "BINARY_INV": np.where(above, 0, 255),
        "TRUNC": np.where(above, threshold, grey),
        "TOZERO": np.where(above, grey, 0),
        "TOZERO_INV": np.where(above, 0, grey),
    }.items():
        assert np.array_equal(run(grey, "threshold", threshold=threshold, kind=f"cv2.THRESH_{kind}"), expected)


@few
@given(GREY)
def test_otsu_parts_into_the_two_groups_that_differ_most(grey: np.ndarray) -> None:
    def between(threshold: float) -> float:
        dark, bright = grey[grey <= threshold], grey[grey > threshold]
        if not dark.size or not bright.size:
            return 0.0
        return float(dark.size * bright.size * (dark.mean() - bright.mean()) ** 2)

    *_, last = Chain((Operation("otsu"),)).progress(grey_as_bgr(grey))
    assert last.threshold is not None
    assert between(last.threshold) == pytest.approx(max(map(between, range(256))), rel=1e-4)
    assert np.array_equal(last.result, np.where(grey > last.threshold, 255, 0))


@few
@given(GREY, operations("adaptive_threshold"))
def test_an_adaptive_threshold_compares_with_the_mean_around(grey: np.ndarray, operation: Operation) -> None:
    values = {**dict(operation.values), "method": "cv2.ADAPTIVE_THRESH_MEAN_C"}
    means = np.round(windows(grey, values["size"], border="edge").mean((2, 3)))
    above = grey > means - values["constant"]
    white = above if values["kind"] == "cv2.THRESH_BINARY" else ~above
    assert np.array_equal(run(grey, "adaptive_threshold", **values), white * 255)


@pytest.mark.parametrize("name", ["box_blur", "gaussian_blur"])
def test_a_blur_is_the_mean_weighted_by_the_kernel(name: str) -> None:
    @few
    @given(GREY, operations(name))
    def holds(grey: np.ndarray, operation: Operation) -> None:
        assert operation.kernel.sum() == pytest.approx(1)
        assert np.abs(run(grey, name, **dict(operation.values)) - correlated(grey, operation.kernel)).max() < 2

    holds()


@few
@given(GREY, st.integers(0, 15))
def test_a_median_is_the_middle_of_the_sorted_values(grey: np.ndarray, radius: int) -> None:
    expected = np.median(windows(grey, 2 * radius + 1, border="edge"), (2, 3))
    assert np.array_equal(run(grey, "median_blur", size=2 * radius + 1), expected)


@few
@given(GREY, operations("bilateral_filter"))
@example(np.full((3, 16), 15, np.uint8), Operation("bilateral_filter", size=3, sigma_color=1.0, sigma_space=7.5))
def test_a_bilateral_filter_weighs_by_distance_and_by_likeness(grey: np.ndarray, operation: Operation) -> None:
    values = dict(operation.values)
    radius = values["size"] // 2
    seen = windows(grey, 2 * radius + 1, border="reflect")
    offsets = np.arange(-radius, radius + 1)
    squares = offsets[:, None] ** 2 + offsets**2
    weights = np.exp(
        -squares / (2 * values["sigma_space"] ** 2)
        - (seen - grey[:, :, None, None]) ** 2 / (2 * values["sigma_color"] ** 2)
    ) * (squares <= radius**2)
    expected = (weights * seen).sum((2, 3)) / weights.sum((2, 3))
    # What is expected is rounded, too, by the 15 digits of a double.
    assert np.abs(run(grey, "bilateral_filter", **values) - expected).max() <= 1 + 1e-9


@pytest.mark.parametrize("along", ["x", "y"])
@few
@given(GREY, st.sampled_from([1, 3, 5, 7]))
def test_sobel_is_the_size_of_the_derivative(along: str, grey: np.ndarray, size: int) -> None:
    kernel = Operation("sobel", along=along, size=size).kernel
    expected = np.abs(correlated_with(grey, kernel)).clip(0, 255)
    assert np.array_equal(run(grey, "sobel", along=along, size=size), expected)


@few
@given(GREY, st.sampled_from([1, 3, 5, 7]))
def test_the_laplacian_is_the_size_of_the_second_derivative(grey: np.ndarray, size: int) -> None:
    kernel = Operation("laplacian", size=size).kernel
    expected = np.abs(correlated_with(grey, kernel)).clip(0, 255)
    assert np.array_equal(run(grey, "laplacian", size=size), expected)


def correlated_with(grey: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """For kernels that are longer along one axis."""
    rows, columns = kernel.shape
    square = np.zeros((max(kernel.shape),) * 2)
    top, left = (len(square) - rows) // 2, (len(square) - columns) // 2
    square[top : top + rows, left : left + columns] = kernel
    return correlated(grey, square)


@few
@given(GREY)
def test_sobel_along_both_axes_is_half_of_each(grey: np.ndarray) -> None:
    halves = [run(grey, "sobel", along=along).astype(np.float64) / 2 for along in ("x", "y")]
    assert np.abs(run(grey, "sobel", along="both") - sum(halves)).max() <= 0.5


@few
@given(GREY, st.integers(0, 500), st.integers(0, 500))
def test_canny_finds_fewer_edges_with_higher_thresholds(grey: np.ndarray, low: int, more: int) -> None:
    edges = run(grey, "canny", low=low, high=low + more)
    assert set(np.unique(edges)) <= {0, 255}
    strong = run(grey, "canny", low=low + more, high=low + more)
    assert (edges[strong > 0] == 255).all()
    gradient = sum(np.abs(correlated_with_border(grey, along)) for along in ("x", "y"))
    assert (gradient[edges > 0] > low).all()


def correlated_with_border(grey: np.ndarray, along: str) -> np.ndarray:
    """Canny repeats the pixels at the border."""
    kernel = Operation("sobel", along=along).kernel
    return (windows(grey, 3, border="edge") * kernel).sum((2, 3))


@few
@given(GREY)
def test_equalisation_makes_the_cumulated_histogram_a_line(grey: np.ndarray) -> None:
    cumulated = np.bincount(grey.ravel(), minlength=256).cumsum().astype(np.float64)
    lowest = cumulated[grey.min()]
    if lowest == grey.size:
        assert np.array_equal(run(grey, "equalize_histogram"), grey), "one value stays what it is"
        return
    lines = (cumulated - lowest) / (grey.size - lowest) * 255
    assert np.abs(run(grey, "equalize_histogram") - lines[grey]).max() <= 0.51


@few
@given(st.integers(0, 2**32 - 1), st.integers(20, 40))
def test_clahe_of_one_tile_without_a_limit_equalises(seed: int, side: int) -> None:
    grey = np.random.default_rng(seed).integers(0, 256, (side, side), np.uint8)
    cumulated = np.bincount(grey.ravel(), minlength=256).cumsum() / grey.size * 255
    assert np.abs(run(grey, "clahe", tiles=1, clip_limit=40) - cumulated[grey]).max() <= 0.51
