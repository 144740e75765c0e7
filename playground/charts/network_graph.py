"""A network as Graphviz text: boxes for layers, clusters for containers, shapes on the edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# The page's style sheet gives texts of this colour that of the page's own text.
_LINE = "#808080"


@dataclass(frozen=True)
class GraphNode:
    """A box: its title, a second line, and the containers around it, the outermost first."""

    title: str
    detail: str = ""
    containers: tuple[str, ...] = ()
    is_operation: bool = False


@dataclass(frozen=True)
class GraphEdge:
    """An arrow between two nodes, by their indices, with a text beside it."""

    source: int
    target: int
    label: str = ""


def network_graph(nodes: Sequence[GraphNode], edges: Sequence[GraphEdge], marked: int | None = None) -> str:
    """The graph in the DOT language, from top to bottom; the `marked` node is red."""
    lines = [
        "digraph {",
        '  graph [rankdir=TB bgcolor=transparent nodesep=0.3 ranksep=0.35 fontname="sans-serif" fontsize=11]',
        f'  graph [color="{_LINE}" fontcolor="{_LINE}" style=rounded]',
        f'  node [shape=box style=rounded fontname="sans-serif" fontsize=11 color="{_LINE}" fontcolor="{_LINE}"]',
        f'  edge [fontname="sans-serif" fontsize=10 color="{_LINE}" fontcolor="{_LINE}" arrowsize=0.6]',
        *_boxes(nodes, range(len(nodes)), (), marked),
        *(f"  {edge.source} -> {edge.target} [label={_quoted(_padded(edge.label))}]" for edge in edges),
        "}",
    ]
    return "\n".join(lines)


def _boxes(
    nodes: Sequence[GraphNode], within: Sequence[int], path: tuple[str, ...], marked: int | None
) -> Iterator[str]:
    """The nodes of these indices, all in the container at `path`, and a cluster for each container in it."""
    inner: dict[str, list[int]] = {}
    for index in within:
        containers = nodes[index].containers
        if len(containers) > len(path):
            inner.setdefault(containers[len(path)], []).append(index)
        else:
            yield _box(nodes[index], index, index == marked)
    for name, members in inner.items():
        yield f"  subgraph {_quoted('cluster_' + '.'.join((*path, name)))} {{ label={_quoted(name)} labeljust=l"
        yield from _boxes(nodes, members, (*path, name), marked)
        yield "  }"


def _box(node: GraphNode, index: int, is_marked: bool) -> str:
    label = "\n".join(filter(None, (node.title, node.detail)))
    looks = " shape=ellipse style=solid" if node.is_operation else ""
    looks += ' color="#d33" fontcolor="#d33" penwidth=2' if is_marked else ""
    return f"  {index} [label={_quoted(label)}{looks}]"


def _padded(label: str) -> str:
    return f" {label}" if label else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
