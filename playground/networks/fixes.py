"""Changes to a network that a person can make with one click: each is data, and gives a new spec."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from playground.networks import tree
from playground.networks.initial_values import parameter_names
from playground.networks.spec import Arguments, Layer, NetworkSpec, Shape, Step, Value
from playground.networks.wiring import free_name, with_input_through


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
        """The spec with the other type, which keeps the initial values that it has, too."""

        def change(layer: Layer) -> Layer:
            names = (parameter_names(self.type, layer.arguments) or ()) if layer.initial else ()
            kept = {name: value for name, value in layer.initial.items() if name in names}
            return replace(layer, type=self.type, initial=kept)

        return tree.update(spec, self.path, change)


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
    """Put `layer` at the end of the network, or of the container at `path`."""

    layer: Layer
    path: str = ""

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the new layer."""
        return tree.insert(spec, self.path, len(tree.find(spec, self.path).children), self.layer)[0]


@dataclass(frozen=True)
class Replace:
    """Put `layer` in the place of the one at `path`, under its name."""

    path: str
    layer: Layer

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the other layer."""
        return tree.update(spec, self.path, lambda old: replace(self.layer, name=old.name))


@dataclass(frozen=True)
class InsertStep:
    """Let an input of the step `at` of the Module at `path`, the one at `place`, go through one more step first.

    That step applies `layer`, which the Module gets as a child, or where there is none the operation of
    `step`. `beside` is the place of another input of the step `at`, which the new one takes as its second.
    """

    path: str
    at: int
    place: int
    step: Step = field(default_factory=Step)
    layer: Layer | None = None
    beside: int | None = None

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with the new step."""

        def change(module: Layer) -> Layer:
            assert module.forward is not None
            children, step = module.children, self.step
            if self.layer is not None:
                name = free_name(self.layer.name, [child.name for child in children])
                children, step = (*children, replace(self.layer, name=name)), Step(child=name)
            forward = with_input_through(module.forward, self.at, self.place, step, self.beside)
            return replace(module, children=children, forward=forward)

        return tree.update(spec, self.path, change)


@dataclass(frozen=True)
class SetStepArguments:
    """Give the step `at` of the Module at `path` these arguments in place of its present ones of the same names."""

    path: str
    at: int
    arguments: Arguments

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec with these arguments."""

        def change(module: Layer) -> Layer:
            assert module.forward is not None
            steps = list(module.forward.steps)
            steps[self.at] = replace(steps[self.at], arguments={**steps[self.at].arguments, **self.arguments})
            return replace(module, forward=replace(module.forward, steps=tuple(steps)))

        return tree.update(spec, self.path, change)


@dataclass(frozen=True)
class SetInputShape:
    """Say that one sample has this shape, `(C, H, W)`."""

    input_shape: Shape

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """The spec for samples of that shape."""
        return replace(spec, input_shape=self.input_shape)


Edit: TypeAlias = (
    SetArguments
    | SetType
    | SetRule
    | Rename
    | InsertBefore
    | Remove
    | Append
    | Replace
    | InsertStep
    | SetStepArguments
    | SetInputShape
)


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
