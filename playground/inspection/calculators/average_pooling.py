"""What an average pooling finds in the windows of a small grid."""

from __future__ import annotations

from collections.abc import Sequence

from playground.inspection.calculators.window_positions import Window


def average_pooled(
    values: Sequence[Sequence[float]], found: Sequence[Window], padding: Sequence[int] = (0, 0)
) -> tuple[float, ...]:
    """The mean of each window over a grid of values, as `nn.AvgPool2d` gives it.

    Padding counts as zeros (`count_include_pad=True`, the default); what lies behind the padding, which a window of
    `ceil_mode` may have, does not count.
    """
    height, width = len(values), len(values[0])
    end_row, end_column = height + padding[0], width + padding[1]
    means = []
    for window in found:
        counted = [(row, column) for row, column in window.cells if row < end_row and column < end_column]
        inside = [values[row][column] for row, column in counted if 0 <= row < height and 0 <= column < width]
        means.append(sum(inside) / len(counted))
    return tuple(means)
