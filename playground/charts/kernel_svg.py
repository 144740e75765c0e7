"""A kernel as a grid of squares: the weights with which a pixel's neighbours count, the pixel itself in the middle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from playground.charts import theme

_CELL = 24
_GAP = 2
# From here on the numbers would be too small to read.
_MOST_WITH_NUMBERS = 7


def kernel_svg(weights: Sequence[Sequence[float]], description: str) -> str:
    """An SVG of the weights, rows from the top: positive ones blue, negative ones vermillion, 0 empty.

    The stronger the weight, the fuller the square; small kernels have their numbers. `description` is what a screen
    reader says.
    """
    rows, columns = len(weights), len(weights[0])
    strongest = max(abs(weight) for row in weights for weight in row) or 1.0
    with_numbers = max(rows, columns) <= _MOST_WITH_NUMBERS
    cells = "".join(
        cell
        for row, line in enumerate(weights)
        for column, weight in enumerate(line)
        for cell in _cell(row, column, weight, strongest, with_numbers)
    )
    width, height = columns * _CELL, rows * _CELL
    left, top = (columns // 2) * _CELL, (rows // 2) * _CELL
    middle = (
        f'<rect x="{left}" y="{top}" width="{_CELL}" height="{_CELL}" fill="none" stroke="currentColor" '
        'stroke-width="2" rx="3"/>'
    )
    # Small kernels are not blown up, large ones fit.
    size = min(220, max(width, height))
    return (
        f'<svg viewBox="-1 -1 {width + 2} {height + 2}" width="{size * width // max(width, height)}" '
        f'height="{size * height // max(width, height)}" role="img" aria-label="{escape(description)}">'
        f"{cells}{middle}</svg>"
    )


def _cell(row: int, column: int, weight: float, strongest: float, with_number: bool) -> Iterator[str]:
    x, y, side = column * _CELL + _GAP / 2, row * _CELL + _GAP / 2, _CELL - _GAP
    color = theme.BLUE if weight > 0 else theme.VERMILLION
    opacity = 0.15 + 0.7 * abs(weight) / strongest if weight else 0.0
    yield (
        f'<rect x="{x:g}" y="{y:g}" width="{side}" height="{side}" rx="3" fill="{color}" fill-opacity="{opacity:.2f}" '
        'stroke="currentColor" stroke-opacity="0.25"/>'
    )
    if with_number:
        text = f"{weight:.0f}" if weight == round(weight) else f"{weight:.2f}".replace("0.", ".")
        yield (
            f'<text x="{column * _CELL + _CELL / 2:g}" y="{row * _CELL + _CELL / 2:g}" font-size="9" '
            f'text-anchor="middle" dominant-baseline="central" fill="currentColor">{text}</text>'
        )
