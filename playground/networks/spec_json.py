"""Networks as JSON text, read strictly: whatever is not understood is refused with its place."""

from __future__ import annotations

import json
from dataclasses import replace

from playground.networks.containers import CONTAINERS, check_no_arguments
from playground.networks.errors import SpecError
from playground.networks.initial_values import check_initial
from playground.networks.layers import check_arguments, layer_type
from playground.networks.operations import all_arguments
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import INPUT, MAX_DEPTH, MAX_INTEGER, Forward, Layer, NetworkSpec, Step
from playground.strict_json import (
    JsonError,
    array_of,
    boolean_of,
    check_version,
    object_of,
    read_strictly,
    text_of,
)

VERSION = 1
MAX_BYTES = 1_000_000

_LAYER_KEYS = ("arguments", "children", "rule", "class_name", "forward", "enabled", "initial")

# A level of layers is an object in a list; the network and an argument's tuples come on top.
_MAX_JSON_DEPTH = 2 * MAX_DEPTH + 10


def write_json(spec: NetworkSpec) -> str:
    """The spec as JSON text of this format's version."""
    content = {
        "version": VERSION,
        "name": spec.name,
        "input_shape": spec.input_shape,
        "layers": [_layer_to_json(layer) for layer in spec.layers],
    }
    if spec.forward is not None:
        content["forward"] = _forward_to_json(spec.forward)
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)


def read_json(text: str, whole: bool = True) -> NetworkSpec:
    """The network in a JSON text; raises SpecError with the place of the first thing that is wrong.

    A network in work, which is not `whole`, may have arguments that its layers cannot take: a trace says which.
    """
    try:
        content = read_strictly(
            text,
            "a network",
            most_bytes=MAX_BYTES,
            deepest=_MAX_JSON_DEPTH,
            too_deep=f"The JSON is nested too deep; at most {MAX_DEPTH} levels of layers can be read.",
            largest=MAX_INTEGER,
        )
        return _read_network(content, whole)
    except JsonError as error:
        raise SpecError(error.message, error.line, error.column) from error


def _layer_to_json(layer: Layer) -> dict[str, object]:
    content: dict[str, object] = {"name": layer.name, "type": layer.type}
    if layer.arguments:
        content["arguments"] = dict(layer.arguments)
    if layer.children:
        content["children"] = [_layer_to_json(child) for child in layer.children]
    if layer.rule:
        content["rule"] = layer.rule
    if layer.class_name:
        content["class_name"] = layer.class_name
    if layer.forward is not None:
        content["forward"] = _forward_to_json(layer.forward)
    if not layer.enabled:
        content["enabled"] = False
    if layer.initial:
        content["initial"] = dict(layer.initial)
    return content


def _forward_to_json(forward: Forward) -> dict[str, object]:
    return {"inputs": forward.inputs, "steps": [_step_to_json(step) for step in forward.steps]}


def _step_to_json(step: Step) -> dict[str, object]:
    content: dict[str, object] = {"name": step.name}
    content |= {"child": step.child} if step.child else {"operation": step.operation}
    if step.inputs:
        content["inputs"] = step.inputs
    if step.arguments:
        content["arguments"] = dict(step.arguments)
    return content


def _read_network(content: object, whole: bool) -> NetworkSpec:
    network = object_of(content, "the network", ("version", "name", "input_shape", "layers"), ("forward",))
    check_version(network["version"], VERSION)
    layers = array_of(network["layers"], "layers")
    return NetworkSpec(
        name=text_of(network["name"], "name"),
        input_shape=tuple(array_of(network["input_shape"], "input_shape")),  # NetworkSpec checks the sizes
        layers=tuple(_read_layer(layer, f"layers[{index}]", whole) for index, layer in enumerate(layers)),
        forward=_read_forward(network["forward"], "forward") if "forward" in network else None,
    )


def _read_layer(content: object, place: str, whole: bool) -> Layer:
    layer = object_of(content, place, required=("name", "type"), optional=_LAYER_KEYS)
    type_name = text_of(layer["type"], f"{place}.type")
    arguments = object_of(layer.get("arguments", {}), f"{place}.arguments", required=None)
    children = array_of(layer.get("children", []), f"{place}.children")
    try:
        checked = Layer(
            text_of(layer["name"], "The name"),
            type_name,
            arguments,
            rule=text_of(layer.get("rule", ""), "The rule"),
            class_name=text_of(layer.get("class_name", ""), "The class_name"),
            enabled=boolean_of(layer.get("enabled", True), "enabled"),
            initial=object_of(layer.get("initial", {}), "initial", required=None),
        )
        _check_layer(checked, bool(children), whole)
    except (SpecError, JsonError) as error:
        raise SpecError(f"{place}: {error.message}") from error
    return replace(
        checked,
        children=tuple(_read_layer(child, f"{place}.children[{index}]", whole) for index, child in enumerate(children)),
        forward=_read_forward(layer["forward"], f"{place}.forward") if "forward" in layer else None,
    )


def _check_layer(layer: Layer, has_children: bool, whole: bool) -> None:
    container = CONTAINERS.get(layer.type)
    if layer.rule and not (container and container.has_rule):
        raise SpecError(f"{layer.type} has no rule; only a ModuleList and a ModuleDict have one.")
    if layer.class_name and layer.type != "Module":
        raise SpecError(f"{layer.type} has no class_name; only a Module has one.")
    if layer.rule and layer.rule not in FORWARD_RULES:
        raise SpecError(f"There is no rule {layer.rule[:100]!r}; there are {', '.join(FORWARD_RULES)}.")
    if container:
        check_no_arguments(layer)
        check_initial(layer)
        return
    if whole:
        check_arguments(layer.type, layer.arguments)
        check_initial(layer)
    layer_type(layer.type)
    if has_children:
        raise SpecError(f"{layer.type} holds no layers, so it cannot have children.")


def _read_forward(content: object, place: str) -> Forward:
    forward = object_of(content, place, required=("steps",), optional=("inputs",))
    inputs = _texts_of(forward.get("inputs", [INPUT]), f"{place}.inputs")
    steps = array_of(forward["steps"], f"{place}.steps")
    return Forward(tuple(_read_step(step, f"{place}.steps[{index}]") for index, step in enumerate(steps)), inputs)


def _read_step(content: object, place: str) -> Step:
    step = object_of(content, place, required=("name",), optional=("child", "operation", "inputs", "arguments"))
    arguments = object_of(step.get("arguments", {}), f"{place}.arguments", required=None)
    operation = text_of(step.get("operation", ""), f"{place}.operation")
    try:
        if operation:
            all_arguments(operation, arguments)
        return Step(
            name=text_of(step["name"], "The name"),
            child=text_of(step.get("child", ""), "The child"),
            operation=operation,
            inputs=_texts_of(step.get("inputs", []), "inputs"),
            arguments=arguments,
        )
    except (SpecError, JsonError) as error:
        raise SpecError(f"{place}: {error.message}") from error


def _texts_of(content: object, place: str) -> tuple[str, ...]:
    return tuple(text_of(item, f"{place}[{index}]") for index, item in enumerate(array_of(content, place)))
