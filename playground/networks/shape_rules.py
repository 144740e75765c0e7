"""Faults between a layer and what it is given: dimensions, channels and features that do not match."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import cast

from playground.networks.diagnosis import (
    ATTENTION,
    RECURRENT,
    Candidate,
    Diagnosis,
    count,
    dimension,
    fixes,
    kind,
    set_all,
    set_argument,
    source,
    this_layer,
    value_of,
    width,
    width_argument,
    without_flatten,
)
from playground.networks.fixes import Fix, InsertBefore, Remove, SetType, add_flatten, set_arguments
from playground.networks.layer_types import family
from playground.networks.propagate import Fault
from playground.networks.spec import Layer, NetworkSpec, Shape, by
from playground.networks.trace import TraceRow

_INPUTS = {1: "sequences (N, C, L)", 2: "images (N, C, H, W)", 3: "volumes (N, C, D, H, W)"}
_ON_ROWS_TOO = ("BatchNorm1d", "InstanceNorm1d")


def impossible_input_shape(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Sizes that no tensor has."""
    if fault.inputs[0] and all(type(size) is int and size >= 1 for size in fault.inputs[0]):
        return None
    return Diagnosis(f"No tensor has the shape {fault.inputs[0]}; give whole numbers from 1, such as (1, 1, 28, 28).")


