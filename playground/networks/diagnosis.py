"""What the rules about faults give, and the words that they share."""

from __future__ import annotations

from dataclasses import dataclass

from playground.networks.fixes import Edit, Fix, set_arguments
from playground.networks.layers import parameters
from playground.networks.propagate import Fault
from playground.networks.spec import Value

# The argument that must equal the size of the input's channels or features.
WIDTH_ARGUMENTS = {
    "Linear": "in_features",
    "Conv2d": "in_channels",
    "BatchNorm1d": "num_features",
    "BatchNorm2d": "num_features",
}
POOLS = ("MaxPool2d", "AvgPool2d")
ON_IMAGES = ("Conv2d", "BatchNorm2d", "AdaptiveAvgPool2d", *POOLS)


@dataclass(frozen=True)
class Diagnosis:
    """Why a layer fails, as one sentence, and the fixes that may help, best first."""

    cause: str
    fixes: tuple[Fix, ...] = ()


def this_layer(fault: Fault) -> str:
    """The failing layer, as the first words of a sentence."""
    return "This convolution" if fault.layer.type == "Conv2d" else f"This {fault.layer.type}"


def source(fault: Fault) -> str:
    """Where the input of the failing layer comes from."""
    return "the layer before" if fault.before else "the input"


def count(number: Value, unit: str) -> str:
    """A number with its unit: "1 channel", "3 channels"."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def fixes(*candidates: tuple[str, *tuple[Edit, ...]]) -> tuple[Fix, ...]:
    """Fixes from their texts and edits."""
    return tuple(Fix(text, tuple(edits)) for text, *edits in candidates)


def set_argument(fault: Fault, name: str, value: Value) -> Fix:
    """The fix that sets one argument of the failing layer."""
    return Fix(f"set {name} to {value!r}", (set_arguments(fault.path, **{name: value}),))


def value_of(fault: Fault, name: str) -> Value:
    """An argument of the failing layer, or its default, or None if the layer has no such parameter."""
    if name in fault.layer.arguments:
        return fault.layer.arguments[name]
    return next((each.default for each in parameters(fault.layer.type) if each.name == name), None)
