"""Blocks of a data flow that repeat: equal ones in a series, each of which takes what the one before gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playground.inspection.graph.dataflow import DataFlow, FlowEdge

# A block may alternate with others, as shifted windows in a Swin Transformer do with windows that are not.
_LONGEST_PERIOD = 4

Structure = tuple[object, ...]


@dataclass(frozen=True)
class Run:
    """Calls of one module in their order: the first `period` of them, and how many times these come in a row."""

    first: tuple[int, ...]
    times: int


class Repeats:
    """Finds repeated blocks among the calls of a module."""

    def __init__(self, flow: DataFlow) -> None:
        self._flow = flow
        self._incoming: dict[int, list[FlowEdge]] = {}
        self._outgoing: dict[int, list[FlowEdge]] = {}
        for edge in flow.edges:
            for node in self._left_by(edge.target, edge.source):
                self._incoming.setdefault(node, []).append(edge)
            for node in self._left_by(edge.source, edge.target):
                self._outgoing.setdefault(node, []).append(edge)

    def runs(self, siblings: Sequence[int]) -> Iterator[Run]:
        """The calls in order, as runs of equal groups that hold a block, or one by one."""
        structures = [self._structure(index) for index in siblings]
        position = 0
        while position < len(siblings):
            periods = range(1, _LONGEST_PERIOD + 1)
            times = {period: self._times(siblings, structures, position, period) for period in periods}
            period = max(periods, key=lambda period: (period * times[period] if times[period] > 1 else 0, -period))
            if times[period] == 1:
                period = 1
            yield Run(tuple(siblings[position : position + period]), times[period])
            position += period * times[period]

    def _times(self, siblings: Sequence[int], structures: Sequence[Structure], start: int, period: int) -> int:
        """How many times the group of so many calls comes in a series from here."""
        group = structures[start : start + period]
        if len(group) < period or not any(self._flow.children(index) for index in siblings[start : start + period]):
            return 1
        given = {(edge.source, edge.output) for edge in self._incoming.get(siblings[start], ())}
        end = start + period
        while structures[end : end + period] == group and all(
            self._follows(siblings[index - 1], siblings[index], given)
            for index in range(end - period + 1, end + period)
        ):
            end += period
        return (end - start) // period

    def _follows(self, before: int, after: int, given: set[tuple[int, int]]) -> bool:
        """Whether the one gives to the other alone, and this takes besides only what the first of its run was given."""
        inside = range(before, self._flow.end(before))
        target = range(after, self._flow.end(after))
        outgoing = self._outgoing.get(before, ())
        incoming = self._incoming.get(after, ())
        return (
            bool(outgoing)
            and all(edge.target in target for edge in outgoing)
            and all(edge.source in inside or (edge.source, edge.output) in given for edge in incoming)
        )

    def _structure(self, index: int) -> Structure:
        """All that is in a call, in a form that is equal for calls that differ in their names only."""
        nodes = self._flow.nodes
        inside = range(index, self._flow.end(index))
        calls = tuple(
            (
                nodes[each].kind,
                nodes[each].type,
                nodes[each].arguments,
                nodes[each].input_shapes,
                nodes[each].output_shapes,
                nodes[each].held_parameters,
                nodes[each].calls,
            )
            for each in inside
        )
        return calls, self._wiring(inside)

    def _wiring(self, inside: range) -> Structure:
        """Which calls in there take what which others give; what comes from elsewhere is numbered as it comes."""
        from_elsewhere: dict[tuple[int, int], int] = {}
        wiring = []
        for target in inside:
            for edge in self._taken_by(target):
                value = (edge.source, edge.output)
                if edge.source in inside:
                    wiring.append((target - inside.start, edge.source - inside.start, edge.output))
                else:
                    number = from_elsewhere.setdefault(value, len(from_elsewhere))
                    wiring.append((target - inside.start, -1, number))
        return tuple(wiring)

    def _taken_by(self, index: int) -> list[FlowEdge]:
        """The edges into a call without calls in it."""
        return [edge for edge in self._incoming.get(index, ()) if edge.target == index]

    def _left_by(self, node: int | None, other: int) -> Iterator[int]:
        """The node and the calls around it that do not hold the other."""
        while node is not None and not node <= other < self._flow.end(node):
            yield node
            node = self._flow.nodes[node].parent