def nothing_left(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A layer before that left an empty tensor, which torch lets pass."""
    row = next((row for row in fault.before if 0 in row.output_shape and 0 not in row.input_shape), None)
    if row is None or 0 not in fault.inputs[0]:
        return None
    remove = (f"remove {row.path}", Remove(row.path))
    smaller = {"ZeroPad2d": ("padding", 0), "ConvTranspose": ("padding", 0), "Upsample": ("scale_factor", 2)}
    name, value = smaller.get(row.type, smaller.get(family(row.type), ("", None)))
    change = (f"set {name} of {row.path} to {value}", set_arguments(row.path, **{name: value}))
    return Diagnosis(
        f"{row.path} leaves nothing: {row.input_shape} became {row.output_shape}.",
        fixes(change, remove) if name else fixes(remove),
    )


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


def other_dimensions(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A layer on sequences, images or volumes that is given something else."""
    shape = fault.inputs[0]
    if not dimension(fault) or fault.layer.type in _ON_ROWS_TOO or len(shape) == dimension(fault) + 2:
        return None
    return Diagnosis(
        f"{this_layer(fault)} works on {_INPUTS[dimension(fault)]}, but {source(fault)} gives a tensor of shape "
        f"{shape}.",
        fixes(*_sibling(fault), *without_flatten(fault), *_split_rows(fault), *_merge_last(fault)),
    )


def rows_expected(spec: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A BatchNorm1d or InstanceNorm1d that is given images or volumes."""
    shape = fault.inputs[0]
    if fault.layer.type not in _ON_ROWS_TOO or len(shape) in (2, 3):
        return None
    return Diagnosis(
        f"{this_layer(fault)} works on rows (N, C) or sequences (N, C, L), "
        f"but {source(fault)} gives a tensor of shape {shape}.",
        fixes(
            *_sibling(fault),
            (f"add Flatten before this {fault.layer.type}", add_flatten(spec, fault.path)),
        ),
    )


def sequences_expected(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A recurrent or attention layer that is given images."""
    shape = fault.inputs[0]
    if kind(fault) not in (*RECURRENT, *ATTENTION) or len(shape) in (2, 3):
        return None
    flatten = Layer("flatten", "Flatten", {"start_dim": 2})
    candidate = (f"add Flatten from dimension 2 before this {fault.layer.type}", InsertBefore(fault.path, flatten))
    return Diagnosis(
        f"{this_layer(fault)} works on sequences (N, L, features), "
        f"but {source(fault)} gives a tensor of shape {shape}.",
        fixes(candidate) if len(shape) > 3 else (),
    )


def whole_numbers_expected(spec: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An Embedding after layers that compute with decimal numbers."""
    if fault.layer.type != "Embedding" or not fault.before:
        return None
    first = spec.layers[0].name
    return Diagnosis(
        "This Embedding looks up whole numbers, but the layer before gives decimal ones; it comes first in a network.",
        fixes(
            ("remove this Embedding", Remove(fault.path)),
            ("move this Embedding to the start", Remove(fault.path), InsertBefore(first, fault.layer)),
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
        (last, flatten) if _are_steps(fault) else (flatten, last),
    )


def other_features(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A recurrent or attention layer for another number of features than each step has."""
    name, given = width_argument(fault), width(fault)
    if kind(fault) not in (*RECURRENT, *ATTENTION) or name is None or fault.layer.arguments[name] == given:
        return None
    return Diagnosis(
        f"{this_layer(fault)} expects {count(fault.layer.arguments[name], 'feature')} in each step, "
        f"but {source(fault)} gives {given}.",
        (set_argument(fault, name, given),),
    )


def other_keys(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An attention with keys or values of other sizes, where both are its input."""
    if fault.layer.type != "MultiheadAttention" or len(fault.inputs) != 1:
        return None
    wrong = {name: None for name in ("kdim", "vdim") if value_of(fault, name) not in (None, width(fault))}
    if not wrong:
        return None
    return Diagnosis(
        f"Here the input is also the keys and the values, so {' and '.join(wrong)} must be embed_dim or left out.",
        (set_all(fault, **wrong),),
    )


def other_channels(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A convolution or a normalization for another number of channels than come."""
    layer, shape = fault.layer, fault.inputs[0]
    name = width_argument(fault)
    if name is None or kind(fault) == "Linear" or len(shape) < 2 or layer.arguments[name] == shape[1]:
        return None
    expected = count(layer.arguments[name], "channel" if len(shape) > 2 else "feature")
    fix = set_argument(fault, name, shape[1])
    if kind(fault) == "Conv" and layer.arguments.get("groups") == layer.arguments[name] != 1:
        text = f"set in_channels and groups to {shape[1]}"
        fix = Fix(text, (set_arguments(fault.path, in_channels=shape[1], groups=shape[1]),))
    return Diagnosis(
        f"{this_layer(fault)} expects {expected}, but {source(fault)} gives {shape[1]}.",
        (fix,),
    )


def other_last_dimensions(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A LayerNorm for other last dimensions than the tensor has."""
    shape = fault.inputs[0]
    if fault.layer.type != "LayerNorm":
        return None
    normalized = fault.layer.arguments["normalized_shape"]
    expected = cast("Shape", normalized if isinstance(normalized, tuple) else (normalized,))
    if shape[-len(expected) :] == expected:
        return None
    offers = dict.fromkeys((shape[-len(expected) :], shape[-1:], shape[1:] or shape))
    return Diagnosis(
        f"This LayerNorm normalizes last dimensions of {by(expected)}, "
        f"but {source(fault)} gives a tensor of shape {shape}.",
        tuple(set_argument(fault, "normalized_shape", offer[0] if len(offer) == 1 else offer) for offer in offers),
    )


def other_slopes(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A PReLU with another number of slopes than there are channels."""
    slopes, channels = value_of(fault, "num_parameters"), width(fault)
    if fault.layer.type != "PReLU" or slopes in (1, channels):
        return None
    return Diagnosis(
        f"This PReLU has {slopes} slopes, but {source(fault)} gives {count(channels, 'channel')}; "
        "it takes one for each, or one for all.",
        (set_argument(fault, "num_parameters", channels), set_argument(fault, "num_parameters", 1)),
    )


def single_value_a_channel(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An InstanceNorm on channels of one value, whose variance is nothing."""
    if kind(fault) != "InstanceNorm" or math.prod(fault.inputs[0][2:]) != 1:
        return None
    return Diagnosis(
        f"{this_layer(fault)} normalizes the values of each channel, but each has only one.",
        fixes((f"remove this {fault.layer.type}", Remove(fault.path))),
    )


def missing_dimension(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A Flatten, Softmax or LogSoftmax over dimensions that the tensor does not have."""
    shape = fault.inputs[0]
    if fault.layer.type == "Flatten":
        edit = set_arguments(fault.path, start_dim=1, end_dim=-1)
        fix = Fix("flatten everything after the batch: start_dim 1, end_dim -1", (edit,))
        given = f"{value_of(fault, 'start_dim')} to {value_of(fault, 'end_dim')}"
        return Diagnosis(f"A tensor of shape {shape} cannot be flattened from dimension {given}.", (fix,))
    if fault.layer.type in ("Softmax", "LogSoftmax"):
        return Diagnosis(
            f"A tensor of shape {shape} has no dimension {value_of(fault, 'dim')}.",
            (set_argument(fault, "dim", 1 if len(shape) > 1 else 0),),
        )
    return None


def _sibling(fault: Fault) -> Iterator[Candidate]:
    """The layer of the same family for as many dimensions as the tensor has."""
    dimensions = len(fault.inputs[0]) - 2
    if kind(fault) == "BatchNorm":
        dimensions = max(dimensions, 1)
    if 1 <= dimensions <= 3 and len(fault.inputs[0]) >= 2:
        sibling = f"{kind(fault)}{dimensions}d"
        yield f"use {sibling}", SetType(fault.path, sibling)


def _split_rows(fault: Fault) -> Iterator[Candidate]:
    """Rows made into sequences or square images, with the channels that the layer expects where they fit."""
    shape = fault.inputs[0]
    if len(shape) != 2 or dimension(fault) > 2:
        return
    name = width_argument(fault)
    channels = value_of(fault, name) if name else 1
    if not isinstance(channels, int) or shape[1] % channels:
        channels = 1
    rest = shape[1] // channels
    side = math.isqrt(rest)
    sizes = (channels, rest) if dimension(fault) == 1 else (channels, side, side)
    if math.prod(sizes) == shape[1]:
        unflatten = Layer("unflatten", "Unflatten", {"dim": 1, "unflattened_size": sizes})
        yield f"add Unflatten to {by(sizes)} before this {fault.layer.type}", InsertBefore(fault.path, unflatten)


def _merge_last(fault: Fault) -> Iterator[Candidate]:
    """A Flatten of the last dimensions, where there are too many."""
    last = dimension(fault) + 1
    if len(fault.inputs[0]) > last + 1:
        flatten = Layer("flatten", "Flatten", {"start_dim": last})
        yield f"add Flatten from dimension {last} before this {fault.layer.type}", InsertBefore(fault.path, flatten)


def _are_steps(fault: Fault) -> bool:
    """Whether the last dimension of the input are the features of each step of a sequence."""
    kinds = ("Embedding", *RECURRENT, *ATTENTION)
    return len(fault.inputs[0]) == 3 and any(row.type in kinds for row in fault.before)


def _product(fault: Fault) -> str:
    """Where the features of a row come from: " (16 x 4 x 4)" if a Flatten made the row."""
    origin: TraceRow | None = next((row for row in reversed(fault.before) if row.input_shape != row.output_shape), None)
    if origin and origin.type == "Flatten" and len(origin.input_shape) > 2:
        return f" ({by(origin.input_shape[1:])})"
    return ""
