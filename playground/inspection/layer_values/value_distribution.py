"""How the values of a tensor are distributed: a histogram, and a few numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

BINS = 60
# So many at a time as float64, which stay in the cache: a layer of VGG has 100 million weights.
_AT_A_TIME = 2**18


@dataclass(frozen=True)
class Distribution:
    """Of `count` values: those that are finite, their lowest, highest, mean and standard deviation, and a histogram.

    `counts[i]` values are from `edges[i]` up to `edges[i + 1]`; they add up to `finite`. `zeros` are exactly 0.
    The standard deviation is that of the values themselves (divided by their number). Without finite values the
    numbers are NaN and there are no bins.
    """

    count: int
    finite: int
    zeros: int
    minimum: float
    maximum: float
    mean: float
    std: float
    edges: tuple[float, ...]
    counts: tuple[int, ...]

    @property
    def share_of_zeros(self) -> float:
        """The fraction of the values that are exactly 0; 0 if there are none."""
        return self.zeros / self.count if self.count else 0.0


def distribution(tensor: torch.Tensor, bins: int = BINS) -> Distribution:
    """The distribution of all values of a tensor of any shape and type; of complex ones their magnitudes."""
    values = _array(tensor)
    zeros = values.size - int(np.count_nonzero(values))
    kept = values if _all_finite(values) else values[np.isfinite(values)]
    if not kept.size:
        return Distribution(values.size, 0, zeros, math.nan, math.nan, math.nan, math.nan, (), ())
    minimum, maximum = float(kept.min()), float(kept.max())
    low, high = _range(minimum, maximum)
    mean = sum(float(numbers.sum()) for numbers in _pieces(kept)) / kept.size
    squares, counts = 0.0, np.zeros(bins, np.int64)
    for numbers in _pieces(kept):
        squares += float(np.square(numbers - mean).sum())
        counts += np.histogram((numbers - low) / (high - low), bins, (0.0, 1.0))[0]
    return Distribution(
        values.size,
        kept.size,
        zeros,
        minimum,
        maximum,
        mean,
        math.sqrt(squares / kept.size),
        (*(low + index * (high - low) / bins for index in range(bins)), high),
        tuple(counts.tolist()),
    )


def _array(tensor: torch.Tensor) -> NDArray[Any]:
    """The values in one dimension. Counted by NumPy: torch's threads wait for each other on a busy machine."""
    real = (tensor.abs() if tensor.is_complex() else tensor).detach().flatten()
    # NumPy has no bfloat16.
    values: NDArray[Any] = (real.float() if real.is_floating_point() and real.itemsize < 4 else real).numpy()
    return values


def _pieces(values: NDArray[Any]) -> Iterator[NDArray[np.float64]]:
    for start in range(0, values.size, _AT_A_TIME):
        yield values[start : start + _AT_A_TIME].astype(np.float64)


def _all_finite(values: NDArray[Any]) -> bool:
    """Without an array of as many truth values; the lowest and the highest of values with NaN are NaN."""
    return not values.size or (math.isfinite(values.min()) and math.isfinite(values.max()))


def _range(minimum: float, maximum: float) -> tuple[float, float]:
    """From the lowest to the highest value, and something wider where they are one."""
    if minimum < maximum:
        return minimum, maximum
    half = abs(minimum) / 2 or 0.5
    return minimum - half, maximum + half
