"""The layer types: their labels, what they do, and their parameters as `torch.nn` declares them."""

from __future__ import annotations

import difflib
import inspect
import types
import typing
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from playground.networks.errors import SpecError
from playground.networks.spec import Value

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class LayerType:
    """A class of `torch.nn`: `name` there, a `label` and a one-line `explanation` for people.

    `positional` are the optional parameters that PyTorch code usually passes by position.
    """

    name: str
    label: str
    explanation: str
    positional: tuple[str, ...] = ()
    is_container: bool = False


@dataclass(frozen=True)
class Parameter:
    """One parameter of a layer's constructor, as its signature in `torch.nn` declares it."""

    name: str
    annotation: object
    required: bool
    default: Value = None


LAYER_TYPES = (
    LayerType(
        "Sequential",
        "Sequential",
        "Applies its layers one after the other.",
        is_container=True,
    ),
    LayerType(
        "Linear",
        "Linear (fully connected)",
        "Every output is a weighted sum of all inputs, plus a bias.",
    ),
    LayerType(
        "Conv2d",
        "2-D convolution",
        "Slides small learned filters over the image; each filter gives one output channel.",
    ),
    LayerType(
        "MaxPool2d",
        "2-D max pooling",
        "Keeps the largest value of each window, which makes the image smaller.",
        positional=("stride",),
    ),
    LayerType(
        "AvgPool2d",
        "2-D average pooling",
        "Replaces each window by its mean, which makes the image smaller.",
        positional=("stride",),
    ),
    LayerType(
        "AdaptiveAvgPool2d",
        "Adaptive 2-D average pooling",
        "Averages so that the output has the height and width that you ask for.",
    ),
    LayerType(
        "BatchNorm1d",
        "1-D batch normalization",
        "Brings each feature to mean 0 and variance 1 over the batch, then scales and shifts it.",
    ),
    LayerType(
        "BatchNorm2d",
        "2-D batch normalization",
        "Brings each channel to mean 0 and variance 1 over batch and pixels, then scales and shifts it.",
    ),
    LayerType(
        "Dropout",
        "Dropout",
        "Sets random values to zero during training, so that the network does not lean on single ones.",
        positional=("p",),
    ),
    LayerType(
        "Flatten",
        "Flatten",
        "Turns each sample into one row of numbers: (N, C, H, W) becomes (N, C x H x W).",
        positional=("start_dim",),
    ),
    LayerType("ReLU", "ReLU", "Sets negative values to zero."),
    LayerType("Sigmoid", "Sigmoid", "Squeezes every value into the range from 0 to 1."),
    LayerType("Tanh", "Tanh", "Squeezes every value into the range from -1 to 1."),
    LayerType(
        "LogSoftmax",
        "LogSoftmax",
        "Turns scores into logarithms of probabilities that sum to 1 along one dimension.",
    ),
    LayerType("Identity", "Identity", "Passes its input on unchanged."),
)

# The smallest and the largest value that makes sense, by parameter name; torch itself finds these late,
# with messages such as "integer division by zero", or not at all on the meta device.
_RANGES: dict[str, tuple[int, int | None]] = {
    "in_features": (1, None),
    "out_features": (1, None),
    "in_channels": (1, None),
    "out_channels": (1, None),
    "num_features": (1, None),
    "groups": (1, None),
    "kernel_size": (1, None),
    "stride": (1, None),
    "dilation": (1, None),
    "output_size": (1, None),
    "padding": (0, None),
    "p": (0, 1),
}

_BY_NAME = {layer_type.name: layer_type for layer_type in LAYER_TYPES}


def layer_type(name: str) -> LayerType:
    """The layer type called `name` in `torch.nn`; raises SpecError if there is none here."""
    if name not in _BY_NAME:
        raise SpecError(f"There is no layer {name[:100]!r}; {_hint(name, _BY_NAME)}")
    return _BY_NAME[name]


def torch_class(name: str) -> type[nn.Module]:
    """The class of `torch.nn` behind a layer type."""
    from torch import nn

    found: type[nn.Module] = getattr(nn, layer_type(name).name)
    return found


@cache
def parameters(name: str) -> tuple[Parameter, ...]:
    """What the constructor of a layer takes, in order, without `device` and `dtype`."""
    constructor = torch_class(name).__init__
    annotations = typing.get_type_hints(constructor)
    return tuple(
        Parameter(
            name=parameter.name,
            annotation=annotations.get(parameter.name, object),
            required=parameter.default is parameter.empty,
            default=None if parameter.default is parameter.empty else parameter.default,
        )
        for parameter in inspect.signature(constructor).parameters.values()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        and parameter.name not in ("self", "device", "dtype")
    )


def check_arguments(name: str, arguments: Mapping[str, Value]) -> None:
    """Raises SpecError if an argument is unknown, missing, or not of the type that the signature declares."""
    known = {parameter.name: parameter for parameter in parameters(name)}
    for argument, value in arguments.items():
        if argument not in known:
            raise SpecError(f"{name} has no argument {argument[:100]!r}; {_hint(argument, known)}")
        annotation = known[argument].annotation
        if not _is_instance(value, annotation):
            raise SpecError(f"{argument} of {name} is {_shown(value)}; it takes {_describe(annotation)}.")
        if in_range(argument, value) != value:
            raise SpecError(f"{argument} of {name} is {_shown(value)}; it must be {_describe_range(argument)}.")
    for parameter in known.values():
        if parameter.required and parameter.name not in arguments:
            raise SpecError(f"{name} needs {parameter.name}; give it {_describe(parameter.annotation)}.")


def in_range(argument: str, value: Value) -> Value:
    """The value itself if it makes sense for a parameter of this name, else the nearest one that does."""
    if isinstance(value, tuple):
        return tuple(in_range(argument, item) for item in value)
    if argument not in _RANGES or not isinstance(value, (int, float)):
        return value
    smallest, largest = _RANGES[argument]
    return max(smallest, value if largest is None else min(value, largest))


def _hint(name: str, known: Collection[str]) -> str:
    """What to write instead of an unknown name, as the end of a sentence."""
    close = difflib.get_close_matches(name[:100], known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there are {', '.join(known)}." if known else "there are none."


def _is_instance(value: object, annotation: object) -> bool:
    """Whether a JSON-like value fits a type annotation; an int fits float, a bool is no int."""
    origin, options = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation in (object, typing.Any):
        return True
    if annotation in (None, type(None)):
        return value is None
    if origin in (typing.Union, types.UnionType):
        return any(_is_instance(value, option) for option in options)
    if origin is typing.Literal:
        return value in options
    if origin is tuple:
        return _is_tuple_of(value, options)
    if annotation is float:
        return type(value) in (int, float)
    return type(value) is annotation


def _is_tuple_of(value: object, items: tuple[object, ...]) -> bool:
    if not isinstance(value, tuple):
        return False
    if len(items) == 2 and items[1] is ...:
        return all(_is_instance(item, items[0]) for item in value)
    return len(value) == len(items) and all(map(_is_instance, value, items))


def _describe(annotation: object) -> str:
    """A type annotation in words: "a whole number or 2 whole numbers"."""
    origin, options = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_describe(option) for option in options)
    if origin is typing.Literal:
        return "one of " + ", ".join(map(repr, options))
    if origin is tuple:
        return "several whole numbers" if options[-1] is ... else f"{len(options)} whole numbers"
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}
    if isinstance(annotation, type) and annotation in words:
        return words[annotation]
    return "nothing (null)"


def _describe_range(argument: str) -> str:
    smallest, largest = _RANGES[argument]
    return f"at least {smallest}" if largest is None else f"from {smallest} to {largest}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
