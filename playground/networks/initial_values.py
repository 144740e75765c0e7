"""Parameters that start at a constant: those of PyTorch, and those that a layer of a spec names in `initial`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from playground.networks.errors import SpecError
from playground.networks.hints import hint

if TYPE_CHECKING:
    from playground.networks.spec import Arguments, Layer, Value

_LARGEST = sys.float_info.max
_ONE_AND_ZERO = {"weight": 1.0, "bias": 0.0}
_NORMALIZATIONS = (
    *("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"),
    *("GroupNorm", "LayerNorm"),
)
_ATTENTION = {"in_proj_bias": 0.0, "out_proj.bias": 0.0}
_CONSTANTS: dict[str, dict[str, float]] = {
    **dict.fromkeys(_NORMALIZATIONS, _ONE_AND_ZERO),
    "MultiheadAttention": _ATTENTION,
    "TransformerEncoderLayer": {
        **{f"self_attn.{name}": value for name, value in _ATTENTION.items()},
        **{f"{norm}.{name}": value for norm in ("norm1", "norm2") for name, value in _ONE_AND_ZERO.items()},
    },
    "PReLU": {"weight": 0.25},
}


def constants_of_torch(type_name: str, arguments: Mapping[str, object]) -> dict[str, float]:
    """The parameters of a layer that PyTorch itself starts at a constant, with these constants."""
    constants = _CONSTANTS.get(type_name, {})
    init = arguments.get("init")
    return {"weight": float(init)} if type_name == "PReLU" and isinstance(init, int | float) else constants


def beside_torch(type_name: str, arguments: Mapping[str, object], initial: Mapping[str, object]) -> dict[str, float]:
    """The constants, as decimal numbers, without those that PyTorch has itself; raises SpecError for what is none."""
    constants = constants_of_torch(type_name, arguments)
    numbers = {name: _number(name, value) for name, value in initial.items()}
    return {name: number for name, number in numbers.items() if constants.get(name) != number}


def check_initial(layer: Layer) -> None:
    """Raises SpecError if a layer cannot have a parameter that it should start at a constant."""
    if not layer.initial:
        return
    names = parameter_names(layer.type, layer.arguments)
    for name in layer.initial:
        if names is not None and name not in names:
            raise SpecError(f"{layer.type} has no parameter {name[:100]!r} to start at a constant; {hint(name, names)}")


def parameter_names(type_name: str, arguments: Mapping[str, Value]) -> tuple[str, ...] | None:
    """The parameters of a layer, such as "weight" and "bias"; None while it cannot be made with these arguments."""
    from playground.networks.containers import CONTAINERS
    from playground.networks.spec import Arguments
    from playground.networks.widths import is_auto, with_width

    if type_name in CONTAINERS:
        return ()
    if is_auto(type_name, arguments):
        arguments = with_width(type_name, arguments, 1)
    return _parameter_names(type_name, Arguments(arguments))


@lru_cache(maxsize=2_000)
def _parameter_names(type_name: str, arguments: Arguments) -> tuple[str, ...] | None:
    import torch

    from playground.networks.build import construct
    from playground.networks.spec import Layer

    try:
        with torch.device("meta"), torch.no_grad():
            return tuple(name for name, _ in construct(Layer("0", type_name, arguments)).named_parameters())
    except (SpecError, RuntimeError, ValueError, TypeError, ArithmeticError):
        return None


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_LARGEST <= value <= _LARGEST:
        raise SpecError(f"{name} should start at {value!r}; write a finite number.")
    # Adding zero makes of -0.0 the same zero.
    return float(value) + 0.0
