"""Changes to a network that a person can make with one click: each is data, and gives a new spec."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from playground.networks.errors import SpecError
from playground.networks.spec import Arguments, Layer, NetworkSpec, Shape, Value


@dataclass(frozen=True)
class SetArguments:
    """Give the layer at `path` these arguments in place of its present ones of the same names."""

    path: str
    arguments: Arguments

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with these arguments."""

        def change(layers: tuple[Layer, ...], index: int) -> tuple[Layer, ...]:
            arguments = Arguments({**layers[index].arguments, **self.arguments})
            return _put(layers, index, replace(layers[index], arguments=arguments))

        return _change(spec, self.path, change)


@dataclass(frozen=True)
class SetType:
    """Make the layer at `path` one of another type, with its present arguments."""

    path: str
    type: str

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the other type."""
        return _change(spec, self.path, lambda layers, i: _put(layers, i, replace(layers[i], type=self.type)))


@dataclass(frozen=True)
class SetRule:
    """Make the ModuleList or ModuleDict at `path` compute by `rule`, a name of FORWARD_RULES."""

    path: str
    rule: str

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the rule."""
        return _change(spec, self.path, lambda layers, i: _put(layers, i, replace(layers[i], rule=self.rule)))


@dataclass(frozen=True)
class Rename:
    """Give the layer at `path` another name."""

    path: str
    name: str

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the other name."""
        return _change(spec, self.path, lambda layers, i: _put(layers, i, replace(layers[i], name=self.name)))


@dataclass(frozen=True)
class InsertBefore:
    """Put `layer` before the layer at `path`; in a container without names, those after it move up by one."""

    path: str
    layer: Layer

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the new layer."""
        return _change(
            spec,
            self.path,
            lambda layers, i: _put(layers, i, _with_free_name(self.layer, layers), layers[i]),
        )


@dataclass(frozen=True)
class Remove:
    """Take the layer at `path` out."""

    path: str

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec without that layer."""
        return _change(spec, self.path, lambda layers, i: _put(layers, i))


@dataclass(frozen=True)
class Append:
    """Put `layer` at the end of the network."""

    layer: Layer

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the new layer."""
        return replace(spec, layers=(*spec.layers, _with_free_name(self.layer, spec.layers)))


@dataclass(frozen=True)
class SetInputShape:
    """Say that one sample has this shape, `(C, H, W)`."""

    input_shape: Shape

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec for samples of that shape."""
        return replace(spec, input_shape=self.input_shape)


Edit: TypeAlias = SetArguments | SetType | SetRule | Rename | InsertBefore | Remove | Append | SetInputShape


@dataclass(frozen=True)
class Fix:
    """One way to mend a network: what it does, as the text of a button, and the edits, in order."""

    text: str
    edits: tuple[Edit, ...]

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The mended spec; raises SpecError if the spec has no such layer any more."""
        for edit in self.edits:
            spec = edit.apply(spec)
        return spec

    def then(self, other: Fix) -> Fix:
        """Both fixes, one after the other, as one."""
        return Fix(f"{self.text} and {other.text}", self.edits + other.edits)


def set_arguments(path: str, **arguments: Value) -> SetArguments:
    """The edit that gives the layer at `path` these arguments."""
    return SetArguments(path, Arguments(arguments))


def add_flatten(spec: NetworkSpec, path: str) -> InsertBefore:
    """The edit that puts a Flatten before a layer, or before the container in which it is the first."""
    names = path.split(".")
    layers: tuple[Layer, ...] = spec.layers
    containers = []
    for name in names:
        containers.append(layers)
        layers = next(layer.children for layer in layers if layer.name == name)
    while len(names) > 1 and containers[-1][0].name == names[-1]:
        names.pop()
        containers.pop()
    return InsertBefore(".".join(names), Layer("flatten", "Flatten"))


def _change(spec: NetworkSpec, path: str, change: Callable[[tuple[Layer, ...], int], tuple[Layer, ...]]) -> NetworkSpec:
    """The spec after `change` was made to the siblings of the layer at `path`, given its index among them."""
    return replace(spec, layers=_changed(spec.layers, path.split("."), change))


def _changed(
    layers: tuple[Layer, ...],
    names: list[str],
    change: Callable[[tuple[Layer, ...], int], tuple[Layer, ...]],
) -> tuple[Layer, ...]:
    index = next((index for index, layer in enumerate(layers) if layer.name == names[0]), None)
    if index is None:
        raise SpecError(f"There is no layer {names[0]!r} any more; undo the last change and try again.")
    if len(names) == 1:
        return _renumbered(change(layers, index)) if _is_positional(layers) else change(layers, index)
    child = layers[index]
    return _put(layers, index, replace(child, children=_changed(child.children, names[1:], change)))


def _put(layers: tuple[Layer, ...], index: int, *new: Layer) -> tuple[Layer, ...]:
    """The layers with `new` in place of the one at `index`."""
    return (*layers[:index], *new, *layers[index + 1 :])


def _is_positional(layers: tuple[Layer, ...]) -> bool:
    """Whether the names are those that `nn.Sequential(a, b, c)` gives: "0", "1", "2"."""
    return [layer.name for layer in layers] == [str(index) for index in range(len(layers))]


def _renumbered(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    return tuple(replace(layer, name=str(index)) for index, layer in enumerate(layers))


def _with_free_name(layer: Layer, siblings: tuple[Layer, ...]) -> Layer:
    """The layer under its own name or, where a sibling has it, with the first free number after it."""
    taken = {sibling.name for sibling in siblings}
    numbered = (f"{layer.name}{number}" for number in itertools.count(2))
    return layer if layer.name not in taken else replace(layer, name=next(n for n in numbered if n not in taken))
