"""The draft as a graph in the DOT language: its layers, operations and shapes, as deep as it can be drawn well."""

from __future__ import annotations

from collections import deque

from playground.charts.network_graph import GraphEdge, GraphNode, network_graph
from playground.networks import NetworkSpec, Trace, tree
from playground.networks.graph import Graph, Node, readable_graph
from playground.networks.operations import OPERATIONS
from playground.ui.kinds_of_work import TRACING
from playground.ui.sandboxed import shown
from playground.ui.trace import in_words

# A browser lays a graph out while nothing else can happen on its page: 30 nodes take it a moment, 60 a second.
_WELL_DRAWN_NODES = 30
_MOST_NODES = 150


def graph_text(spec: NetworkSpec, trace: Trace) -> str:
    """The network in the DOT language; raises SpecError if it cannot be drawn."""
    drawn: Graph = shown(readable_graph, spec, _WELL_DRAWN_NODES, _MOST_NODES, work=TRACING)
    labels = _output_shapes(spec, trace, drawn)
    edges = [GraphEdge(source, target, labels.get(source, "")) for source, target in drawn.edges]
    fault = next((index for index, node in enumerate(drawn.nodes) if index not in labels), None)
    nodes = [_graph_node(node, spec) for node in drawn.nodes]
    return network_graph(nodes, edges, fault if trace.error else None)


def _graph_node(node: Node, spec: NetworkSpec) -> GraphNode:
    *containers, name = node.path.split(".") if node.path else ("",)
    if not node.is_operation:
        label = tree.find(spec, node.path).class_name if node.type == "Module" and node.path else ""
        return GraphNode(label or node.type, name, tuple(containers))
    label = OPERATIONS[node.type].label if node.type in OPERATIONS else node.type
    return GraphNode(label, containers=tuple(filter(None, (*containers, name))), is_operation=True)


def _output_shapes(spec: NetworkSpec, trace: Trace, drawn: Graph) -> dict[int, str]:
    """The shapes that nodes give, by index; the first node without is the one that cannot work.

    Nodes and calls are in the order in which they run, so what is used twice gives a shape each time.
    """
    outputs: dict[tuple[str, str], deque[str]] = {}
    for call in trace.calls:
        outputs.setdefault((call.path, call.type), deque()).append(in_words(call.outputs))
    shapes = {0: in_words(((1, *spec.input_shape),))}
    for index, node in enumerate(drawn.nodes):
        if outputs.get((node.path, node.type)):
            shapes[index] = outputs[node.path, node.type].popleft()
    return shapes
