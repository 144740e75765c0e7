"""What a page says of an array or a tensor: its shape, type and range, a histogram, and a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from playground.images.pixels.walk import Values

BINS = 64


@dataclass(frozen=True)
class Described:
    """`counts[channel][bin]` values are from `edges[bin]` up to `edges[bin + 1]`; the last bin has its end, too."""

    shape: tuple[int, ...]
    dtype: str
    minimum: float
    maximum: float
    means: tuple[float, ...]
    stds: tuple[float, ...]
    edges: tuple[float, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value of the scale on which they are counted."""
        return self.edges[0], 255.0 if self.dtype.endswith("uint8") else self.edges[-1]


def described(value: Values, axes: str) -> Described:
    """Of values whose dimensions are those axes: "HW", "HWC", "CHW" or "NCHW", of the last the first image."""
    array = _array(value)
    dtype = str(value.dtype)
    if array.dtype == np.uint8:
        return _described_bytes(array, axes, dtype)
    minimum, maximum = float(array.min()), float(array.max())
    # Floats of 0 to 1 are counted on that scale, others where they are.
    low, high = min(minimum, 0.0), max(maximum, 1.0)
    edges = tuple(low + index * (high - low) / BINS for index in range(BINS + 1))
    planes = [np.ascontiguousarray(plane, np.float32) for plane in _planes(array, axes)]
    means, stds = zip(*map(_mean_and_std, planes), strict=True)
    end = float(np.nextafter(np.float32(high), np.float32(np.inf)))
    counts = tuple(_histogram(plane, 0, BINS, low, end) for plane in planes)
    return Described(array.shape, dtype, minimum, maximum, means, stds, edges, counts)


def _described_bytes(array: NDArray[Any], axes: str, dtype: str) -> Described:
    """Everything follows from how often each of the 256 values is there, which is counted in one go."""
    if axes == "HWC":
        levels = [_histogram(array, channel, 256, 0, 256) for channel in range(array.shape[2])]
    else:
        levels = [_histogram(np.ascontiguousarray(plane), 0, 256, 0, 256) for plane in _planes(array, axes)]
    counts = np.array(levels, np.float64)
    values = np.arange(256)
    there = np.flatnonzero(counts.sum(0))
    total = counts.sum(1)
    means = counts @ values / total
    stds = np.sqrt(np.maximum(counts @ values**2 / total - means**2, 0))
    bins = counts.reshape(len(counts), BINS, -1).sum(2).astype(int)
    edges = tuple(np.linspace(0, 256, BINS + 1).tolist())
    ends = float(there[0]), float(there[-1])
    return Described(
        array.shape, dtype, *ends, tuple(means.tolist()), tuple(stds.tolist()), edges, tuple(map(tuple, bins.tolist()))
    )


def _histogram(array: NDArray[Any], channel: int, bins: int, low: float, end: float) -> tuple[int, ...]:
    """How many values there are in each bin; `end` is the first that is counted no more."""
    import cv2

    return tuple(int(count) for count in cv2.calcHist([array], [channel], None, [bins], [low, end]).ravel())


def _mean_and_std(plane: NDArray[np.float32]) -> tuple[float, float]:
    import cv2

    mean, std = cv2.meanStdDev(plane)
    return float(mean[0, 0]), float(std[0, 0])


def picture(value: Values, axes: str, side: int) -> NDArray[np.uint8]:
    """The values as Matplotlib's imshow draws them, `(H, W)` or `(H, W, 3)`, with no side longer than this.

    Integers are from 0 to 255, floats from 0 to 1, and what is beyond is cut off; the first channel is red.
    """
    planes = [_reduced(plane, side) for plane in _planes(_array(value), axes)]
    bright = 1 if planes[0].dtype.kind == "f" else 255
    shown = [np.round(np.clip(plane, 0, bright) * (255 / bright)).astype(np.uint8) for plane in planes]
    return shown[0] if len(shown) == 1 else np.stack(shown, axis=2)


def _array(value: Values) -> NDArray[Any]:
    array: NDArray[Any] = value if isinstance(value, np.ndarray) else value.numpy()
    return array


def _planes(array: NDArray[Any], axes: str) -> Iterator[NDArray[Any]]:
    """The channels `(H, W)`."""
    if axes == "NCHW":
        array, axes = array[0], "CHW"
    if axes == "HW":
        yield array
    elif axes == "CHW":
        yield from array
    else:
        yield from (array[:, :, channel] for channel in range(array.shape[2]))


def _reduced(plane: NDArray[Any], side: int) -> NDArray[Any]:
    import cv2

    height, width = plane.shape
    factor = side / max(height, width)
    if factor >= 1:
        return plane
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    return np.asarray(cv2.resize(np.ascontiguousarray(plane), size, interpolation=cv2.INTER_AREA))
