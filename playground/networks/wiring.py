"""The steps of a forward follow when the layers that they apply are renamed, removed or added."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from playground.networks.spec import INPUT, Forward, Step, join

Renamed: TypeAlias = Mapping[str, "str | None"]
"""New names of children by their old ones; None for a child that is gone."""


@dataclass(eq=False)
class _Node:
    """A step that knows whose results it uses: other steps, or inputs by their names."""

    step: Step
    sources: list[_Node | str]


def follow(forward: Forward, container: str, renamed: Renamed) -> Forward:
    """The forward after children of the container at this path below its module got other names, or were removed.

    What used the result of a step that is gone uses what that step was given.
    """
    nodes = _linked(forward)
    for node in tuple(nodes):
        child = _new_path(node.step.child, container, renamed)
        if child is None:
            _bypass(nodes, node)
        else:
            node.step = replace(node.step, child=child)
    return _written(forward, nodes)


def with_step(forward: Forward, siblings: Sequence[str], name: str) -> Forward:
    """The forward with a step for the child `name`, one of these siblings in order.

    It comes after the step of the sibling before it, in whose place its result is used; where there is
    none before that of the next one; and else at the end.
    """
    nodes = _linked(forward)
    place = siblings.index(name)
    before = _step_of(reversed(nodes), siblings[:place][::-1])
    after = _step_of(nodes, siblings[place + 1 :])
    if before is None and after is not None:
        source = after.sources[0]
        added = _Node(Step(_name_of(source), child=name), [source])
        after.sources[0] = added
        nodes.insert(nodes.index(after), added)
        return _written(forward, nodes)
    source = before or (nodes[-1] if nodes else _first_input(forward))
    added = _Node(Step(_name_of(source), child=name), [source])
    if isinstance(source, _Node):
        _use_instead(nodes, source, added)
        nodes.insert(nodes.index(source) + 1, added)
    else:
        nodes.append(added)
    return _written(forward, nodes)


def with_input_through(forward: Forward, at: int, place: int, step: Step, beside: int | None = None) -> Forward:
    """The forward with one more step, through which the input at this place of the step `at` goes first.

    `beside` is the place of another input of that step, which the new one takes as its second.
    """
    nodes = _linked(forward)
    node = nodes[at]
    source = node.sources[place]
    given = [source] if beside is None else [source, node.sources[beside]]
    added = _Node(replace(step, name=_name_of(source)), given)
    node.sources[place] = added
    nodes.insert(at, added)
    return _written(forward, nodes)


def free_name(wanted: str, taken: Collection[str]) -> str:
    """The name itself or, where it is taken, with the first free number after it."""
    numbered = (f"{wanted}{number}" for number in itertools.count(2))
    return wanted if wanted not in taken else next(name for name in numbered if name not in taken)


def _linked(forward: Forward) -> list[_Node]:
    known: dict[str, _Node | str] = {}
    latest: _Node | str = _first_input(forward)
    nodes = []
    for step in forward.steps:
        node = _Node(step, [known.get(name, name) for name in step.inputs] or [latest])
        nodes.append(node)
        known[step.name] = latest = node
    return nodes


def _written(forward: Forward, nodes: list[_Node]) -> Forward:
    """The steps by names again; one that would hide a result that is still used gets a name of its own."""
    taken = {*forward.inputs, *(node.step.name for node in nodes)}
    for place, node in enumerate(nodes):
        for source in node.sources:
            since = nodes.index(source) + 1 if isinstance(source, _Node) else 0
            for between in nodes[since:place]:
                if between.step.name == _name_of(source):
                    between.step = replace(between.step, name=free_name(between.step.name, taken))
                    taken.add(between.step.name)
    latest: _Node | str = _first_input(forward)
    steps = []
    for node in nodes:
        by_default = not node.step.inputs and node.sources == [latest]
        steps.append(replace(node.step, inputs=() if by_default else tuple(map(_name_of, node.sources))))
        latest = node
    return replace(forward, steps=tuple(steps))


def _new_path(child: str, container: str, renamed: Renamed) -> str | None:
    """The path of a step's child afterwards; None where it is gone."""
    start = f"{container}." if container else ""
    if not child.startswith(start):
        return child
    name, dot, rest = child[len(start) :].partition(".")
    new = renamed.get(name, name)
    return None if new is None else join(container, f"{new}{dot}{rest}")


def _bypass(nodes: list[_Node], gone: _Node) -> None:
    nodes.remove(gone)
    _use_instead(nodes, gone, gone.sources[0])


def _use_instead(nodes: list[_Node], old: _Node, new: _Node | str) -> None:
    for node in nodes:
        node.sources = [new if source is old else source for source in node.sources]


def _step_of(nodes: Iterable[_Node], siblings: Sequence[str]) -> _Node | None:
    """The first of these steps that applies the nearest sibling that has one."""
    searched = list(nodes)
    for sibling in siblings:
        for node in searched:
            if node.step.child.partition(".")[0] == sibling:
                return node
    return None


def _name_of(source: _Node | str) -> str:
    return source if isinstance(source, str) else source.step.name


def _first_input(forward: Forward) -> str:
    return forward.inputs[0] if forward.inputs else INPUT
