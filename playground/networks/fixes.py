"""Changes to a network that a person can make with one click: each is data, and gives a new spec."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from playground.networks import tree
from playground.networks.spec import Arguments, Layer, NetworkSpec, Shape, Value


@dataclass(frozen=True)
class SetArguments:
    """Give the layer at `path` these arguments in place of its present ones of the same names."""

    path: str
    arguments: Arguments

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with these arguments."""

        def change(layer: Layer) -> Layer:
            return replace(layer, arguments=Arguments({**layer.arguments, **self.arguments}))

        return tree.update(spec, self.path, change)


@dataclass(frozen=True)
class SetType:
    """Make the layer at `path` one of another type, with its present arguments."""

    path: str
    type: str

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the other type."""
        return tree.update(spec, self.path, lambda layer: replace(layer, type=self.type))


@dataclass(frozen=True)
class SetRule:
    """Make the ModuleList or ModuleDict at `path` compute by `rule`, a name of FORWARD_RULES."""

    path: str
    rule: str

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the rule."""
        return tree.update(spec, self.path, lambda layer: replace(layer, rule=self.rule))


@dataclass(frozen=True)
class Rename:
    """Give the layer at `path` another name."""

    path: str
    name: str

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the other name."""
        return tree.rename(spec, self.path, self.name)[0]


@dataclass(frozen=True)
class InsertBefore:
    """Put `layer` before the layer at `path`; in a container without names, those after it move up by one."""

    path: str
    layer: Layer

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the new layer."""
        return tree.insert(spec, *tree.place_of(spec, self.path), self.layer)[0]


@dataclass(frozen=True)
class Remove:
    """Take the layer at `path` out."""

    path: str

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec without that layer."""
        return tree.remove(spec, self.path)


@dataclass(frozen=True)
class Append:
    """Put `layer` at the end of the network."""

    layer: Layer

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the new layer."""
        return tree.insert(spec, "", len(spec.layers), self.layer)[0]


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
