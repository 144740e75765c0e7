"""Arguments that must equal the width of a layer's input: they can be left on "auto", and a trace has the number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from playground.networks.errors import SpecError
from playground.networks.layer_types import family
from playground.networks.spec import Arguments, Layer, NetworkSpec, Shape, Value, join

if TYPE_CHECKING:
    from playground.networks.propagate import Passage

AUTO = "auto"

WIDTH_ARGUMENTS = {
    "Linear": "in_features",
    "Conv": "in_channels",
    "ConvTranspose": "in_channels",
    "BatchNorm": "num_features",
    "InstanceNorm": "num_features",
    "GroupNorm": "num_channels",
    "RNN": "input_size",
    "LSTM": "input_size",
    "GRU": "input_size",
    "MultiheadAttention": "embed_dim",
    "TransformerEncoderLayer": "d_model",
}
"""The argument that must equal the channels or features of the input, by family of layers."""

_IN_THE_LAST_DIMENSION = ("Linear", "RNN", "LSTM", "GRU", "MultiheadAttention", "TransformerEncoderLayer")


def width_argument(type_name: str) -> str | None:
    """The argument of a layer that must equal the width of its input, if it has one."""
    return WIDTH_ARGUMENTS.get(family(type_name))


def input_width(type_name: str, shape: Shape) -> int | None:
    """The channels or features that a layer of this type is given; None if its input has no such dimension."""
    place = -1 if family(type_name) in _IN_THE_LAST_DIMENSION else min(1, len(shape) - 1)
    return shape[place] if shape else None


def is_auto(type_name: str, arguments: Mapping[str, Value]) -> bool:
    """Whether the width of a layer is left on auto."""
    return arguments.get(width_argument(type_name) or "") == AUTO


def with_width(type_name: str, arguments: Mapping[str, Value], width: int) -> Arguments:
    """The arguments of a layer with this number for its width."""
    name = width_argument(type_name)
    return Arguments({**arguments, name: width} if name else arguments)


def with_numbers(spec: NetworkSpec) -> NetworkSpec:
    """The spec with a number for each auto; raises SpecError where the network does not work so far."""
    if not any(is_auto(layer.type, layer.arguments) for _, layer in spec.walk()):
        return spec
    from playground.networks.propagate import propagate

    passage = propagate(spec, (2, *spec.input_shape))
    return replace(spec, layers=_with_numbers(spec.layers, "", passage))


def _with_numbers(layers: tuple[Layer, ...], parent: str, passage: Passage) -> tuple[Layer, ...]:
    numbered = []
    for layer in layers:
        path = join(parent, layer.name)
        arguments = layer.arguments
        if layer.enabled and is_auto(layer.type, arguments):
            if path not in passage.widths:
                reason = f": {passage.fault.path} fails before it" if passage.fault else ""
                raise SpecError(
                    f"{width_argument(layer.type)} of {path!r} is on auto, but no input gets there{reason}. "
                    "Mend that, or give it a number."
                )
            arguments = with_width(layer.type, arguments, passage.widths[path])
        numbered.append(replace(layer, arguments=arguments, children=_with_numbers(layer.children, path, passage)))
    return tuple(numbered)
