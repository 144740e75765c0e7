"""Where the boxes of a graph stand, open blocks around what is in them, and where the lines between them run.

Each open block is laid out by itself and is then one item of the block around it, so nothing foreign stands in it.
A line that enters it comes through its upper border, and one that leaves it goes through its lower border.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from playground.charts.layered_layout import Arrangement, Bend, Item, Link, arrange
from playground.charts.text_width import text_width

TITLE_SIZE, DETAIL_SIZE, LABEL_SIZE = 12.0, 10.5, 10.0
HEADER = 38.0
STACK = 4.0
_PADDING = 12.0
_LINE_HEIGHT = 14.0
_LABEL_ROOM = 16.0
# How far a line that crosses a border keeps others away.
_REACH = 6.0
_ARROWS_APART = 9.0

BoxKind = Literal["end", "layer", "block", "function", "merge"]
"""Input and output, a layer, a layer of layers, a function, and a function of several inputs."""


@dataclass(frozen=True)
class GraphBox:
    """A box: its title, further lines, what a pointer on it shows; `parent` is the open block around it.

    A box with boxes in it is an open block. A stacked one stands for several, a marked one is where a network stops.
    """

    title: str
    details: tuple[str, ...] = ()
    tooltip: str = ""
    kind: BoxKind = "layer"
    parent: int | None = None
    is_stacked: bool = False
    is_marked: bool = False


@dataclass(frozen=True)
class GraphLine:
    """An arrow from a box to one after it; lines of the same `value` begin as one, with `label` beside it."""

    source: int
    target: int
    value: int
    label: str = ""
    is_skip: bool = False


@dataclass(frozen=True)
class PlacedBox:
    """A box with its upper left corner and its size in pixels, and how many open blocks are around it."""

    box: GraphBox
    x: float
    y: float
    width: float
    height: float
    depth: int
    is_open: bool


@dataclass(frozen=True)
class PlacedLine:
    """A stretch of lines: from a point down to a point, around bends. It ends in an arrow if it ends at a box."""

    start: tuple[float, float]
    bends: tuple[Bend, ...]
    end: tuple[float, float]
    is_skip: bool
    has_arrow: bool
    label: str


@dataclass(frozen=True)
class PlacedGraph:
    """All boxes, outer ones first, and lines, and the size of the picture in pixels."""

    boxes: tuple[PlacedBox, ...]
    lines: tuple[PlacedLine, ...]
    width: float
    height: float


def place(boxes: Sequence[GraphBox], lines: Sequence[GraphLine]) -> PlacedGraph:
    """The layout of a graph whose lines lead to later boxes, between boxes with none in them."""
    layout = _Layout(boxes, lines)
    width, height = layout.draw(None, _PADDING, _PADDING, 0)
    return PlacedGraph(tuple(layout.placed), tuple(layout.ways), width + 2 * _PADDING, height + 2 * _PADDING)


@dataclass
class _Stretch:
    """The part of lines of one value that runs within one open block; ends are boxes, or None at its border."""

    source: int | None
    target: int | None
    value: int
    label: str
    is_skip: bool


@dataclass(frozen=True)
class _Inside:
    """An open block laid out: what stands in it in order, and where in it values come in and go out."""

    stretches: tuple[_Stretch, ...]
    boxes: tuple[int, ...]
    arrangement: Arrangement
    entries: dict[int, float]
    exits: dict[int, float]
    left: float


class _Layout:
    def __init__(self, boxes: Sequence[GraphBox], lines: Sequence[GraphLine]) -> None:
        self.placed: list[PlacedBox] = []
        self.ways: list[PlacedLine] = []
        self._boxes = boxes
        self._children: dict[int | None, list[int]] = {}
        for index, box in enumerate(boxes):
            self._children.setdefault(box.parent, []).append(index)
        self._stretches: dict[int | None, dict[tuple[int | None, int | None, int], _Stretch]] = {}
        for line in lines:
            self._cut(line)
        self._sizes: dict[int, tuple[float, float]] = {}
        self._inside: dict[int | None, _Inside] = {}
        # Inner blocks come after those around them.
        for index in reversed(range(len(boxes))):
            if index in self._children:
                self._inside[index] = self._arranged(index)
            self._sizes[index] = self._size(index)
        self._inside[None] = self._arranged(None)

    def draw(self, block: int | None, x: float, y: float, depth: int) -> tuple[float, float]:
        """Places all that is in a block whose contents begin at this point; the size of these."""
        inside = self._inside[block]
        arrangement = inside.arrangement
        corners = {}
        for item, index in enumerate(inside.boxes, len(inside.entries)):
            width, height = self._sizes[index]
            corner = x + arrangement.middles[item] - width / 2, y + arrangement.tops[item]
            corners[index] = corner
            is_open = index in self._children
            self.placed.append(PlacedBox(self._boxes[index], *corner, width, height, depth, is_open))
            if is_open:
                self.draw(index, corner[0] + self._inside[index].left, corner[1] + HEADER, depth + 1)
        ways = [[_moved(bend, x, y) for bend in bends] for bends in arrangement.ways]
        self._part_arrows(inside.stretches, ways)
        for stretch, bends in zip(inside.stretches, ways, strict=True):
            self._draw_stretch(stretch, bends, corners)
        return arrangement.width, arrangement.height

    def _part_arrows(self, stretches: Sequence[_Stretch], ways: Sequence[list[Bend]]) -> None:
        """Lets the lines from the left and right of a box end beside those that come straight from above."""
        sides: dict[tuple[int, bool], list[list[Bend]]] = {}
        for stretch, bends in zip(stretches, ways, strict=True):
            away = bends[-1].x - bends[-1].to_x
            if stretch.target is not None and stretch.target not in self._children and abs(away) > 1:
                sides.setdefault((stretch.target, away > 0), []).append(bends)
        for (target, is_right), lines in sides.items():
            is_alone = (target, not is_right) not in sides and not any(
                stretch.target == target and abs(bends[-1].x - bends[-1].to_x) <= 1
                for stretch, bends in zip(stretches, ways, strict=True)
            )
            apart = min(_ARROWS_APART, (self._sizes[target][0] / 2 - _REACH) / len(lines))
            lines.sort(key=lambda bends: abs(bends[-1].x - bends[-1].to_x))
            for position, bends in enumerate(lines, 0 if is_alone else 1):
                to_x = bends[-1].to_x + (position if is_right else -position) * apart
                bends[-1] = replace(bends[-1], to_x=to_x)

    def _draw_stretch(self, stretch: _Stretch, bends: list[Bend], corners: dict[int, tuple[float, float]]) -> None:
        first, last = bends[0], bends[-1]
        start, end = (first.x, first.y), (last.to_x, last.to_y)
        if stretch.source is not None:
            start = first.x, corners[stretch.source][1] + self._sizes[stretch.source][1]
        if stretch.target is not None:
            end = last.to_x, corners[stretch.target][1]
        has_arrow = stretch.target is not None
        self.ways.append(PlacedLine(start, tuple(bends), end, stretch.is_skip, has_arrow, stretch.label))

    def _cut(self, line: GraphLine) -> None:
        """Cuts a line at the borders of the open blocks that it enters and leaves."""
        source, target = self._around(line.source), self._around(line.target)
        common = next(block for block, _ in source if block in {other for other, _ in target})
        for block, child in takewhile(lambda each: each[0] != common, source):
            self._add(block, child, None, line)
        self._add(common, dict(source)[common], dict(target)[common], line)
        for block, child in takewhile(lambda each: each[0] != common, target):
            self._add(block, None, child, line)

    def _add(self, block: int | None, source: int | None, target: int | None, line: GraphLine) -> None:
        label = line.label if source == line.source else ""
        stretches = self._stretches.setdefault(block, {})
        stretch = stretches.setdefault((source, target, line.value), _Stretch(source, target, line.value, label, True))
        stretch.is_skip &= line.is_skip

    def _around(self, index: int) -> list[tuple[int | None, int]]:
        """The blocks around a box, the innermost first, each with the box in it that is or holds this one."""
        parent = self._boxes[index].parent
        return [(parent, index), *(self._around(parent) if parent is not None else ())]

    def _arranged(self, block: int | None) -> _Inside:
        stretches = list(self._stretches.get(block, {}).values())
        entries = list(dict.fromkeys(each.value for each in stretches if each.source is None))
        exits = list(dict.fromkeys(each.value for each in stretches if each.target is None))
        boxes = self._children[block]
        numbers = {index: number for number, index in enumerate(boxes, len(entries))}
        items = [
            *(Item(_REACH, _REACH, 0, is_first=True) for _ in entries),
            *(self._item(index, stretches) for index in boxes),
            *(Item(_REACH, _REACH, 0, is_last=True) for _ in exits),
        ]
        links = [
            Link(
                entries.index(each.value) if each.source is None else numbers[each.source],
                len(entries) + len(boxes) + exits.index(each.value) if each.target is None else numbers[each.target],
                (each.value, each.is_skip),
                0.0 if each.source is None else self._exit(each.source, each.value, stretches),
                0.0 if each.target is None else self._entry(each.target, each.value),
            )
            for each in stretches
        ]
        arrangement = arrange(items, links)
        width = arrangement.width
        needed = self._header_width(block) if block is not None else 0.0
        left = max(_PADDING, (needed - width) / 2)
        middles = arrangement.middles
        return _Inside(
            tuple(stretches),
            tuple(boxes),
            arrangement,
            {value: left + middles[number] for number, value in enumerate(entries)},
            {value: left + middles[number] for number, value in enumerate(exits, len(entries) + len(boxes))},
            left,
        )

    def _item(self, index: int, stretches: Sequence[_Stretch]) -> Item:
        width, height = self._sizes[index]
        labels = {each.value: each.label for each in stretches if each.source == index and each.label}
        reaches = [
            self._exit(index, value, stretches) + 8 + text_width(label, LABEL_SIZE) for value, label in labels.items()
        ]
        return Item(width / 2, max([width / 2, *reaches]), height, _LABEL_ROOM if labels else 0.0)

    def _size(self, index: int) -> tuple[float, float]:
        box = self._boxes[index]
        if index in self._children:
            inside = self._inside[index]
            below = 0 if inside.exits else _PADDING
            return inside.arrangement.width + 2 * inside.left, inside.arrangement.height + HEADER + below
        lines = 1 + len(box.details)
        height = 12 + _LINE_HEIGHT * lines + (STACK if box.is_stacked else 0)
        texts = [text_width(box.title, TITLE_SIZE), *(text_width(each, DETAIL_SIZE) for each in box.details)]
        return max(56, max(texts) + 20), height

    def _header_width(self, index: int) -> float:
        box = self._boxes[index]
        texts = [text_width(box.title, TITLE_SIZE), text_width(" · ".join(box.details), DETAIL_SIZE)]
        return max(texts) + 2 * _PADDING

    def _exit(self, index: int, value: int, stretches: Sequence[_Stretch]) -> float:
        """Where a value leaves a box, from the box's middle."""
        width = self._sizes[index][0]
        if index in self._children:
            return self._inside[index].exits[value] - width / 2
        values = list(dict.fromkeys(each.value for each in stretches if each.source == index))
        return _spread(values.index(value), len(values), width)

    def _entry(self, index: int, value: int) -> float:
        """Where a value enters a box, from the box's middle."""
        return self._inside[index].entries[value] - self._sizes[index][0] / 2 if index in self._children else 0.0


def _spread(position: int, count: int, width: float) -> float:
    return (position - (count - 1) / 2) * min(width / count, 40)


def _moved(bend: Bend, x: float, y: float) -> Bend:
    return Bend(bend.x + x, bend.y + y, bend.to_x + x, bend.to_y + y)
