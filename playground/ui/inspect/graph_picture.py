"""A folded graph as a picture: what its boxes and lines say."""

from __future__ import annotations

from collections.abc import Iterator

from playground.charts.graph_layout import BoxKind, GraphBox, GraphLine
from playground.inspection.graph.dataflow import FlowNode
from playground.inspection.graph.graph_folding import FoldedGraph, GraphNode
from playground.ui.trace import in_words


def graph_picture(graph: FoldedGraph) -> tuple[tuple[GraphBox, ...], tuple[GraphLine, ...]]:
    """The boxes and lines of the graph."""
    inputs: dict[int, set[int]] = {}
    for edge in graph.edges:
        inputs.setdefault(edge.target, set()).add(edge.value)
    merges = {target for target, values in inputs.items() if len(values) > 1}
    boxes = (_box(graph, index, index in merges) for index in range(len(graph.nodes)))
    lines = (
        GraphLine(edge.source, edge.target, edge.value, in_words((edge.shape,)), edge.is_skip) for edge in graph.edges
    )
    return tuple(boxes), tuple(lines)


def _box(graph: FoldedGraph, index: int, is_merge: bool) -> GraphBox:
    node = graph.nodes[index]
    return GraphBox(
        title=_title(node),
        details=tuple(_details(graph, node)),
        tooltip="\n".join(_tooltip(node)),
        kind=_kind(node.first, is_merge),
        parent=node.parent,
        is_stacked=node.times > 1 and not node.is_open,
        is_marked=index == graph.failed,
    )


def _kind(node: FlowNode, is_merge: bool) -> BoxKind:
    if node.kind in ("input", "output"):
        return "end"
    if node.kind == "function":
        return "merge" if is_merge else "function"
    return "block" if node.calls else "layer"


def _title(node: GraphNode) -> str:
    title = "Repeated" if node.is_group else node.first.type
    return f"{title} × {node.times}" if node.times > 1 else title


def _details(graph: FoldedGraph, node: GraphNode) -> Iterator[str]:
    if node.first.kind == "module":
        around = _path_around(graph, node)
        names = [each.path.removeprefix(around).removeprefix(".") for each in (node.first, node.last)]
        if names[0]:
            yield " – ".join(dict.fromkeys(names))
        if node.first.use > 1:
            yield f"use {node.first.use}"
    if node.first.held_parameters and not node.is_group:
        yield f"{node.first.held_parameters:,} parameters{' each' if node.times > 1 else ''}"


def _path_around(graph: FoldedGraph, node: GraphNode) -> str:
    """The path of the block around a node, which the paths of what is in it begin with."""
    if node.parent is None:
        return ""
    parent = graph.nodes[node.parent]
    return _path_around(graph, parent) if parent.is_group else parent.first.path


def _tooltip(node: GraphNode) -> Iterator[str]:
    first = node.first
    if first.kind != "module" and first.kind != "function":
        return
    yield " – ".join(dict.fromkeys(each.path for each in (first, node.last) if each.path)) or "the network"
    yield f"{first.type}({first.arguments})"
    yield f"in: {in_words(first.input_shapes)}"
    yield f"out: {in_words(node.last.output_shapes)}"
