"""Faults between a layer and what it is given: dimensions, channels and features that do not match."""

from __future__ import annotations

import math

from playground.networks.diagnosis import (
    ON_IMAGES,
    WIDTH_ARGUMENTS,
    Diagnosis,
    count,
    fixes,
    set_argument,
    source,
    this_layer,
    value_of,
)
from playground.networks.fixes import Edit, Fix, Remove, SetType, add_flatten, set_arguments
from playground.networks.propagate import Fault
from playground.networks.spec import NetworkSpec, by
from playground.networks.trace import TraceRow


def several_tensors(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A layer after a MaxPool2d that gives the indices of its maxima as well."""
    if len(fault.inputs) == 1:
        return None
    before = fault.before[-1]
    return Diagnosis(
        f"{this_layer(fault)} takes one tensor, but {before.path} gives {len(fault.inputs)}, "
        "because its return_indices is on.",
        fixes(
            (
                f"set return_indices of {before.path} to False",
                set_arguments(before.path, return_indices=False),
            )
        ),
    )


def impossible_input_shape(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Sizes that no tensor has."""
    if fault.inputs[0] and all(type(size) is int and size >= 1 for size in fault.inputs[0]):
        return None
    return Diagnosis(f"No tensor has the shape {fault.inputs[0]}; give whole numbers from 1, such as (1, 1, 28, 28).")


def batch_flattened(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A Flatten from dimension 0 merges the samples of the batch into one row."""
    for row in fault.before:
        if row.type == "Flatten" and len(row.output_shape) < 2 <= len(row.input_shape):
            return Diagnosis(
                f"{row.path} has merged the batch with the other dimensions: from dimension 0 on, "
                f"{row.input_shape} became {row.output_shape}.",
                fixes((f"set start_dim of {row.path} to 1", set_arguments(row.path, start_dim=1))),
            )
    return None


def images_expected(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An image layer that is not given images."""
    shape = fault.inputs[0]
    if fault.layer.type not in ON_IMAGES or len(shape) == 4:
        return None
    candidates: list[tuple[str, *tuple[Edit, ...]]] = []
    if fault.layer.type == "BatchNorm2d" and len(shape) in (2, 3):
        candidates.append(("use BatchNorm1d", SetType(fault.path, "BatchNorm1d")))
    flatten = next((row for row in reversed(fault.before) if row.type == "Flatten"), None)
    if flatten:
        candidates.append((f"remove {flatten.path}, the Flatten before it", Remove(flatten.path)))
    return Diagnosis(
        f"{this_layer(fault)} works on images (N, C, H, W), but {source(fault)} gives a tensor of shape {shape}.",
        fixes(*candidates),
    )


def rows_expected(spec: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A BatchNorm1d that is given images."""
    shape = fault.inputs[0]
    if fault.layer.type != "BatchNorm1d" or len(shape) in (2, 3):
        return None
    return Diagnosis(
        f"{this_layer(fault)} works on rows (N, C) or sequences (N, C, L), "
        f"but {source(fault)} gives a tensor of shape {shape}.",
        fixes(
            ("use BatchNorm2d", SetType(fault.path, "BatchNorm2d")),
            ("add Flatten before this BatchNorm1d", add_flatten(spec, fault.path)),
        ),
    )


def linear_features(spec: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A Linear whose in_features is not the size of the last dimension."""
    layer, shape = fault.layer, fault.inputs[0]
    if layer.type != "Linear" or not shape or layer.arguments["in_features"] == shape[-1]:
        return None
    expected, last = layer.arguments["in_features"], set_argument(fault, "in_features", shape[-1])
    if len(shape) == 2:
        features, product = count(expected, "feature"), _product(fault)
        return Diagnosis(
            f"This Linear expects {features}, but {source(fault)} gives {shape[1]}{product}.",
            (Fix(last.text + product, last.edits),),
        )
    row = math.prod(shape[1:])
    flatten = Fix("add Flatten before this Linear", (add_flatten(spec, fault.path),))
    if expected != row:
        text = f"{flatten.text} and set in_features to {row} ({by(shape[1:])})"
        flatten = Fix(text, (set_arguments(fault.path, in_features=row), *flatten.edits))
    return Diagnosis(
        f"This Linear expects {count(expected, 'feature')} in the last dimension, "
        f"but {source(fault)} gives a tensor of shape {shape}, where it is {shape[-1]}.",
        (flatten, last),
    )


def other_channels(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A convolution or a normalization for another number of channels than come."""
    layer, shape = fault.layer, fault.inputs[0]
    name = WIDTH_ARGUMENTS.get(layer.type)
    if name is None or len(shape) < 2 or layer.arguments[name] == shape[1]:
        return None
    expected = count(layer.arguments[name], "channel" if len(shape) > 2 else "feature")
    fix = set_argument(fault, name, shape[1])
    if layer.type == "Conv2d" and layer.arguments.get("groups") == layer.arguments[name] != 1:
        text = f"set in_channels and groups to {shape[1]}"
        fix = Fix(text, (set_arguments(fault.path, in_channels=shape[1], groups=shape[1]),))
    return Diagnosis(
        f"{this_layer(fault)} expects {expected}, but {source(fault)} gives {shape[1]}.",
        (fix,),
    )


def missing_dimension(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A Flatten or LogSoftmax over dimensions that the tensor does not have."""
    shape = fault.inputs[0]
    if fault.layer.type == "Flatten":
        edit = set_arguments(fault.path, start_dim=1, end_dim=-1)
        fix = Fix("flatten everything after the batch: start_dim 1, end_dim -1", (edit,))
        given = f"{value_of(fault, 'start_dim')} to {value_of(fault, 'end_dim')}"
        return Diagnosis(f"A tensor of shape {shape} cannot be flattened from dimension {given}.", (fix,))
    if fault.layer.type == "LogSoftmax":
        return Diagnosis(
            f"A tensor of shape {shape} has no dimension {value_of(fault, 'dim')}.",
            (set_argument(fault, "dim", 1 if len(shape) > 1 else 0),),
        )
    return None


def _product(fault: Fault) -> str:
    """Where the features of a row come from: " (16 x 4 x 4)" if a Flatten made the row."""
    origin: TraceRow | None = next((row for row in reversed(fault.before) if row.input_shape != row.output_shape), None)
    if origin and origin.type == "Flatten" and len(origin.input_shape) > 2:
        return f" ({by(origin.input_shape[1:])})"
    return ""
