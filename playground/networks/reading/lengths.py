"""How long source says that a flattened sample is, `x.view(-1, 400)`: kept where the sample has another length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from playground.networks import tree
from playground.networks.reading.values import Node
from playground.networks.spec import Forward, Layer, NetworkSpec, Shape, Step, join


@dataclass(frozen=True)
class Length:
    """A step that flattens, in the forward of the module at `path`, and the length that the source gives there."""

    path: str
    step: int
    length: int


def lengths_in(node: Node, path: str = "") -> Iterator[Length]:
    """The lengths in the forwards of a network and of the modules in it."""
    if node.forward is not None:
        yield from (Length(path, step, length) for step, length in node.lengths.items())
    for name, child in node.children.items():
        yield from lengths_in(child, join(path, name))


def with_lengths(spec: NetworkSpec, lengths: Iterable[Length]) -> NetworkSpec:
    """The network with these steps as reshapes to their length, which fit a sample of that length only."""
    for each in lengths:
        if each.path:
            spec = tree.update(spec, each.path, partial(_layer_with, length=each))
        elif spec.forward is not None:
            spec = replace(spec, forward=_forward_with(spec.forward, each))
    return spec


def that_do_not_fit(spec: NetworkSpec, lengths: list[Length], sample: Shape) -> list[Length]:
    """The lengths that a sample of this shape does not have there."""
    from playground.networks.propagate import propagate

    if not lengths or propagate(with_lengths(spec, lengths), (2, *sample)).fault is None:
        return []
    found = []
    for each in lengths:
        fault = propagate(with_lengths(spec, [each]), (2, *sample)).fault
        if fault is not None and (fault.path, fault.step) == (each.path, each.step):
            found.append(each)
    return found


def _layer_with(layer: Layer, length: Length) -> Layer:
    return layer if layer.forward is None else replace(layer, forward=_forward_with(layer.forward, length))


def _forward_with(forward: Forward, length: Length) -> Forward:
    steps = list(forward.steps)
    old = steps[length.step]
    steps[length.step] = Step(old.name, operation="reshape", inputs=old.inputs, arguments={"shape": (length.length,)})
    return replace(forward, steps=tuple(steps))
