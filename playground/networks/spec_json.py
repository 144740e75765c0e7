"""Networks as JSON text, read strictly: whatever is not understood is refused with its place."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from playground.networks.containers import CONTAINERS, check_no_arguments
from playground.networks.errors import SpecError
from playground.networks.initial_values import check_initial
from playground.networks.layers import check_arguments, layer_type
from playground.networks.operations import all_arguments
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import INPUT, MAX_DEPTH, MAX_INTEGER, Forward, Layer, NetworkSpec, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    content = _parse(text)
    _check_values(content)
    network = _object(content, "the network", ("version", "name", "input_shape", "layers"), ("forward",))
    if type(network["version"]) is not int or network["version"] != VERSION:
        raise SpecError(f"This is version {network['version']!r} of the format; version {VERSION} can be read.")
    layers = _array(network["layers"], "layers")
    return NetworkSpec(
        name=_text(network["name"], "name"),
        input_shape=tuple(_array(network["input_shape"], "input_shape")),  # NetworkSpec checks the sizes
        layers=tuple(_read_layer(layer, f"layers[{index}]", whole) for index, layer in enumerate(layers)),
        forward=_read_forward(network["forward"], "forward") if "forward" in network else None,
    )


class _Object(dict[str, Any]):
    """A JSON object that remembers the first key that it had twice."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        super().__init__()
        self.duplicate: str | None = None
        for key, value in pairs:
            if key in self and self.duplicate is None:
                self.duplicate = key
            self[key] = value


def _parse(text: str) -> object:
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise SpecError("The JSON text is larger than 1 MB; a network of that size cannot be read.")
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_Object, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise SpecError(
            f"This is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
            error.lineno,
            error.colno,
        ) from error
    except RecursionError as error:
        raise SpecError(f"The JSON is nested too deep; at most {MAX_DEPTH} levels of layers can be read.") from error


def _integer(digits: str) -> int | float:
    """An integer too long to be meant becomes infinite, so that the check of all values finds its place."""
    return int(digits) if len(digits) < 20 else math.inf


def _check_values(content: object) -> None:
    """Refuses what JSON or Python let through: NaN, infinity, huge numbers, duplicate keys, deep nesting."""
    pending: list[tuple[str, object, int]] = [("", content, 1)]
    while pending:
        place, value, depth = pending.pop()
        if depth > _MAX_JSON_DEPTH:
            raise SpecError(f"The JSON is nested too deep; at most {MAX_DEPTH} levels of layers can be read.")
        if isinstance(value, float) and math.isnan(value):
            raise SpecError(f"{place or 'The JSON'} is not a number (NaN); write a number.")
        if isinstance(value, (int, float)) and abs(value) > MAX_INTEGER:
            raise SpecError(f"{place or 'The JSON'} is out of range; write a number of at most {MAX_INTEGER:,}.")
        if isinstance(value, _Object):
            if value.duplicate is not None:
                raise SpecError(f"{place or 'The network'} has the key {value.duplicate!r} twice; remove one.")
            pending += [(f"{place}.{key}" if place else key, item, depth + 1) for key, item in value.items()]
        if isinstance(value, list):
            pending += [(f"{place}[{index}]", item, depth + 1) for index, item in enumerate(value)]


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


def _read_layer(content: object, place: str, whole: bool) -> Layer:
    layer = _object(content, place, required=("name", "type"), optional=_LAYER_KEYS)
    type_name = _text(layer["type"], f"{place}.type")
    arguments = _object(layer.get("arguments", _Object(())), f"{place}.arguments", required=None)
    children = _array(layer.get("children", []), f"{place}.children")
    try:
        checked = Layer(
            _text(layer["name"], "The name"),
            type_name,
            arguments,
            rule=_text(layer.get("rule", ""), "The rule"),
            class_name=_text(layer.get("class_name", ""), "The class_name"),
            enabled=_boolean(layer.get("enabled", True), "enabled"),
            initial=_object(layer.get("initial", _Object(())), "initial", required=None),
        )
        _check_layer(checked, bool(children), whole)
    except SpecError as error:
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
    forward = _object(content, place, required=("steps",), optional=("inputs",))
    inputs = _texts(forward.get("inputs", [INPUT]), f"{place}.inputs")
    steps = _array(forward["steps"], f"{place}.steps")
    return Forward(tuple(_read_step(step, f"{place}.steps[{index}]") for index, step in enumerate(steps)), inputs)


def _read_step(content: object, place: str) -> Step:
    step = _object(content, place, required=("name",), optional=("child", "operation", "inputs", "arguments"))
    arguments = _object(step.get("arguments", _Object(())), f"{place}.arguments", required=None)
    operation = _text(step.get("operation", ""), f"{place}.operation")
    try:
        if operation:
            all_arguments(operation, arguments)
        return Step(
            name=_text(step["name"], "The name"),
            child=_text(step.get("child", ""), "The child"),
            operation=operation,
            inputs=_texts(step.get("inputs", []), "inputs"),
            arguments=arguments,
        )
    except SpecError as error:
        raise SpecError(f"{place}: {error.message}") from error


def _object(
    content: object, place: str, required: tuple[str, ...] | None, optional: tuple[str, ...] = ()
) -> Mapping[str, Any]:
    """`content` if it is an object with these keys and no others; `required=None` allows any keys."""
    if not isinstance(content, dict):
        raise SpecError(f"{place} must be an object in braces.")
    if required is None:
        return content
    for key in content:
        if key not in required + optional:
            known = ", ".join(required + optional)
            raise SpecError(f"{place} has the unknown key {key[:100]!r}; the keys are {known}.")
    for key in required:
        if key not in content:
            raise SpecError(f"{place} has no {key!r}; add it.")
    return content


def _array(content: object, place: str) -> list[Any]:
    if not isinstance(content, list):
        raise SpecError(f"{place} must be a list in square brackets.")
    return content


def _boolean(content: object, place: str) -> bool:
    if not isinstance(content, bool):
        raise SpecError(f"{place} must be true or false.")
    return content


def _texts(content: object, place: str) -> tuple[str, ...]:
    return tuple(_text(item, f"{place}[{index}]") for index, item in enumerate(_array(content, place)))


def _text(content: object, place: str) -> str:
    if not isinstance(content, str):
        raise SpecError(f"{place} must be a text in quotes.")
    return content
