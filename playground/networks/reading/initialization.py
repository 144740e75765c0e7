"""Weights at the start: constants become `initial` of their layer; what is drawn at random says nothing about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from playground.networks.containers import CONTAINERS
from playground.networks.initial_values import parameter_names
from playground.networks.parameters import with_defaults
from playground.networks.reading.values import IGNORED, Node, ParameterOf, cannot_read

_CONSTANTS = {"zeros_": 0.0, "zero_": 0.0, "ones_": 1.0}
_GIVEN = ("constant_", "fill_")
# Arguments that take the parameter of this name away, or both, where they are False.
_SWITCHES = {"bias": ("bias",), "affine": ("weight", "bias"), "elementwise_affine": ("weight", "bias")}


class Modules(list[Any]):
    """What `modules()` and the like give: a loop over it initialises weights."""


def parameter_at(node: Node, name: str) -> ParameterOf | None:
    """The parameter of a layer, or the part that holds some; None if there is none of that name."""
    if node.type in CONTAINERS:
        return None
    if name in ("weight", "bias"):
        arguments = with_defaults(node.type, node.arguments)
        if any(arguments.get(switch) is False for switch, names in _SWITCHES.items() if name in names):
            return None
    elif not any(f"{each}.".startswith(f"{name}.") for each in parameter_names(node.type, node.arguments) or ()):
        return None
    return ParameterOf(node, name)


def initialize(name: str, parameter: Any, arguments: tuple[Any, ...], node: ast.AST) -> Any:
    """Follows a function of `torch.nn.init`, or a method of a parameter such as `zero_`."""
    if not isinstance(parameter, ParameterOf):
        return IGNORED
    layer = parameter.node
    layer.initial.pop(parameter.name, None)
    if name in _GIVEN:
        value = arguments[0] if arguments else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise cannot_read(node, "the constant of this initialisation is not known here; write the number.")
        layer.initial[parameter.name] = float(value)
    elif name in _CONSTANTS:
        layer.initial[parameter.name] = _CONSTANTS[name]
    return IGNORED


def modules(node: Node) -> Modules:
    """A module and all in it, each once."""
    return Modules({id(each): each for _, each in _walk(node, "")}.values())


def named_modules(node: Node) -> Modules:
    """The same with their paths."""
    return Modules(_walk(node, ""))


def named_parameters(node: Node) -> Modules:
    """The parameters of a module and of all in it, with their paths."""
    return Modules(
        (f"{path}.{name}" if path else name, ParameterOf(each, name))
        for path, each in _walk(node, "")
        for name in parameter_names(each.type, each.arguments) or ()
    )


def parameters(node: Node) -> Modules:
    """The same without their paths."""
    return Modules(parameter for _, parameter in named_parameters(node))


def _walk(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    yield path, node
    for name, child in node.children.items():
        yield from _walk(child, f"{path}.{name}" if path else name)
