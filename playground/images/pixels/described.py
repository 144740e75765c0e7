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
    import cv2

    array = _array(value)
    minimum, maximum = float(array.min()), float(array.max())
    # Bytes are counted on the whole scale, floats of 0 to 1 as well, others where they are.
    low, high = (0.0, 256.0) if array.dtype == np.uint8 else (min(minimum, 0.0), max(maximum, 1.0))
    means, stds, counts = [], [], []
    for plane in _planes(array, axes):
        numbers = np.ascontiguousarray(plane if plane.dtype == np.uint8 else plane.astype(np.float32))
        mean, std = cv2.meanStdDev(numbers)
        means.append(float(mean[0, 0]))
        stds.append(float(std[0, 0]))
        end = high if array.dtype == np.uint8 else float(np.nextafter(np.float32(high), np.float32(np.inf)))
        counted = cv2.calcHist([numbers], [0], None, [BINS], [low, end])
        counts.append(tuple(int(count) for count in counted.ravel()))
    edges = tuple(low + index * (high - low) / BINS for index in range(BINS + 1))
    dtype = str(value.dtype)
    return Described(array.shape, dtype, minimum, maximum, tuple(means), tuple(stds), edges, tuple(counts))


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
