"""The windows of a convolution or a pooling on a small grid, one by one, and what a max pooling finds in them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from playground.inspection.calculators.output_sizes import slid

Cell = tuple[int, ...]


@dataclass(frozen=True)
class Window:
    """One position of the output and the cells that it sees, row by row, first row 0; some may be padding."""

    output: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Maximum:
    """The largest value of a window, and where it lies: the index into the flattened input, as torch returns it.

    In a window that sees only padding, the value is minus infinity and the index -1.
    """

    output: Cell
    value: float
    index: int


def windows(
    size: Sequence[int],
    kernel_size: Sequence[int],
    *,
    stride: Sequence[int] | None = None,
    padding: Sequence[int] | None = None,
    dilation: Sequence[int] | None = None,
    ceil_mode: bool = False,
) -> tuple[Window, ...]:
    """All windows over a grid of this size, in the order of the output; each argument has a number for each side.

    The stride is 1, as a convolution's, unless given. Cells below 0 or from the size on are padding, or, with
    `ceil_mode`, behind it. Empty where no window fits.
    """
    sides = len(size)
    strides, paddings, dilations = stride or (1,) * sides, padding or (0,) * sides, dilation or (1,) * sides
    each_side = list(zip(size, kernel_size, strides, paddings, dilations, strict=True))
    counts = [max(slid(*side, ceil_mode).length, 0) for side in each_side]
    return tuple(
        Window(
            output,
            tuple(
                itertools.product(
                    *(
                        [place * step - before + tap * apart for tap in range(kernel)]
                        for place, (_, kernel, step, before, apart) in zip(output, each_side, strict=True)
                    )
                )
            ),
        )
        for output in itertools.product(*map(range, counts))
    )


def max_pooled(values: Sequence[Sequence[float]], found: Sequence[Window]) -> tuple[Maximum, ...]:
    """The maximum of each window over a grid of values; padding never wins, the first of equal values does.

    The indices are those of `nn.MaxPool2d(..., return_indices=True)`, with which `nn.MaxUnpool2d` puts them back.
    """
    height, width = len(values), len(values[0])
    maxima = []
    for window in found:
        best, index = -math.inf, -1
        for row, column in window.cells:
            inside = 0 <= row < height and 0 <= column < width
            if inside and (index < 0 or values[row][column] > best or math.isnan(values[row][column])):
                best, index = values[row][column], row * width + column
        maxima.append(Maximum(window.output, best, index))
    return tuple(maxima)
