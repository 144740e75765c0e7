"""What is wrong with a layer that fails, in plain words, and what would mend it: computed from its numbers.

Each rule looks at the layer that failed and the shape that it was given. It says nothing, or gives the
cause and candidate fixes; `explain` then tries the candidates. The first rule that speaks is believed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from torch import nn

from playground.networks.build import check_name
from playground.networks.errors import SpecError
from playground.networks.fixes import Edit, Fix, Remove, Rename, SetType, add_flatten, set_arguments
from playground.networks.layers import check_arguments, in_range, parameters
from playground.networks.propagate import Fault
from playground.networks.spec import NetworkSpec, Value, by
from playground.networks.trace import TraceRow

# The argument that must equal the size of the input's channels or features.
WIDTH_ARGUMENTS = {
    "Linear": "in_features",
    "Conv2d": "in_channels",
    "BatchNorm1d": "num_features",
    "BatchNorm2d": "num_features",
}

_POOLS = ("MaxPool2d", "AvgPool2d")
_ON_IMAGES = ("Conv2d", "BatchNorm2d", "AdaptiveAvgPool2d", *_POOLS)


@dataclass(frozen=True)
class Diagnosis:
    """Why a layer fails, as one sentence, and the fixes that may help, best first."""

    cause: str
    fixes: tuple[Fix, ...] = ()


def diagnose(spec: NetworkSpec, fault: Fault) -> Diagnosis:
    """The cause of a fault in plain words, with candidate fixes; raises nothing."""
    for rule in _RULES:
        diagnosis = rule(spec, fault)
        if diagnosis is not None:
            return diagnosis
    return Diagnosis(f"{_this(fault)} cannot work on an input of shape {fault.inputs[0]}.")


def _several_inputs(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    if len(fault.inputs) == 1:
        return None
    before = fault.before[-1]
    return Diagnosis(
        f"{before.path} gives {len(fault.inputs)} tensors, because return_indices is on; "
        f"{_this(fault).lower()} takes one.",
        _fixes(
            (
                f"set return_indices of {before.path} to False",
                set_arguments(before.path, return_indices=False),
            )
        ),
    )


def _input_shape(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    if all(type(size) is int and size >= 1 for size in fault.inputs[0]):
        return None
    return Diagnosis(f"The input shape {fault.inputs[0]} is none; give whole numbers from 1, such as (1, 1, 28, 28).")


def _reserved_name(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    name = fault.layer.name
    try:
        check_name(nn.Sequential() if "." in fault.path else nn.Module(), name, fault.path)
    except SpecError as error:
        new_name = f"{name}_layer"
        return Diagnosis(error.message, _fixes((f"rename it to {new_name}", Rename(fault.path, new_name))))
    return None


def _arguments(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Arguments that are missing, of the wrong type or out of range, before torch sees them."""
    layer = fault.layer
    try:
        check_arguments(layer.type, layer.arguments)
    except SpecError as error:
        return Diagnosis(error.message, tuple(_argument_fixes(fault)))
    return None


def _argument_fixes(fault: Fault) -> Iterator[Fix]:
    try:
        defaults = {parameter.name: parameter.default for parameter in parameters(fault.layer.type)}
    except SpecError:
        return
    for name, value in fault.layer.arguments.items():
        nearest = in_range(name, value)
        if nearest != value:
            default = defaults.get(name)
            yield _set(fault, name, default if isinstance(default, (int, float)) else nearest)
    width = WIDTH_ARGUMENTS.get(fault.layer.type)
    if width and width not in fault.layer.arguments:
        yield _set(fault, width, _width(fault))


