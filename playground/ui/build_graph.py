"""The draft as a graph in the DOT language: its layers, operations and shapes, as deep as it can be drawn well."""

from __future__ import annotations

from playground.charts.network_graph import GraphEdge, GraphNode, network_graph
from playground.networks import NetworkSpec, Trace
from playground.networks.graph import Graph, Node, graph
from playground.networks.operations import OPERATIONS
from playground.networks.spec import MAX_DEPTH, MAX_LAYERS, by
from playground.ui.build_trace import layer_figures

# A browser lays a graph out while nothing else can happen on its page: 30 nodes take it a moment, 60 a second.
_WELL_DRAWN_NODES = 30
_MOST_NODES = 150


def graph_text(spec: NetworkSpec, trace: Trace) -> str:
    """The network in the DOT language; raises SpecError if it cannot be drawn."""
    drawn = _graph_of_a_good_size(spec)
    labels = _output_shapes(spec, trace, drawn)
    edges = [GraphEdge(source, target, labels.get(source, "")) for source, target in drawn.edges]
    return network_graph([_graph_node(node) for node in drawn.nodes], edges, _place_of_the_fault(trace, drawn))


def _graph_of_a_good_size(spec: NetworkSpec) -> Graph:
    """The graph as deep as it can be drawn well, with what is deeper as single boxes."""
    for depth in (MAX_DEPTH, 2, 1):
        drawn = graph(spec, MAX_LAYERS, depth)
        if len(drawn.nodes) <= _WELL_DRAWN_NODES:
            return drawn
    return graph(spec, _MOST_NODES, depth=0)


def _graph_node(node: Node) -> GraphNode:
    *containers, name = node.path.split(".") if node.path else ("",)
    if not node.is_operation:
        return GraphNode(node.type, name, tuple(containers))
    label = OPERATIONS[node.type].label if node.type in OPERATIONS else node.type
    return GraphNode(label, containers=tuple(filter(None, (*containers, name))), is_operation=True)


def _output_shapes(spec: NetworkSpec, trace: Trace, drawn: Graph) -> dict[int, str]:
    """The shapes that nodes give, by index; a layer that is used twice gives one each time."""
    figures = layer_figures(spec, trace)
    uses: dict[str, list[str]] = {}
    for row in trace.rows:
        uses.setdefault(row.path, []).append(by(row.output_shape))
    shapes = {0: by((1, *spec.input_shape))}
    for index, node in enumerate(drawn.nodes):
        if uses.get(node.path):
            shapes[index] = uses[node.path].pop(0)
        elif node.path in figures and node.path not in uses and not node.is_operation:
            shapes[index] = figures[node.path].output_shape
    return {index: shape.replace(" x ", " × ") for index, shape in shapes.items()}


def _place_of_the_fault(trace: Trace, drawn: Graph) -> int | None:
    """The node that cannot work, or the single box that it is in."""
    if trace.error is None:
        return None
    at = trace.error.path
    for index, node in enumerate(drawn.nodes):
        is_around = at.startswith(f"{node.path}.") and not node.is_operation
        if node.path and (node.path == at or is_around):
            return index
    return None
