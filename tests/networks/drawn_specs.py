"""Specs drawn by hypothesis for what they say, whether or not their layers fit: all that a person can put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import strategies as st

from playground.networks import Layer, NetworkSpec
from playground.networks.code_classes import with_class_names
from playground.networks.forward_steps import applicable_children, in_order, tidy
from playground.networks.initial_values import parameter_names
from playground.networks.layers import LAYER_TYPES
from playground.networks.operations import OPERATIONS
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import Forward, Step, Value

_NAMES = ("conv", "body", "up", "fc2", "shortcut", "Head", "block_")
_VARIABLES = ("x", "y", "out", "skip", "x2")
_CLASSES = ("", "", "Block", "Head", "Block_", "Conv2d")
# A tuple in the middle is no step: what it holds has its own name. Padding to the own size is no padding.
_IN_THE_MIDDLE = tuple(name for name in OPERATIONS if name not in ("tuple", "pad_like"))


@st.composite
def specs(draw: st.DrawFn) -> NetworkSpec:
    """Layers in containers, with steps and rules, shared or switched off, under all kinds of names."""
    layers = draw(_named_layers(3))
    inputs = (draw(st.sampled_from(_VARIABLES)),)
    module = Layer("Net", "Module", children=layers)
    forward = draw(st.one_of(st.none(), _forwards(module, inputs)))
    shape = tuple(draw(st.lists(st.integers(1, 64), min_size=1, max_size=3)))
    return NetworkSpec(draw(st.sampled_from(["Net", "Block", "MyNet2"])), layers, shape, forward)


def as_code_says(spec: NetworkSpec) -> NetworkSpec:
    """The spec as code says it: each class has its name, and steps only where layers do not run in order.

    What is off is an Identity, which takes one input.
    """
    named = with_class_names(spec)
    network = _as_code_says(named.as_module())
    return replace(named, layers=network.children, forward=network.forward)


def _as_code_says(layer: Layer) -> Layer:
    if not layer.enabled:
        return Layer(layer.name, "Identity")
    children = tuple(map(_as_code_says, layer.children))
    if layer.forward is None:
        return replace(layer, children=children)
    steps = tuple(
        replace(step, inputs=step.inputs[:1]) if _is_off(layer, step.child) else step for step in layer.forward.steps
    )
    forward = tidy(replace(layer.forward, steps=steps))
    return replace(layer, children=children, forward=None if forward == in_order(layer) else forward)


def _is_off(module: Layer, path: str) -> bool:
    return bool(path) and not applicable_children(module)[path].enabled


def _named_layers(depth: int) -> st.SearchStrategy[tuple[Layer, ...]]:
    names = st.lists(st.sampled_from(_NAMES), max_size=3, unique=True)
    return names.flatmap(lambda drawn: _layers(drawn, depth))


def _layers(names: Sequence[str], depth: int) -> st.SearchStrategy[tuple[Layer, ...]]:
    kinds = [_leaves(), _containers(depth - 1), _modules(depth - 1)] if depth else [_leaves()]
    each = st.one_of(*kinds)
    off = st.sampled_from([True, True, True, False])
    named = [st.builds(lambda layer, on, name=name: replace(layer, name=name, enabled=on), each, off) for name in names]
    return st.tuples(*named)


@st.composite
def _leaves(draw: st.DrawFn) -> Layer:
    kind = draw(st.sampled_from(LAYER_TYPES))
    arguments = dict(kind.example_arguments)
    names = parameter_names(kind.name, arguments) or ()
    initial = draw(st.dictionaries(st.sampled_from(sorted(names)), st.sampled_from([0.0, 1.0, 0.25]))) if names else {}
    return Layer("", kind.name, arguments, initial=initial)


@st.composite
def _containers(draw: st.DrawFn, depth: int) -> Layer:
    kind = draw(st.sampled_from(["Sequential", "ModuleList", "ModuleDict"]))
    numbered = kind == "ModuleList" or (kind == "Sequential" and draw(st.booleans()))
    count = draw(st.integers(0, 3))
    names = [str(index) for index in range(count)] if numbered else _NAMES[:count]
    rule = draw(st.sampled_from(["", *FORWARD_RULES])) if kind != "Sequential" else ""
    return Layer("", kind, children=draw(_layers(names, depth)), rule=rule)


@st.composite
def _modules(draw: st.DrawFn, depth: int) -> Layer:
    module = Layer("", "Module", children=draw(_named_layers(depth)), class_name=draw(st.sampled_from(_CLASSES)))
    inputs = tuple(draw(st.lists(st.sampled_from(_VARIABLES), min_size=1, max_size=2, unique=True)))
    forward = draw(st.one_of(st.none(), _forwards(module, inputs)))
    return replace(module, forward=forward)


@st.composite
def _forwards(draw: st.DrawFn, module: Layer, inputs: tuple[str, ...]) -> Forward:
    known = list(inputs)
    steps: list[Step] = []
    for _ in range(draw(st.integers(0, 5))):
        steps.append(draw(_steps(module, known, _IN_THE_MIDDLE)))
        known.append(steps[-1].name)
    if draw(st.booleans()):
        steps.append(draw(_steps(module, known, ("tuple",))))
    return Forward(tuple(steps), inputs)


@st.composite
def _steps(draw: st.DrawFn, module: Layer, known: Sequence[str], operations: Sequence[str]) -> Step:
    name = draw(st.sampled_from(_VARIABLES))
    children = applicable_children(module)
    if children and operations is _IN_THE_MIDDLE and draw(st.booleans()):
        path = draw(st.sampled_from(sorted(children)))
        least = most = len(children[path].forward.inputs) if children[path].forward else 1
        return Step(name, child=path, inputs=draw(_inputs(known, least, most)))
    found = OPERATIONS[draw(st.sampled_from(operations))]
    most = 3 if found.most_inputs is None else found.most_inputs
    arguments: Mapping[str, Value] = {
        each.name: each.first for each in found.parameters if each.required or each.first is not None
    }
    return Step(name, operation=found.name, inputs=draw(_inputs(known, found.least_inputs, most)), arguments=arguments)


def _inputs(known: Sequence[str], least: int, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(known), min_size=least, max_size=most).map(tuple)
