"""A graph as a picture: it opens by itself, all boxes are in it where they belong, and texts stay texts."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from playground.charts.graph_layout import GraphBox, GraphLine, place
from playground.charts.graph_svg import graph_svg

SVG = "{http://www.w3.org/2000/svg}"
RESIDUAL = (
    [
        GraphBox("Input", kind="end"),
        GraphBox("Block", ("layer1",), kind="block"),
        GraphBox("Conv2d", ("conv",), tooltip="layer1.conv", parent=1),
        GraphBox("add", kind="merge", parent=1),
        GraphBox("Output", kind="end"),
    ],
    [
        GraphLine(0, 2, 0, "1 × 3"),
        GraphLine(0, 3, 0, "1 × 3", is_skip=True),
        GraphLine(2, 3, 1, "1 × 3"),
        GraphLine(3, 4, 2, "1 × 3"),
    ],
)


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_picture_has_each_box_once_and_the_shape_of_each_value_once() -> None:
    svg = graph_svg(*RESIDUAL)
    assert sorted(texts(svg)) == sorted(
        ["Input", "Block", "layer1", "Conv2d", "conv", "add", "Output", "1 × 3", "1 × 3", "1 × 3"]
    )
    assert [title.text for title in ElementTree.fromstring(svg).iter(f"{SVG}title")] == ["layer1.conv"]


def test_a_skip_connection_is_dashed() -> None:
    dashed = [
        path
        for path in ElementTree.fromstring(graph_svg(*RESIDUAL)).iter(f"{SVG}path")
        if "stroke-dasharray" in path.attrib
    ]
    assert len(dashed) == 1


def test_a_file_has_colours_of_its_own_and_a_page_gives_its() -> None:
    assert "background" in ElementTree.fromstring(graph_svg(*RESIDUAL, is_file=True)).attrib["style"]
    assert "style" not in ElementTree.fromstring(graph_svg(*RESIDUAL)).attrib


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_stays_a_text(text: str) -> None:
    svg = graph_svg([GraphBox(text, (text,), text)], [])
    found = ElementTree.fromstring(svg)
    assert {element.tag for element in found.iter()} <= {f"{SVG}{tag}" for tag in ("svg", "g", "title", "rect", "text")}


@st.composite
def nested(draw: st.DrawFn) -> tuple[list[GraphBox], list[GraphLine]]:
    boxes: list[GraphBox] = []
    for _ in range(draw(st.integers(1, 10))):
        parents = [None, *(index for index, box in enumerate(boxes) if box.kind == "block")]
        kind = draw(st.sampled_from(["block", "layer"]))
        boxes.append(
            GraphBox(draw(st.sampled_from(["a", "Convolution"])), kind=kind, parent=draw(st.sampled_from(parents)))
        )
    closed = [index for index in range(len(boxes)) if all(box.parent != index for box in boxes)]
    order = in_order(boxes, None)
    pairs = [(one, other) for one, other in combinations([each for each in order if each in closed], 2)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=12)) if pairs else []
    renumbered = {index: number for number, index in enumerate(order)}
    boxes = [
        GraphBox(boxes[index].title, kind=boxes[index].kind, parent=renumbered.get(boxes[index].parent))  # type: ignore[arg-type]  # None is no key
        for index in order
    ]
    lines = [
        GraphLine(renumbered[one], renumbered[other], renumbered[one], "1 × 3", draw(st.booleans()))
        for one, other in chosen
    ]
    return boxes, lines


def in_order(boxes: list[GraphBox], parent: int | None) -> list[int]:
    """Each block right before what is in it."""
    inside = [index for index, box in enumerate(boxes) if box.parent == parent]
    return [each for index in inside for each in (index, *in_order(boxes, index))]


@given(nested())
def test_boxes_are_in_their_blocks_and_no_other_and_lines_end_at_them(
    graph: tuple[list[GraphBox], list[GraphLine]],
) -> None:
    boxes, lines = graph
    placed = place(boxes, lines)
    by_identity = {id(each.box): each for each in placed.boxes}
    corners = [by_identity[id(box)] for box in boxes]
    for box, corner in zip(boxes, corners, strict=True):
        frame = (0.0, 0.0, placed.width, placed.height)
        if box.parent is not None:
            parent = corners[box.parent]
            frame = (parent.x, parent.y, parent.x + parent.width, parent.y + parent.height)
        assert frame[0] <= corner.x
        assert frame[1] <= corner.y
        assert corner.x + corner.width <= frame[2] + 0.01
        assert corner.y + corner.height <= frame[3] + 0.01
    for one, other in combinations(range(len(boxes)), 2):
        if boxes[one].parent == boxes[other].parent:
            a, b = corners[one], corners[other]
            beside = a.x + a.width <= b.x or b.x + b.width <= a.x
            assert beside or a.y + a.height <= b.y or b.y + b.height <= a.y
    arrows = {(round(line.end[1], 2)) for line in placed.lines if line.has_arrow}
    assert {round(corners[line.target].y, 2) for line in lines} <= arrows
