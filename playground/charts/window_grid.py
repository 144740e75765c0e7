"""A window that moves over a grid, beside the grids that have a cell for each of its positions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.charts import theme
from playground.charts.square_cells import (
    CHARACTER_WIDTH,
    GREY,
    PLAIN,
    WINDOW,
    DrawnCell,
    Label,
    Look,
    cell_side,
    square_cells,
)

if TYPE_CHECKING:
    Cell = tuple[int, ...]
    Figure = dict[str, Any]
    Texts = Sequence[Sequence[str]]

_PADDING = Look("Padding", GREY, dash="dot", pattern="/")
_BEYOND = Look("Beyond the padding", GREY, dash="dot")
_OUTSIDE_IN_WINDOW = Look("", theme.BLUE, fill=0.12, line=2.5, pattern="/")
_MARKED = Look("Maximum of the window", theme.VERMILLION, fill=0.45, line=3)
_LEFT_OUT = Look("In no window", theme.PURPLE, fill=0.05, pattern="x")

_GAP = 1.5


@dataclass(frozen=True)
class SeenGrid:
    """The grid over which the window moves, with padding on all sides.

    Cells are (row, column), padding those below 0 or from the size on. `left_out` are cells that no window has;
    `marked` is the maximum.
    """

    title: str
    size: tuple[int, int]
    padding: int = 0
    window: Collection[Cell] = ()
    left_out: Collection[Cell] = ()
    values: Texts | None = None
    marked: Cell | None = None
    # How far windows reach, with `ceil_mode` also beyond the padding.
    reach: tuple[int, int] = (0, 0)
    padding_name: str = "Padding"


@dataclass(frozen=True)
class PositionGrid:
    """A grid with a cell for each position of the window, among them the current one."""

    title: str
    size: tuple[int, int]
    current: Cell | None = None
    values: Texts | None = None


def window_figure(grids: Sequence[SeenGrid | PositionGrid], description: str) -> Figure:
    """Return the grids side by side, each under its title; `description` is what a screen reader says."""
    drawn = [list(_seen(grid) if isinstance(grid, SeenGrid) else _positions(grid)) for grid in grids]
    widths = _widths([_columns(cells) for cells in drawn], grids)
    cells: list[DrawnCell] = []
    labels: list[Label] = []
    left = 0.0
    for grid, own, width in zip(grids, drawn, widths, strict=True):
        right_by = left - min(cell.x for cell in own)
        down_by = -min(cell.y for cell in own)
        cells += [cell._replace(x=cell.x + right_by, y=cell.y + down_by) for cell in own]
        labels.append(Label(left - 0.5, -1.0, grid.title))
        left += width + _GAP
    return square_cells(cells, labels, description)


def _seen(grid: SeenGrid) -> Iterator[DrawnCell]:
    height, width = grid.size
    padding, window, left_out = grid.padding, frozenset(grid.window), frozenset(grid.left_out)
    for row in range(-padding, max(height + padding, grid.reach[0])):
        for column in range(-padding, max(width + padding, grid.reach[1])):
            cell = (row, column)
            if 0 <= row < height and 0 <= column < width:
                look = _look(cell, window, left_out, grid.marked)
                value = grid.values[row][column] if grid.values else ""
                hover = f"row {row}, column {column}, index {row * width + column}" + (value and f": {value}")
                yield DrawnCell(column, row, look, value, hover)
                continue
            is_padding = row < height + padding and column < width + padding
            look = _PADDING._replace(name=grid.padding_name) if is_padding else _BEYOND
            where = f"{look.name.lower()}, row {row}, column {column}"
            yield DrawnCell(column, row, _OUTSIDE_IN_WINDOW if cell in window else look, "", where)


def _look(cell: Cell, window: frozenset[Cell], left_out: frozenset[Cell], marked: Cell | None) -> Look:
    if cell == marked:
        return _MARKED
    if cell in window:
        return WINDOW
    return _LEFT_OUT if cell in left_out else PLAIN


def _positions(grid: PositionGrid) -> Iterator[DrawnCell]:
    for row in range(grid.size[0]):
        for column in range(grid.size[1]):
            value = grid.values[row][column] if grid.values else ""
            hover = f"row {row}, column {column}" + (value and f": {value}")
            yield DrawnCell(column, row, WINDOW if (row, column) == grid.current else PLAIN, value, hover)


def _columns(cells: Sequence[DrawnCell]) -> float:
    columns = [cell.x for cell in cells]
    return max(columns) - min(columns) + 1


def _widths(extents: Sequence[float], grids: Sequence[SeenGrid | PositionGrid]) -> list[float]:
    """In cells; a grid is at least as wide as its title."""
    side = cell_side(sum(extents) + _GAP * (len(extents) - 1))
    return [max(extent, len(grid.title) * CHARACTER_WIDTH / side) for extent, grid in zip(extents, grids, strict=True)]
