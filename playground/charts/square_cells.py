"""Square cells in the looks that they share, with texts, as a plain Plotly figure dictionary."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.charts import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    Figure = dict[str, Any]

# What the page has beside the navigation on a small laptop; more width is left free.
WIDTH = 860
LARGEST_CELL = 40
# Of a character in the labels, on the average.
CHARACTER_WIDTH = 7.5

_LEGEND_HEIGHT = 36
_MARGIN = 8
# A cell's side; what is missing to 1 keeps the outlines of neighbours apart.
_SIDE = 0.9


class Look(NamedTuple):
    """How a cell is drawn: a colour, how much of it fills the cell (0 to 1), its outline, and a pattern of Plotly.

    Cells of one look have one entry in the legend, unless `name` is empty.
    """

    name: str
    color: str
    fill: float = 0.0
    line: float = 1.0
    dash: str = "solid"
    pattern: str = ""


class DrawnCell(NamedTuple):
    """A cell with its centre in columns and rows, downwards; `hover` is what the pointer over it shows."""

    x: float
    y: float
    look: Look
    text: str = ""
    hover: str = ""


class Label(NamedTuple):
    """A text that begins at x and is centred on y, in the same units."""

    x: float
    y: float
    text: str


def square_cells(cells: Sequence[DrawnCell], labels: Sequence[Label], description: str) -> Figure:
    """Return the figure; its layout's height is the height, in pixels, at which the cells are as large as they may be.

    Colours are `#RRGGBB`; half of them, mixed with any background, still leave the page's text readable.
    """
    left = min(*(cell.x for cell in cells), *(label.x for label in labels)) - 0.5
    right = max(*(cell.x + 0.5 for cell in cells), left + 1)
    top = min(*(cell.y for cell in cells), *(label.y for label in labels)) - 0.5
    bottom = max(cell.y for cell in cells) + 0.5
    side = cell_side(right - left)
    legend_height = _LEGEND_HEIGHT if any(cell.look.name for cell in cells) else 0
    looks = sorted({cell.look for cell in cells}, key=lambda look: (look.line, look.name))
    layout: Figure = {
        "meta": {"description": description},
        "height": round((bottom - top) * side) + legend_height + 2 * _MARGIN,
        "margin": {"l": _MARGIN, "r": _MARGIN, "t": _MARGIN, "b": legend_height + _MARGIN},
        "xaxis": {**_AXIS, "range": [left, right], "constraintoward": "left"},
        "yaxis": {**_AXIS, "range": [bottom, top], "constraintoward": "top", "scaleanchor": "x"},
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "hovermode": "closest",
        "dragmode": False,
        "annotations": [_annotation(label) for label in labels],
    }
    outlines = [_outlines(look, [cell for cell in cells if cell.look == look], side) for look in looks]
    return {"data": [*outlines, _texts(cells, side), _pointed(cells, side)], "layout": layout}


def cell_side(columns: float) -> float:
    """Return the side of a cell in pixels where this many are beside each other."""
    return min(LARGEST_CELL, WIDTH / columns)


_AXIS = {"visible": False, "fixedrange": True, "constrain": "domain"}


def _outlines(look: Look, cells: Sequence[DrawnCell], side: float) -> Figure:
    """All cells of one look as one path; small cells have thinner outlines."""
    half = _SIDE / 2
    around = ((-half, -half), (half, -half), (half, half), (-half, half), (-half, -half))
    corners = [corner for cell in cells for corner in (*((cell.x + dx, cell.y + dy) for dx, dy in around), None)]
    trace: Figure = {
        "type": "scatter",
        "mode": "lines",
        "name": look.name,
        "showlegend": bool(look.name),
        "x": [corner and corner[0] for corner in corners],
        "y": [corner and corner[1] for corner in corners],
        "fill": "toself",
        "fillcolor": _transparent(look.color, look.fill),
        "line": {"color": look.color, "width": look.line * min(1.0, side / 30), "dash": look.dash},
        "hoverinfo": "skip",
    }
    if look.pattern:
        trace["fillpattern"] = {
            "shape": look.pattern,
            "fgcolor": _transparent(look.color, 0.6),
            "bgcolor": _transparent(look.color, look.fill),
            "size": 7,
            "solidity": 0.15,
        }
    return trace


def _texts(cells: Sequence[DrawnCell], side: float) -> Figure:
    """Only of cells that have one: Plotly never draws a text where an earlier figure had an empty one."""
    written = [cell for cell in cells if cell.text]
    longest = max((len(cell.text) for cell in written), default=1)
    return {
        "type": "scatter",
        "mode": "text",
        "x": [cell.x for cell in written],
        "y": [cell.y for cell in written],
        "text": [cell.text for cell in written],
        "textfont": {"size": max(7, math.floor(min(0.4 * side, 1.5 * side / longest)))},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _pointed(cells: Sequence[DrawnCell], side: float) -> Figure:
    """What the pointer finds, and nobody sees."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [cell.x for cell in cells],
        "y": [cell.y for cell in cells],
        "marker": {"opacity": 0, "size": round(side)},
        "customdata": [cell.hover for cell in cells],
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": False,
    }


def _annotation(label: Label) -> Figure:
    return {"x": label.x, "y": label.y, "text": label.text, "xanchor": "left", "showarrow": False, "borderpad": 0}


def _transparent(color: str, share: float) -> str:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"


GREY = "#808080"
PLAIN = Look("", GREY, fill=0.14)
WINDOW = Look("Window", theme.BLUE, fill=0.3, line=2.5)
