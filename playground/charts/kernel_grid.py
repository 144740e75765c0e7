"""A kernel as a grid of squares in HTML: the weights of a pixel's neighbours, the pixel itself in the middle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from playground.charts import theme

_LARGEST_CELL = 30
_LARGEST_GRID = 260
# From here on numbers would be too small to read.
_MOST_WITH_NUMBERS = 7
_MOST_WITH_GAPS = 15

_POSITIVE, _NEGATIVE = (
    tuple(int(color[at : at + 2], 16) for at in (1, 3, 5)) for color in (theme.BLUE, theme.VERMILLION)
)
_CELL = (
    "aspect-ratio:1;border-radius:2px;display:flex;align-items:center;justify-content:center;"
    "box-shadow:inset 0 0 0 1px color-mix(in srgb,currentColor {outline}%,transparent)"
)
_MIDDLE = "outline:2px solid currentColor"


def kernel_grid(weights: Sequence[Sequence[float]], description: str) -> str:
    """HTML of the weights, rows from the top: positive ones blue, negative ones vermillion, 0 empty.

    The stronger the weight, the fuller the square; small kernels have their numbers. `description` is what a screen
    reader says.
    """
    columns = len(weights[0])
    width = min(_LARGEST_CELL * columns, _LARGEST_GRID)
    gap = 2 if columns <= _MOST_WITH_GAPS else 0
    return (
        f'<div role="img" aria-label="{escape(description)}" style="display:grid;width:{width}px;gap:{gap}px;'
        f'padding:2px;font-size:10px;grid-template-columns:repeat({columns},1fr)">{"".join(_cells(weights))}</div>'
    )


def _cells(weights: Sequence[Sequence[float]]) -> Iterator[str]:
    rows, columns = len(weights), len(weights[0])
    strongest = max(abs(weight) for row in weights for weight in row) or 1.0
    with_numbers = max(rows, columns) <= _MOST_WITH_NUMBERS
    # Many outlines would outshine the weights.
    cell = _CELL.format(outline=22 if columns <= _MOST_WITH_GAPS else 8)
    for row, line in enumerate(weights):
        for column, weight in enumerate(line):
            style = cell
            if weight:
                red, green, blue = _POSITIVE if weight > 0 else _NEGATIVE
                style += f";background:rgba({red},{green},{blue},{0.15 + 0.55 * abs(weight) / strongest:.2f})"
            if (row, column) == (rows // 2, columns // 2):
                style += f";{_MIDDLE}"
            yield f'<div style="{style}">{_number(weight) if with_numbers else ""}</div>'


def _number(weight: float) -> str:
    return f"{weight:.0f}" if weight == round(weight) else f"{weight:.2f}".replace("0.", ".")
