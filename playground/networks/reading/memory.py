"""Which tensors of a forward share their memory, and what a module does to the memory of what it is given.

PyTorch may write a result over a tensor, and then every other name and view of it has the result, too. What is read
says each result as a tensor of its own, so a forward in which the difference would show is refused here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from playground.networks.containers import CONTAINERS
from playground.networks.layer_types import family
from playground.networks.reading.effects import NO_EFFECT, Effect
from playground.networks.reading.values import Applied, Node, Variable, cannot_read, moments, shown

# What these give shares its memory with what they are given, or does so for some sizes or while testing.
_PARTS = ("select", "item", "slice")
_VIEWS = frozenset(
    {
        *(*_PARTS, "chunk", "split", "detach", "expand", "expand_like", "einsum", "dropout", "tuple"),
        *("flatten", "reshape", "unflatten", "unflatten_like", "permute", "transpose", "unsqueeze", "squeeze"),
    }
)
_SHARES = Effect(shares=frozenset({0}))
_REWRITES = Effect(shares=frozenset({0}), by_layers=frozenset({0}))
_ADVICE = "write it without: x = x + y in place of x += y, x.relu() in place of x.relu_()."
_LAYERS_THAT_SHARE = ("Identity", "Flatten", "Unflatten", "Dropout", "AlphaDropout", "FeatureAlphaDropout")


@dataclass(frozen=True, eq=False)
class Change:
    """A tensor that is changed in place, where and at which moment; `result` is what is read in its place.

    A `cause` inside of a module that is applied is in another place. What is changed `by_layer` is changed by the
    network that is read, too.
    """

    tensor: Any
    node: ast.AST
    result: Applied
    cause: ast.AST | None = None
    by_layer: bool = False
    moment: int = field(default_factory=moments.__next__)


def changes_by(applied: Applied, node: ast.AST) -> Iterator[Change]:
    """What a module changes in place that is applied."""
    effect = effect_of(applied.node) if applied.node else NO_EFFECT
    for index, tensor in enumerate(applied.inputs if effect is not NO_EFFECT else ()):
        if index in effect.by_layers:
            yield Change(tensor, node, applied, by_layer=True)
        if index in effect.lost:
            yield Change(tensor, node, applied, effect.lost[index])


def works_in_place(value: Any) -> bool:
    """Whether a layer was applied that writes its result over its input."""
    return isinstance(value, Applied) and value.node is not None and value.node.arguments.get("inplace") is True


def same_tensor(value: Any) -> Any:
    """What stands for a tensor, whatever its name: of the result of a layer that works in place, its input."""
    found = _identity(value)
    while works_in_place(found):
        found = _identity(found.inputs[0])
    return found


def is_view(applied: Applied) -> bool:
    """Whether an operation only looks at its input in another way."""
    return applied.operation in _VIEWS


def effect_of(node: Node) -> Effect:
    """What a module, of which every forward was read, does to the memory of its inputs."""
    if node.type == "Module":
        return node.effect
    if node.type in CONTAINERS:
        return _of_branches(node) if node.rule in ("sum", "concatenate", "dense") else _in_order(node)
    if node.arguments.get("inplace") is True:
        return _REWRITES
    return _SHARES if family(node.type) in _LAYERS_THAT_SHARE else NO_EFFECT


def _in_order(node: Node) -> Effect:
    shares, by_layers, lost = frozenset({0}), frozenset[int](), dict[int, ast.AST]()
    for child in node.children.values():
        effect = effect_of(child)
        if shares:
            by_layers |= effect.by_layers
            lost = effect.lost | lost
        shares &= effect.shares
    return Effect(shares, by_layers, lost)


def _of_branches(node: Node) -> Effect:
    effects = [effect_of(child) for child in node.children.values()]
    for effect in effects[:-1]:
        for place in effect.lost.values():
            raise cannot_read(place, f"this changes in place what every branch of a {node.type} is given; {_ADVICE}")
    shares = effects[0].shares if node.rule == "sum" and len(effects) == 1 else frozenset[int]()
    by_layers = frozenset[int]().union(*(effect.by_layers for effect in effects))
    return Effect(shares, by_layers, effects[-1].lost if effects else {})


def check_uses(used: Iterable[tuple[Any, float]], changes: list[Change]) -> None:
    """Raises SpecError if a tensor is used, at a moment, that has been changed in place since it was computed."""
    by_memory: dict[Any, list[Change]] = {}
    for change in (each for each in changes if not each.by_layer):
        for each in _memory(change.tensor):
            by_memory.setdefault(each, []).append(change)
    for tensor, moment in used if changes else ():
        memory = _memory(tensor)
        for change in {id(change): change for each in memory for change in by_memory.get(each, ())}.values():
            is_between = _moment_of(tensor) < change.moment < moment
            if is_between and change.result not in memory and _overlap(memory, _memory(change.tensor)):
                raise cannot_read(change.node, _problem(change))


def shared_with(tensor: Any, given: Iterable[Any]) -> frozenset[int]:
    """Which of the given tensors a tensor may share its memory with, by their places."""
    memory = _memory(tensor)
    return frozenset(index for index, each in enumerate(given) if _overlap(memory, _memory(each)))


def _problem(change: Change) -> str:
    line = getattr(change.cause, "lineno", None)
    inside = f" in line {line}" if line is not None and line != getattr(change.node, "lineno", None) else ""
    is_layer = change.result.node is not None and change.cause is None
    advice = "make the layer without inplace=True." if is_layer else _ADVICE
    return f"{shown(change.node)} changes a tensor in place{inside} that is used again after it; {advice}"


def _identity(value: Any) -> Any:
    return value.applied if isinstance(value, Variable) and value.applied is not None else value


def _moment_of(tensor: Any) -> int:
    found = _identity(tensor)
    return found.moment if isinstance(found, Applied) else -1


def _memory(tensor: Any) -> dict[Any, Any]:
    """A tensor and all that it may be a view of, the nearest first, each with the view by which it was reached."""
    found: dict[Any, Any] = {}
    pending: list[tuple[Any, Any]] = [(_identity(tensor), None)]
    for each, view in pending:
        if each not in found:
            found[each] = view
            pending += [(_identity(shared), each) for shared in _shared_inputs(each)]
    return found


def _shared_inputs(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, Applied):
        return ()
    if value.node is not None:
        return tuple(value.inputs[index] for index in effect_of(value.node).shares if index < len(value.inputs))
    if value.operation == "tuple":
        return value.inputs
    return value.inputs[:1] if value.operation in _VIEWS else ()


def _overlap(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    common = next((each for each in one if each in other), None)
    return common is not None and not _are_apart(one[common], other[common])


def _are_apart(one: Any, other: Any) -> bool:
    """Whether two views of one tensor are different parts of it."""
    if not (isinstance(one, Applied) and isinstance(other, Applied)) or one.operation != other.operation:
        return False
    if one.operation not in _PARTS or one.arguments.get("dim", 1) != other.arguments.get("dim", 1):
        return False
    if one.operation == "slice":
        bounds = [(each.arguments.get("start", 0), each.arguments.get("end") or -1) for each in (one, other)]
        first, second = sorted(bounds)
        return bool(first[0] >= 0 and 0 <= first[1] <= second[0])
    last = -1 if one.operation == "select" else 0
    places = [each.arguments.get("index", last) for each in (one, other)]
    return bool(places[0] != places[1] and (places[0] < 0) == (places[1] < 0))
