"""A data flow as a graph to be drawn: blocks folded at a depth, repeated blocks once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from playground.inspection.graph.dataflow import DataFlow, FlowNode
from playground.inspection.graph.graph_repeats import Repeats, Run
from playground.networks.spec import Shape


@dataclass(frozen=True)
class GraphNode:
    """A node of a folded graph: a call with all that is in it, or an open block around other nodes.

    `first` and `last` are the same call where nothing repeats; a node drawn `times` times in a row stands for the
    calls from `first` to `last`, a `group` for several in turn. `parent` is the index of the open block around it.
    `parameters` are those of all calls that it stands for, without those of nodes in it.
    """

    first: FlowNode
    last: FlowNode
    times: int
    parent: int | None
    is_open: bool
    is_group: bool = False
    parameters: int = 0


@dataclass(frozen=True)
class GraphEdge:
    """The node `target` takes a value that `source` gives; edges of the same `value` carry the same tensor.

    It `is_skip` if the value also goes another, longer way to the target, as around a residual block.
    """

    source: int
    target: int
    value: int
    shape: Shape
    is_skip: bool


@dataclass(frozen=True)
class FoldedGraph:
    """The nodes in the order in which they ran, open blocks before what is in them; edges between all others.

    `failed` is the node in which the network stopped.
    """

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    failed: int | None = None

    @property
    def drawn(self) -> int:
        """How many nodes are drawn as boxes of their own."""
        return sum(not node.is_open for node in self.nodes)

    def around(self, index: int) -> tuple[int, ...]:
        """The open blocks around a node, the innermost first."""
        parent = self.nodes[index].parent
        return () if parent is None else (parent, *self.around(parent))


def graph_depth(flow: DataFlow) -> int:
    """How many blocks are around the innermost call: at this depth nothing is folded."""
    depths: list[int] = []
    for node in flow.nodes:
        depths.append(0 if node.parent is None else depths[node.parent] + 1)
    return max(depths)


def readable_depth(flow: DataFlow, most_nodes: int = 30, most_at_first: int = 300) -> int:
    """The greatest depth at which the graph has no more than `most_nodes`, at least 1.

    It is 0 for a network that calls more than `most_at_first` itself, as those for detection do.
    """
    depth = 1 if folded_graph(flow, 1).drawn <= most_at_first else 0
    while 0 < depth < graph_depth(flow) and folded_graph(flow, depth + 1).drawn <= most_nodes:
        depth += 1
    return min(depth, graph_depth(flow))


def folded_graph(flow: DataFlow, depth: int, *, fold_repeats: bool = True) -> FoldedGraph:
    """The graph down to this depth: 0 is the network as one node, 1 shows what it calls, 2 what these call, ...

    Equal blocks in a series are one node with a number of times, unless `fold_repeats` is off.
    """
    folding = _Folding(flow, fold_repeats)
    for index in _outermost(flow):
        folding.place(index, None, depth)
    return folding.graph()


def _outermost(flow: DataFlow) -> list[int]:
    return [index for index, node in enumerate(flow.nodes) if node.parent is None]


@dataclass(frozen=True)
class _Repetition:
    """The calls from `start` on that repeat every `length` indices."""

    start: int
    length: int


class _Folding:
    """Nodes as they are placed, the outermost first, and which of them each call is drawn in."""

    def __init__(self, flow: DataFlow, fold_repeats: bool) -> None:
        self._flow = flow
        self._repeats = Repeats(flow) if fold_repeats else None
        self._nodes: list[GraphNode] = []
        self._node_of: dict[int, int] = {}
        self._repetitions: dict[int, list[_Repetition]] = {}

    def place(self, index: int, parent: int | None, depth: int, times: int = 1, last: int | None = None) -> None:
        """Adds a node for a call, and if it is to be opened, for those in it."""
        node = self._flow.nodes[index]
        is_open = depth > 0 and node.calls > 0
        latest = self._flow.nodes[index if last is None else last]
        new = self._add(GraphNode(node, latest, times, parent, is_open))
        for inside in range(index, index + 1 if is_open else self._flow.end(index)):
            self._node_of[inside] = new
        if is_open:
            self._place_all(self._flow.children(index), new, depth - 1)

    def graph(self) -> FoldedGraph:
        parameters = [0] * len(self._nodes)
        for index, node in enumerate(self._flow.nodes):
            parameters[self._node_of[self._first(index)[0]]] += node.parameters
        nodes = tuple(replace(node, parameters=count) for node, count in zip(self._nodes, parameters, strict=True))
        failed = self._flow.failed
        return FoldedGraph(
            nodes, tuple(self._edges()), None if failed is None else self._node_of[self._first(failed)[0]]
        )

    def _place_all(self, siblings: Sequence[int], parent: int, depth: int) -> None:
        runs = self._repeats.runs(siblings) if self._repeats else [Run((index,), 1) for index in siblings]
        placed = 0
        for run in runs:
            count = len(run.first) * run.times
            self._place_run(run, siblings[placed : placed + count], parent, depth)
            placed += count

    def _place_run(self, run: Run, calls: Sequence[int], parent: int, depth: int) -> None:
        start, end = calls[0], self._flow.end(calls[-1])
        if run.times > 1:
            repetition = _Repetition(start, (end - start) // run.times)
            for index in range(start, end):
                self._repetitions.setdefault(index, []).append(repetition)
        if len(run.first) == 1:
            self.place(start, parent, depth, run.times, calls[-1])
            return
        first, last = self._flow.nodes[start], self._flow.nodes[calls[-1]]
        group = self._add(GraphNode(first, last, run.times, parent, is_open=True, is_group=True))
        for index in run.first:
            self.place(index, group, depth)

    def _add(self, node: GraphNode) -> int:
        self._nodes.append(node)
        return len(self._nodes) - 1

    def _first(self, index: int) -> tuple[int, dict[_Repetition, int]]:
        """The call that is drawn for this one, and the how-manieth it is in each repetition around it."""
        turns: dict[_Repetition, int] = {}
        while len(around := self._repetitions.get(index, [])) > len(turns):
            repetition = around[len(turns)]
            turns[repetition], offset = divmod(index - repetition.start, repetition.length)
            index = repetition.start + offset
        return index, turns

    def _edges(self) -> list[GraphEdge]:
        values: dict[tuple[int, int], int] = {}
        found: dict[tuple[int, int, int], Shape] = {}
        for edge in self._flow.edges:
            (source, source_turns), (target, target_turns) = self._first(edge.source), self._first(edge.target)
            if any(target_turns.get(each, turn) != turn for each, turn in source_turns.items()):
                continue
            ends = self._node_of[source], self._node_of[target]
            if ends[0] != ends[1]:
                value = values.setdefault((source, edge.output), len(values))
                found.setdefault((*ends, value), edge.shape)
        around = _edges_around({(source, target) for source, target, _ in found}, len(self._nodes))
        return [GraphEdge(*key, shape, key[:2] in around) for key, shape in found.items()]


def _edges_around(edges: set[tuple[int, int]], nodes: int) -> set[tuple[int, int]]:
    """The edges besides which there is a longer way from their source to their target; they lead to higher indices."""
    targets: list[list[int]] = [[] for _ in range(nodes)]
    for source, target in edges:
        targets[source].append(target)
    # The nodes that can be reached from each, as the bits of a number.
    reached = [0] * nodes
    for node in reversed(range(nodes)):
        for target in targets[node]:
            reached[node] |= reached[target] | 1 << target
    return {
        (source, target)
        for source, target in edges
        if any(reached[other] >> target & 1 for other in targets[source] if other != target)
    }