def _pair(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Torch's 2-D layers declare tuples of any length and take only pairs."""
    if fault.layer.type not in _ON_IMAGES:
        return None
    for name, value in fault.layer.arguments.items():
        if isinstance(value, tuple) and len(value) != 2:
            pair = (*value, *value)[:2]
            return Diagnosis(
                f"{name} has {len(value)} numbers; {_this(fault).lower()} takes one, or one for the height "
                "and one for the width.",
                (_set(fault, name, pair),) if pair else (),
            )
    return None


def _batch_flattened(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A Flatten from dimension 0 merges the samples of the batch into one row."""
    for row in fault.before:
        if row.type == "Flatten" and len(row.output_shape) < 2 <= len(row.input_shape):
            return Diagnosis(
                f"{row.path} has merged the batch with the other dimensions: from dimension 0 on, "
                f"{row.input_shape} became {row.output_shape}.",
                _fixes((f"set start_dim of {row.path} to 1", set_arguments(row.path, start_dim=1))),
            )
    return None


def _images_expected(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    shape = fault.inputs[0]
    if fault.layer.type not in _ON_IMAGES or len(shape) == 4:
        return None
    candidates: list[tuple[str, *tuple[Edit, ...]]] = []
    if fault.layer.type == "BatchNorm2d" and len(shape) in (2, 3):
        candidates.append(("use BatchNorm1d", SetType(fault.path, "BatchNorm1d")))
    flatten = next((row for row in reversed(fault.before) if row.type == "Flatten"), None)
    if flatten:
        candidates.append((f"remove {flatten.path}, the Flatten before it", Remove(flatten.path)))
    return Diagnosis(
        f"{_this(fault)} works on images (N, C, H, W), but {_source(fault)} gives a tensor of shape {shape}.",
        _fixes(*candidates),
    )


def _rows_expected(spec: NetworkSpec, fault: Fault) -> Diagnosis | None:
    shape = fault.inputs[0]
    if fault.layer.type != "BatchNorm1d" or len(shape) in (2, 3):
        return None
    return Diagnosis(
        f"{_this(fault)} works on rows (N, C) or sequences (N, C, L), "
        f"but {_source(fault)} gives a tensor of shape {shape}.",
        _fixes(
            ("use BatchNorm2d", SetType(fault.path, "BatchNorm2d")),
            ("add Flatten before this BatchNorm1d", add_flatten(spec, fault.path)),
        ),
    )


def _features(spec: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A Linear whose in_features is not the size of the last dimension."""
    layer, shape = fault.layer, fault.inputs[0]
    if layer.type != "Linear" or not shape or layer.arguments["in_features"] == shape[-1]:
        return None
    expected, last = layer.arguments["in_features"], _set(fault, "in_features", shape[-1])
    if len(shape) == 2:
        features, product = _count(expected, "feature"), _product(fault)
        return Diagnosis(
            f"This Linear expects {features}, but {_source(fault)} gives {shape[1]}{product}.",
            (Fix(last.text + product, last.edits),),
        )
    row = math.prod(shape[1:])
    flatten = Fix("add Flatten before this Linear", (add_flatten(spec, fault.path),))
    if expected != row:
        text = f"{flatten.text} and set in_features to {row} ({by(shape[1:])})"
        flatten = Fix(text, (set_arguments(fault.path, in_features=row), *flatten.edits))
    return Diagnosis(
        f"This Linear expects {_count(expected, 'feature')} in the last dimension, "
        f"but {_source(fault)} gives a tensor of shape {shape}, where it is {shape[-1]}.",
        (flatten, last),
    )


def _channels(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A convolution or a normalization for another number of channels than come."""
    layer, shape = fault.layer, fault.inputs[0]
    name = WIDTH_ARGUMENTS.get(layer.type)
    if name is None or len(shape) < 2 or layer.arguments[name] == shape[1]:
        return None
    expected = _count(layer.arguments[name], "channel" if len(shape) > 2 else "feature")
    fix = _set(fault, name, shape[1])
    if layer.type == "Conv2d" and layer.arguments.get("groups") == layer.arguments[name] != 1:
        text = f"set in_channels and groups to {shape[1]}"
        fix = Fix(text, (set_arguments(fault.path, in_channels=shape[1], groups=shape[1]),))
    return Diagnosis(
        f"{_this(fault)} expects {expected}, but {_source(fault)} gives {shape[1]}.",
        (fix,),
    )


def _groups(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    if fault.layer.type != "Conv2d":
        return None
    groups, sizes = (
        _integer(fault, "groups"),
        (_integer(fault, "in_channels"), _integer(fault, "out_channels")),
    )
    if all(size % groups == 0 for size in sizes):
        return None
    common = math.gcd(groups, *sizes)
    return Diagnosis(
        f"{groups} groups do not divide {sizes[0]} input channels and {sizes[1]} output channels evenly.",
        tuple(_set(fault, "groups", value) for value in sorted({1, common})),
    )


def _padding_word(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """The two words that a convolution takes as padding, and what "same" excludes."""
    padding = fault.layer.arguments.get("padding")
    if not isinstance(padding, str):
        return None
    if padding not in ("same", "valid"):
        return Diagnosis(
            f"{padding[:100]!r} is no padding; it is a number of pixels, 'same' or 'valid'.",
            (_set(fault, "padding", "same"), _set(fault, "padding", "valid")),
        )
    if padding == "same" and _sizes(fault, "stride") != (1, 1):
        kernel, dilation = _sizes(fault, "kernel_size"), _sizes(fault, "dilation")
        half = tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
        return Diagnosis(
            "With padding 'same' the output is as large as the input, which a stride other than 1 excludes.",
            (_set(fault, "padding", _short(half)), _set(fault, "stride", 1)),
        )
    return None


def _kernel_larger_than_input(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    if fault.layer.type not in ("Conv2d", *_POOLS):
        return None
    kernel, dilation, padding = (_sizes(fault, name) for name in ("kernel_size", "dilation", "padding"))
    size = fault.inputs[0][-2:]
    span = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    padded = tuple(s + 2 * p for s, p in zip(size, padding, strict=True))
    if all(s <= p for s, p in zip(span, padded, strict=True)):
        return None
    fitting = tuple(min(k, (p - 1) // d + 1) for k, d, p in zip(kernel, dilation, padded, strict=True))
    enough = tuple(max(p, -(-(k - s) // 2)) for k, s, p in zip(span, size, padding, strict=True))
    fixes = [_set(fault, "kernel_size", _short(fitting)), _set(fault, "padding", _short(enough))]
    if dilation != (1, 1):
        fixes.insert(0, _set(fault, "dilation", 1))
    if fault.layer.type in _POOLS:
        fixes.append(Fix(f"remove this {fault.layer.type}", (Remove(fault.path),)))
    spread = f", spread over {by(span)} by its dilation," if span != kernel else ""
    margin = f" with its padding, {by(padded)}" if padded != size else ""
    return Diagnosis(f"The {by(kernel)} kernel{spread} is larger than the {by(size)} input{margin}.", tuple(fixes))


def _pool_padding(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    if fault.layer.type not in _POOLS:
        return None
    kernel, padding = _sizes(fault, "kernel_size"), _sizes(fault, "padding")
    if all(p <= k // 2 for k, p in zip(kernel, padding, strict=True)):
        return None
    half = tuple(min(p, k // 2) for k, p in zip(kernel, padding, strict=True))
    return Diagnosis(
        f"The padding of a pooling layer may be at most half its kernel; {by(padding)} is more than half of "
        f"{by(kernel)}.",
        (_set(fault, "padding", _short(half)),),
    )


def _padding_mode(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Padding that repeats or mirrors the image cannot be wider than the image."""
    mode = fault.layer.arguments.get("padding_mode", "zeros")
    if fault.layer.type != "Conv2d" or mode == "zeros":
        return None
    return Diagnosis(
        f"Padding in the mode {mode!r} is made of the image itself, and the {by(fault.inputs[0][-2:])} image "
        "is too small for so much of it.",
        (_set(fault, "padding_mode", "zeros"), _set(fault, "padding", 0)),
    )


def _dimension(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A Flatten or LogSoftmax over dimensions that the tensor does not have."""
    shape = fault.inputs[0]
    if fault.layer.type == "Flatten":
        edit = set_arguments(fault.path, start_dim=1, end_dim=-1)
        fix = Fix("flatten everything after the batch: start_dim 1, end_dim -1", (edit,))
        given = f"{_value(fault, 'start_dim')} to {_value(fault, 'end_dim')}"
        return Diagnosis(f"A tensor of shape {shape} cannot be flattened from dimension {given}.", (fix,))
    if fault.layer.type == "LogSoftmax":
        return Diagnosis(
            f"A tensor of shape {shape} has no dimension {_value(fault, 'dim')}.",
            (_set(fault, "dim", 1 if len(shape) > 1 else 0),),
        )
    return None


_RULES = (
    _several_inputs,
    _input_shape,
    _reserved_name,
    _arguments,
    _pair,
    _batch_flattened,
    _images_expected,
    _rows_expected,
    _features,
    _channels,
    _groups,
    _padding_word,
    _kernel_larger_than_input,
    _pool_padding,
    _padding_mode,
    _dimension,
)


def _this(fault: Fault) -> str:
    return "This convolution" if fault.layer.type == "Conv2d" else f"This {fault.layer.type}"


def _count(number: Value, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _source(fault: Fault) -> str:
    return "the layer before" if fault.before else "the input"


def _fixes(*candidates: tuple[str, *tuple[Edit, ...]]) -> tuple[Fix, ...]:
    return tuple(Fix(text, tuple(edits)) for text, *edits in candidates)


def _set(fault: Fault, name: str, value: Value) -> Fix:
    """The fix that sets one argument of the failing layer."""
    return Fix(f"set {name} to {value!r}", (set_arguments(fault.path, **{name: value}),))


def _width(fault: Fault) -> int:
    shape = fault.inputs[0]
    return shape[-1] if fault.layer.type == "Linear" else shape[1 if len(shape) > 1 else 0]


def _product(fault: Fault) -> str:
    """Where the features of a row come from: " (16 x 4 x 4)" if a Flatten made the row."""
    origin: TraceRow | None = next((row for row in reversed(fault.before) if row.input_shape != row.output_shape), None)
    if origin and origin.type == "Flatten" and len(origin.input_shape) > 2:
        return f" ({by(origin.input_shape[1:])})"
    return ""


def _value(fault: Fault, name: str) -> Value:
    """An argument of the failing layer, or its default, or None if the layer has no such parameter."""
    if name in fault.layer.arguments:
        return fault.layer.arguments[name]
    return next((each.default for each in parameters(fault.layer.type) if each.name == name), None)


def _integer(fault: Fault, name: str) -> int:
    value = _value(fault, name)
    assert isinstance(value, int)  # the rule on arguments has let it pass
    return value


def _sizes(fault: Fault, name: str) -> tuple[int, int]:
    """An argument as (height, width); one that the layer does not have, or a word, changes nothing."""
    value = _value(fault, name)
    height, width = value if isinstance(value, tuple) else (value, value)
    if isinstance(height, int) and isinstance(width, int):
        return height, width
    return (1, 1) if name == "dilation" else (0, 0)


def _short(pair: tuple[int, ...]) -> Value:
    """A pair as one number where both are equal, as people write it."""
    return pair[0] if len(set(pair)) == 1 else pair
