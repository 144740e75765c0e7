"""A graph as a picture in SVG: rounded boxes for layers, frames for open blocks, shapes beside the lines.

Drawn here and not by Graphviz: no well-kept Python package brings its `dot`, and viz.js, with which Streamlit draws
DOT, gives no file and holds up the page for 0.9 s at the 93 boxes of a ResNet-152 (a fifth of that here).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import takewhile

from playground.charts.graph_layout import (
    DETAIL_SIZE,
    HEADER,
    LABEL_SIZE,
    STACK,
    TITLE_SIZE,
    BoxKind,
    GraphBox,
    GraphLine,
    PlacedBox,
    PlacedLine,
    place,
)
from playground.charts.layered_layout import Bend
from playground.charts.theme import BLUE, GREEN, VERMILLION

_INK, _PAPER, _MARK = "#27221f", "#ffffff", "#dd3333"

# Columns that are no farther apart than this are one.
_STRAIGHT = 0.2

# What XML cannot contain, however it is written (Extensible Markup Language 1.0, section 2.2).
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_COLOURS: dict[BoxKind, str] = {
    "end": "currentColor",
    "layer": "currentColor",
    "block": BLUE,
    "function": GREEN,
    "merge": VERMILLION,
}


def graph_svg(boxes: Sequence[GraphBox], lines: Sequence[GraphLine], is_file: bool = False) -> str:
    """The picture of a graph, from top to bottom; each line leads to a later box.

    A file has a paper of its own; otherwise text and lines take the colour of the text around the picture.
    """
    placed = place(boxes, lines)
    width, height = round(placed.width), round(placed.height)
    look = f' style="color:{_INK};background:{_PAPER}"' if is_file else ""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
            f' font-family="Source Sans, Helvetica, Arial, sans-serif" text-anchor="middle" role="img"{look}>',
            *(_frame(box) for box in placed.boxes if box.is_open),
            *_lines(placed.lines),
            *(_box(box) for box in placed.boxes if not box.is_open),
            # Lines of one value begin at one point, with one text.
            *dict.fromkeys(_label(line) for line in placed.lines if line.label),
            "</svg>",
        ]
    )


def _frame(placed: PlacedBox) -> str:
    """An open block: a frame with its title in a bar, before which lines end and below which they go on."""
    box = placed.box
    colour = _colour(box)
    x, y = _number(placed.x), _number(placed.y)
    middle = placed.x + placed.width / 2
    bar_height = HEADER - 4
    size = f'width="{_number(placed.width)}" height="{_number(placed.height)}"'
    return _group(
        box,
        [
            f'<rect x="{x}" y="{y}" {size} rx="9" fill="{colour}" fill-opacity="0.035" stroke="{colour}"'
            f' stroke-opacity="0.8"{_mark(box)}/>',
            f'<rect x="{x}" y="{y}" width="{_number(placed.width)}" height="{bar_height}" rx="9" fill="{colour}"'
            ' fill-opacity="0.13"/>',
            _text(middle, placed.y + 14, box.title, TITLE_SIZE, "600"),
            _text(middle, placed.y + 28, " · ".join(box.details), DETAIL_SIZE),
        ],
    )


def _box(placed: PlacedBox) -> str:
    box = placed.box
    height = placed.height - (STACK if box.is_stacked else 0)
    colour = _colour(box)
    radius = height / 2 if box.kind in ("end", "merge") and not box.details else 7
    middle = placed.x + (placed.width - (STACK if box.is_stacked else 0)) / 2
    rows = 1 + len(box.details)
    top = placed.y + height / 2 - 7 * rows + 11
    parts = [_rectangle(placed, height, radius, colour), *([_stack(placed, colour)] if box.is_stacked else [])]
    parts.append(_text(middle, top, box.title, TITLE_SIZE, "600"))
    parts += [_text(middle, top + 14 * row, text, DETAIL_SIZE) for row, text in enumerate(box.details, 1)]
    return _group(box, parts)


def _rectangle(placed: PlacedBox, height: float, radius: float, colour: str) -> str:
    x, y = _number(placed.x), _number(placed.y)
    width = _number(placed.width - (STACK if placed.box.is_stacked else 0))
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{_number(height)}" rx="{_number(radius)}" fill="{colour}"'
        f' fill-opacity="0.09" stroke="{colour}"{_mark(placed.box)}/>'
    )


def _stack(placed: PlacedBox, colour: str) -> str:
    """The edges of a box behind the box, at the right and below."""
    right, bottom = placed.x + placed.width, placed.y + placed.height
    points = (
        f"M{_number(right - STACK)} {_number(placed.y + STACK)}Q{_number(right)} {_number(placed.y + STACK)}"
        f" {_number(right)} {_number(placed.y + 2 * STACK)}V{_number(bottom - 7)}Q{_number(right)} {_number(bottom)}"
        f" {_number(right - 7)} {_number(bottom)}H{_number(placed.x + 2 * STACK)}"
        f"Q{_number(placed.x + STACK)} {_number(bottom)} {_number(placed.x + STACK)} {_number(bottom - STACK)}"
    )
    return f'<path d="{points}" fill="none" stroke="{colour}"/>'


def _lines(lines: Sequence[PlacedLine]) -> Iterator[str]:
    """Skip connections below the others; what several lines share is drawn once, with the longest of them."""
    drawn: set[tuple[Bend, bool]] = set()
    for line in sorted(lines, key=lambda line: (not line.is_skip, -len(line.bends))):
        shared = sum(1 for _ in takewhile(lambda bend: (bend, line.is_skip) in drawn, line.bends))  # noqa: B023  # used at once
        drawn.update((bend, line.is_skip) for bend in line.bends)
        yield _line(line, shared)


def _line(line: PlacedLine, skipped: int) -> str:
    """A line without the first so many of its bends."""
    colour, dashes = (VERMILLION, ' stroke-dasharray="5 3"') if line.is_skip else ("currentColor", "")
    opacity = 0.9 if line.is_skip else 0.5
    points = "".join(_points(line, skipped))
    path = f'<path d="{points}" fill="none" stroke="{colour}" stroke-opacity="{opacity}" stroke-width="1.3"{dashes}/>'
    if not line.has_arrow:
        return path
    x, y = line.end
    head = f"M{_number(x - 3.5)} {_number(y - 7)}L{_number(x + 3.5)} {_number(y - 7)}L{_number(x)} {_number(y)}Z"
    return f'{path}<path d="{head}" fill="{colour}" fill-opacity="{min(1, opacity + 0.25)}"/>'


def _points(line: PlacedLine, skipped: int) -> Iterator[str]:
    """The commands of the path: straight down between layers, in a curve where it changes its column."""
    last = line.bends[skipped - 1]
    x, y = (last.to_x, last.to_y) if skipped else line.start
    yield f"M{_number(x)} {_number(y)}"
    for bend in line.bends[skipped:]:
        x, to_x = bend.x, bend.to_x
        yield f"L{_number(x)} {_number(bend.y)}"
        if abs(x - to_x) > _STRAIGHT:
            middle = _number((bend.y + bend.to_y) / 2)
            yield f"C{_number(x)} {middle} {_number(to_x)} {middle} {_number(to_x)} {_number(bend.to_y)}"
    yield f"L{_number(line.end[0])} {_number(line.end[1])}"


def _label(line: PlacedLine) -> str:
    x, y = line.start
    return _text(x + 6, y + 12, line.label, LABEL_SIZE, anchor="start")


def _text(x: float, y: float, text: str, size: float, weight: str = "", anchor: str = "") -> str:
    opacity = "" if weight else ' fill-opacity="0.8"'
    weight = f' font-weight="{weight}"' if weight else ""
    anchor = f' text-anchor="{anchor}"' if anchor else ""
    place = f'x="{_number(x)}" y="{_number(y)}"'
    return f'<text {place} font-size="{size:g}" fill="currentColor"{opacity}{weight}{anchor}>{_escaped(text)}</text>'


def _group(box: GraphBox, parts: list[str]) -> str:
    title = f"<title>{_escaped(box.tooltip)}</title>" if box.tooltip else ""
    return f"<g>{title}{''.join(parts)}</g>"


def _escaped(text: str) -> str:
    return escape(_NOT_IN_XML.sub("\ufffd", text))


def _colour(box: GraphBox) -> str:
    return _MARK if box.is_marked else _COLOURS[box.kind]


def _mark(box: GraphBox) -> str:
    return ' stroke-width="2"' if box.is_marked else ""


def _number(value: float) -> str:
    return f"{round(value, 1):g}"
