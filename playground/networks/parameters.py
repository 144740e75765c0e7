"""The parameters of a layer as `torch.nn` declares them, and whether arguments are what they take."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from playground.networks.annotations import describe, fits, for_plain_values, or_none, with_length
from playground.networks.errors import SpecError
from playground.networks.hints import hint
from playground.networks.layer_catalogue import torch_class
from playground.networks.layer_types import dimensions, family
from playground.networks.spec import Value
from playground.networks.widths import AUTO, width_argument


@dataclass(frozen=True)
class Parameter:
    """One parameter of a layer's constructor, as its signature in `torch.nn` declares it.

    `annotation` is narrowed to the values that a description can hold: numbers, texts, truth values and tuples.
    """

    name: str
    annotation: object
    required: bool
    default: Value = None


# What torch takes where its signature says nothing, or only that it is a text: by parameter, and for a
# family of layers alone by (family, parameter).
_ANNOTATIONS: dict[str | tuple[str, str], object] = {
    "approximate": Literal["none", "tanh"],
    "activation": Literal["relu", "gelu"],
    "nonlinearity": Literal["tanh", "relu"],
    "mode": Literal["nearest", "linear", "bilinear", "bicubic", "trilinear", "nearest-exact", "area"],
    ("ConvTranspose", "padding_mode"): Literal["zeros"],
    "embed_dim": int,
    "num_heads": int,
    "kdim": int | None,
    "vdim": int | None,
}

# The smallest and the largest value that makes sense, by the same keys; torch itself finds these late,
# with messages such as "integer division by zero", or not at all on the meta device.
_RANGES: dict[str | tuple[str, str], tuple[int | None, int | None]] = {
    **dict.fromkeys(
        (
            *("in_features", "out_features", "in_channels", "out_channels", "num_features", "num_channels"),
            *("groups", "num_groups", "kernel_size", "stride", "dilation", "output_size", "divisor_override"),
            *("normalized_shape", "num_parameters", "size", "upscale_factor", "downscale_factor"),
            *("num_embeddings", "embedding_dim", "input_size", "hidden_size"),
            *("embed_dim", "num_heads", "kdim", "vdim", "d_model", "nhead", "dim_feedforward"),
        ),
        (1, None),
    ),
    **dict.fromkeys(("padding", "output_padding", "proj_size", "eps", "layer_norm_eps"), (0, None)),
    **dict.fromkeys(("p", "dropout"), (0, 1)),
    "num_layers": (1, 100),
    "unflattened_size": (-1, None),
    ("ZeroPad", "padding"): (None, None),
}


@cache
def parameters(name: str) -> tuple[Parameter, ...]:
    """What the constructor of a layer takes, in order, without `device`, `dtype` and torch's private ones."""
    declaration = _declaration(torch_class(name))
    annotations = typing.get_type_hints(declaration)
    return tuple(
        Parameter(
            name=parameter.name,
            annotation=_annotation(name, parameter, annotations),
            required=parameter.default is parameter.empty,
            default=_default(parameter),
        )
        for parameter in inspect.signature(declaration).parameters.values()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        and parameter.name not in ("self", "device", "dtype")
        and not parameter.name.startswith("_")
    )


def check_arguments(name: str, arguments: Mapping[str, Value]) -> None:
    """Raises SpecError if an argument is unknown, missing, not of the type that the signature declares, or too
    small or large. The width of the input may be "auto". Whether the arguments go together is what
    `check_consistency` says.
    """
    known = {parameter.name: parameter for parameter in parameters(name)}
    for argument, value in arguments.items():
        if argument not in known:
            raise SpecError(f"{name} has no argument {argument[:100]!r}; {hint(argument, known)}")
        if value == AUTO and argument == width_argument(name):
            continue
        annotation = known[argument].annotation
        if not fits(value, annotation):
            raise SpecError(f"{argument} of {name} is {_shown(value)}; it takes {describe(annotation)}.")
        if in_range(argument, value, name) != value:
            limits = _describe_range(*_range(argument, name))
            raise SpecError(f"{argument} of {name} is {_shown(value)}; it must be {limits}.")
    for parameter in known.values():
        if parameter.required and parameter.name not in arguments:
            raise SpecError(f"{name} needs {parameter.name}; give it {describe(parameter.annotation)}.")


def with_defaults(name: str, arguments: Mapping[str, Value]) -> dict[str, Value]:
    """The arguments together with the defaults of those that are left out."""
    return {each.name: arguments.get(each.name, each.default) for each in parameters(name)}


def in_range(argument: str, value: Value, name: str = "") -> Value:
    """The value itself if it makes sense for this parameter of the layer `name`, else the nearest that does."""
    if isinstance(value, tuple):
        return tuple(in_range(argument, item, name) for item in value)
    if not isinstance(value, (int, float)):
        return value
    smallest, largest = _range(argument, name)
    if smallest is not None and value < smallest:
        return smallest
    return largest if largest is not None and value > largest else value


def _declaration(torch_class: Callable[..., Any]) -> Callable[..., Any]:
    """The constructor; of several declared overloads the first, as recurrent layers have it beside `*args`."""
    constructor: Callable[..., Any] = torch_class.__init__
    return next(iter(typing.get_overloads(constructor)), constructor)


def _annotation(name: str, parameter: inspect.Parameter, declared: Mapping[str, object]) -> object:
    """The declared type or, where there is none, that of the default; sizes have one number a dimension."""
    known = _ANNOTATIONS.get((family(name), parameter.name)) or _ANNOTATIONS.get(parameter.name)
    if known is not None:
        return known
    if parameter.name not in declared:
        return type(parameter.default)
    annotation = for_plain_values(declared[parameter.name])
    if parameter.default is None:
        annotation = or_none(annotation)
    dimension = dimensions(name)
    return annotation if dimension is None else with_length(annotation, dimension)


def _default(parameter: inspect.Parameter) -> Value:
    """The default; a function, such as `F.relu`, by its name, which torch takes as well."""
    if parameter.default is parameter.empty:
        return None
    default: Value = parameter.default.__name__ if callable(parameter.default) else parameter.default
    return default


def _range(argument: str, name: str) -> tuple[int | None, int | None]:
    return _RANGES.get((family(name), argument)) or _RANGES.get(argument) or (None, None)


def _describe_range(smallest: int | None, largest: int | None) -> str:
    return f"at least {smallest}" if largest is None else f"from {smallest} to {largest}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
