"""A transform as torchvision's module, and as the code that makes it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

from playground.images.augmentation.transform import Transform, transform_type
from playground.images.errors import ImageError

if TYPE_CHECKING:
    from torch import nn

    from playground.images.augmentation.value_kinds import Value


def build(transform: Transform) -> nn.Module:
    """The module of `torchvision.transforms.v2`, without its probability. ImageError where torchvision refuses it."""
    arguments = {name: _for_torchvision(name, value) for name, value in transform.given}
    try:
        return transform_type(transform.type).torch_class()(**arguments)
    except (ValueError, TypeError) as error:
        raise ImageError(f"{transform.type} cannot be made with these parameters: {error}") from error


def by_chance(module: nn.Module, transform: Transform) -> nn.Module:
    """The module of the transform, applied with its probability."""
    from torchvision.transforms import v2

    return v2.RandomApply([module], p=transform.probability) if transform.probability < 1 else module


def code(transform: Transform) -> str:
    """The expression that makes it, with its probability: "v2.CenterCrop(size=200)"."""
    arguments = ", ".join(f"{name}={_written(name, value)}" for name, value in transform.given)
    expression = f"v2.{transform.type}({arguments})"
    return expression if transform.probability == 1 else f"v2.RandomApply([{expression}], p={transform.probability})"


def _for_torchvision(name: str, value: Value) -> Any:
    choice = _choice(name, value)
    return (list(value) if isinstance(value, tuple) else value) if choice is None else choice


def _written(name: str, value: Value) -> str:
    choice = _choice(name, value)
    if choice is None:
        return repr(value)
    return f"v2.{type(choice).__name__}.{choice.name}" if isinstance(choice, enum.Enum) else str(choice)


def _choice(name: str, value: Value) -> Any:
    """What a text stands for in torchvision; None if it is no such text."""
    import torch
    from torchvision.transforms import v2

    if not isinstance(value, str):
        return None
    if name == "dtype":
        return getattr(torch, value)
    if name == "interpolation":
        return v2.InterpolationMode(value)
    return v2.AutoAugmentPolicy(value) if name == "policy" else None
