"""Which values of a batch share a mean and a variance: a colour and a number for each."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from playground.charts.square_cells import DrawnCell, Label, Look, square_cells

if TYPE_CHECKING:
    Figure = dict[str, Any]

# M. Okabe and K. Ito, "Color Universal Design" (2008), without black. They only fill cells here, each of which
# also has its number, so that also those with little contrast to the page will do.
_COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
_PATTERNS = ("", "/", "x", "-", "|", "\\", "+", ".")
DISTINCT_LOOKS = len(_COLORS) * len(_PATTERNS)

_GAP = 0.6


def normalization_figure(shape: Sequence[int], statistics: Sequence[int], description: str) -> Figure:
    """Return a batch of shape `(N, C)`, `(N, C, L)` or `(N, C, H, W)`: a row for each sample, a block for each channel.

    `statistics` has for each value, in the order of memory, the number of the mean and variance that it shares.
    """
    samples, channels = shape[:2]
    height, width = ((1, 1, *shape[2:]))[-2:]
    apart = _GAP if height * width > 1 else 0.0
    places = itertools.product(range(samples), range(channels), range(height), range(width))
    cells = [
        DrawnCell(
            channel * (width + apart) + column,
            sample * (height + apart) + row,
            _look(statistic),
            str(statistic),
            _hover((sample, channel, row, column), len(shape), statistic),
        )
        for (sample, channel, row, column), statistic in zip(places, statistics, strict=True)
    ]
    above = [Label(channel * (width + apart) - 0.5, -0.95, f"c = {channel}") for channel in range(channels)]
    beside = [Label(-2.2, sample * (height + apart) + (height - 1) / 2, f"n = {sample}") for sample in range(samples)]
    return square_cells(cells, [*above, *beside], description)


def _look(statistic: int) -> Look:
    pattern = _PATTERNS[statistic // len(_COLORS) % len(_PATTERNS)]
    return Look("", _COLORS[statistic % len(_COLORS)], fill=0.4, line=1.5, pattern=pattern)


def _hover(place: tuple[int, int, int, int], dimensions: int, statistic: int) -> str:
    names = {2: "nc", 3: "nc l", 4: "nchw"}[dimensions]
    index = ", ".join(f"{name} = {at}" for name, at in zip(names, place, strict=False) if name != " ")
    return f"{index}: mean and variance {statistic}"
