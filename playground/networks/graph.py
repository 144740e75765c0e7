"""A network as a graph: which layer's or operation's result goes into which other."""

from __future__ import annotations

from dataclasses import dataclass

from playground.networks.containers import CONTAINERS
from playground.networks.errors import SpecError
from playground.networks.forward import run_container
from playground.networks.spec import MAX_DEPTH, MAX_LAYERS, Layer, NetworkSpec, Step, join


@dataclass(frozen=True)
class Node:
    """The input or the output (at the path ""), a layer at its path, or an operation in the container at `path`."""

    type: str
    path: str
    is_operation: bool = False


@dataclass(frozen=True)
class Graph:
    """Nodes in the order in which they run, and edges as pairs of their indices; the last node is the result."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int], ...]


def readable_graph(spec: NetworkSpec, well_drawn: int, most_nodes: int) -> Graph:
    """The graph as deep as it has at most `well_drawn` nodes, with what is deeper as single nodes.

    Raises SpecError if a container cannot be called, or if the layers alone are more than `most_nodes`.
    """
    for depth in (MAX_DEPTH, 2, 1):
        drawn = graph(spec, MAX_LAYERS, depth)
        if len(drawn.nodes) <= well_drawn:
            return drawn
    return graph(spec, most_nodes, depth=0)


def graph(spec: NetworkSpec, most_nodes: int = 1000, depth: int = MAX_DEPTH) -> Graph:
    """The graph of a network down to this depth of containers, below which a container is one node.

    Raises SpecError if a container cannot be called, or if there are more than `most_nodes`.
    """
    nodes = [Node("Input", "")]
    edges: list[tuple[int, int]] = []

    def node(type_name: str, path: str, inputs: tuple[int, ...], is_operation: bool = False) -> int:
        if len(nodes) == most_nodes:
            raise SpecError(f"The network has more than {most_nodes:,} steps, too many to draw.")
        nodes.append(Node(type_name, path, is_operation))
        edges.extend((source, len(nodes) - 1) for source in inputs)
        return len(nodes) - 1

    def through(layer: Layer, path: str, inputs: tuple[int, ...]) -> int:
        if not layer.enabled:
            return inputs[0]
        if layer.type not in CONTAINERS or (path and path.count(".") >= depth):
            return node(layer.type, path, inputs)
        if CONTAINERS[layer.type].has_rule and not layer.rule:
            raise SpecError(f"{path} is a {layer.type} without a forward; choose how its layers are used.")

        def apply(child_path: str, values: tuple[int, ...]) -> int:
            child = layer
            for name in child_path.split("."):
                child = next((each for each in child.children if each.name == name), Layer("", ""))
            if not child.name:
                raise SpecError(f"The forward of {path or spec.name} applies {child_path!r}, which is not there.")
            return through(child, join(path, child_path), values)

        def operate(step: Step, values: tuple[int, ...]) -> int:
            return node(step.operation, path, values, is_operation=True)

        return run_container(layer, inputs, apply, operate)

    network = spec.as_module()
    node("Output", "", (through(network, "", (0,)),))
    return Graph(tuple(nodes), tuple(edges))
