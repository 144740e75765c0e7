"""How the values of a tensor are distributed: a histogram, and a few numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

BINS = 60
# So many at a time as float64: a layer of VGG has 100 million weights.
_AT_A_TIME = 2**22


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
    values = (tensor.abs() if tensor.is_complex() else tensor).detach().flatten()
    finite = torch.isfinite(values)
    kept = values if finite.all() else values[finite]
    zeros = int((values == 0).sum())
    if not len(kept):
        return Distribution(len(values), 0, zeros, math.nan, math.nan, math.nan, math.nan, (), ())
    pieces = torch.split(kept, _AT_A_TIME)
    minimum, maximum = float(kept.min()), float(kept.max())
    mean = sum(float(piece.double().sum()) for piece in pieces) / len(kept)
    variance = sum(float((piece.double() - mean).square().sum()) for piece in pieces) / len(kept)
    low, high = _range(minimum, maximum)
    counts = sum(torch.histc(piece.double(), bins, low, high).long() for piece in pieces)
    assert isinstance(counts, torch.Tensor)
    width = (high - low) / bins
    edges = (*(low + index * width for index in range(bins)), high)
    return Distribution(
        len(values), len(kept), zeros, minimum, maximum, mean, math.sqrt(variance), edges, tuple(counts.tolist())
    )


def _range(minimum: float, maximum: float) -> tuple[float, float]:
    """From the lowest to the highest value, and something wider where they are one."""
    if minimum < maximum:
        return minimum, maximum
    half = abs(minimum) / 2 or 0.5
    return minimum - half, maximum + half
