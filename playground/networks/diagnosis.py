"""What the rules about faults give, and the words that they share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, cast

from playground.networks import widths
from playground.networks.fixes import Edit, Fix, Remove, set_arguments
from playground.networks.layer_types import dimensions, family
from playground.networks.layers import parameters
from playground.networks.propagate import Fault
from playground.networks.spec import Layer, Shape, Value

Candidate: TypeAlias = "tuple[str, *tuple[Edit, ...]]"
"""A fix before it is one: its text and its edits."""

POOLS = ("MaxPool", "AvgPool")
CONVOLUTIONS = ("Conv", "ConvTranspose")
RECURRENT = ("RNN", "LSTM", "GRU")
ATTENTION = ("MultiheadAttention", "TransformerEncoderLayer")

_NAMES = {"Conv": "This convolution", "ConvTranspose": "This transposed convolution"}


@dataclass(frozen=True)
class Diagnosis:
    """Why a layer fails, as one sentence, and the fixes that may help, best first."""

    cause: str
    fixes: tuple[Fix, ...] = ()


def kind(fault: Fault) -> str:
    """The family of the failing layer: "Conv" for Conv1d, Conv2d and Conv3d."""
    return family(fault.layer.type)


def dimension(fault: Fault) -> int:
    """How many dimensions the failing layer works on, beside batch and channels; 0 if its name says none."""
    return dimensions(fault.layer.type) or 0


def width_argument(fault: Fault) -> str | None:
    """The argument of the failing layer that must equal the channels or features of its input, if it has one."""
    return widths.width_argument(fault.layer.type)


def width(fault: Fault) -> int | None:
    """The channels or features that the failing layer is given; None if its input has no such dimension."""
    return widths.input_width(fault.layer.type, fault.inputs[0])


def this_layer(fault: Fault) -> str:
    """The failing layer, as the first words of a sentence."""
    return _NAMES.get(kind(fault), f"This {fault.layer.type}")


def source(fault: Fault) -> str:
    """Where the input of the failing layer comes from."""
    return "the layer before" if fault.before else "the input"


def count(number: Value, unit: str) -> str:
    """A number with its unit: "1 channel", "3 channels"."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def fixes(*candidates: Candidate) -> tuple[Fix, ...]:
    """Fixes from their texts and edits."""
    return tuple(Fix(text, tuple(edits)) for text, *edits in candidates)


def without_flatten(fault: Fault) -> Iterator[Candidate]:
    """The candidate that takes the last Flatten before the failing layer away, if there is one."""
    flatten = next((row for row in reversed(fault.before) if row.type == "Flatten"), None)
    if flatten:
        yield f"remove {flatten.path}, the Flatten before it", Remove(flatten.path)


def set_argument(fault: Fault, name: str, value: Value) -> Fix:
    """The fix that sets one argument of the failing layer."""
    return set_all(fault, **{name: value})


def set_all(fault: Fault, **arguments: Value) -> Fix:
    """The fix that sets several arguments of the failing layer."""
    text = " and ".join(f"{name} to {value!r}" for name, value in arguments.items())
    return Fix(f"set {text}", (set_arguments(fault.path, **arguments),))


def value_of(fault: Fault, name: str) -> Value:
    """An argument of the failing layer, or its default, or None if the layer has no such parameter."""
    return argument_of(fault.layer, name)


def sizes(fault: Fault, name: str) -> Shape:
    """An argument of the failing layer with one number a dimension, as `sizes_of`."""
    return sizes_of(fault.layer, name)


def argument_of(layer: Layer, name: str) -> Value:
    """An argument of a layer, or its default, or None if the layer has no such parameter."""
    if name in layer.arguments:
        return layer.arguments[name]
    return next((each.default for each in parameters(layer.type) if each.name == name), None)


def sizes_of(layer: Layer, name: str) -> Shape:
    """An argument with one number a dimension; one that the layer does not have, or a word, changes nothing."""
    value = argument_of(layer, name)
    count = dimensions(layer.type) or 0
    numbers = value if isinstance(value, tuple) else (value,) * count
    if all(isinstance(number, int) for number in numbers):
        return cast("Shape", numbers)
    return (1 if name == "dilation" else 0,) * count


def short(numbers: tuple[int, ...]) -> Value:
    """Sizes as one number where all are equal, as people write them."""
    return numbers[0] if len(set(numbers)) == 1 else numbers
