"""What a window that moves over a grid gives at its positions, and the sentence that says how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.charts import PositionGrid
from playground.inspection import Window, max_pooled
from playground.inspection.calculators.average_pooling import average_pooled
from playground.networks.spec import by
from playground.ui.inspect.sliding_layer import SlidingLayer, grid_size


@dataclass(frozen=True)
class WindowOutput:
    """What the windows give, as grids of texts, and the sentence on one of them; the cell of the input it tells of."""

    grids: tuple[PositionGrid, ...]
    sentence: str
    marked: tuple[int, ...] | None = None


def window_output(
    layer: SlidingLayer, found: tuple[Window, ...], window: Window, values: list[list[int]] | None
) -> WindowOutput:
    """What the windows of this layer give, and what this one does; the values are those of the input, if it has any."""
    size = _last(found)
    row, column = window.output
    if layer.is_transposed:
        height, width = grid_size(layer)
        inside = sum(0 <= cell[0] < height and 0 <= cell[1] < width for cell in window.cells)
        cut = len(window.cells) - inside
        return WindowOutput(
            (PositionGrid(f"Input {by(size)}", size, window.output),),
            f"The value in row {row}, column {column} of the input, times the kernel, is added to {inside} cells of "
            f"the output{f'; {cut} are cut off' if cut else ''}.",
        )
    place = f"row {row}, column {column} of the output"
    if values is None:
        title = f"Output {by(size)}"
        sentence = f"The values in the window, times the kernel, are added up and give {place}."
        return WindowOutput((PositionGrid(title, size, window.output),), sentence)
    if layer.type == "AvgPool2d":
        return _averages(layer, found, window, values, place)
    return _maxima(found, window, values, place)


def _maxima(found: tuple[Window, ...], window: Window, values: list[list[int]], place: str) -> WindowOutput:
    size, width = _last(found), len(values[0])
    maxima = max_pooled(values, found)
    grids = (
        PositionGrid(f"Output {by(size)}", size, window.output, _rows([_minus(each.value) for each in maxima], size)),
        PositionGrid("Indices", size, window.output, _rows([_index(each.index) for each in maxima], size)),
    )
    best = maxima[found.index(window)]
    if best.index < 0:
        return WindowOutput(
            grids, f"This window has only padding, which gives minus infinity for {place}, and no index."
        )
    at = divmod(best.index, width)
    sentence = (
        f"The maximum of the window, **{best.value:g}**, gives {place}. It is in row {at[0]}, column {at[1]} of the "
        f"input: index {at[0]}*{width} + {at[1]} = **{best.index}**."
    )
    return WindowOutput(grids, sentence, at)


def _averages(
    layer: SlidingLayer, found: tuple[Window, ...], window: Window, values: list[list[int]], place: str
) -> WindowOutput:
    size = _last(found)
    means = average_pooled(values, found, (layer.argument("padding"),) * 2)
    grid = PositionGrid(f"Output {by(size)}", size, window.output, _rows([f"{mean:.1f}" for mean in means], size))
    counts = " Padding counts as zeros." if layer.argument("padding") else ""
    mean = means[found.index(window)]
    return WindowOutput((grid,), f"The mean of the window, **{mean:.4g}**, gives {place}.{counts}")


def _last(found: tuple[Window, ...]) -> tuple[int, int]:
    """The size of the grid of positions."""
    row, column = found[-1].output
    return row + 1, column + 1


def _rows(texts: Sequence[str], size: tuple[int, int]) -> list[list[str]]:
    return [list(texts[row * size[1] : (row + 1) * size[1]]) for row in range(size[0])]


def _minus(value: float) -> str:
    return "-∞" if value == float("-inf") else f"{value:g}"


def _index(index: int) -> str:
    return f"{index}" if index >= 0 else "none"
