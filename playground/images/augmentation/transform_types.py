"""A transform of torchvision as the catalogue knows it, and its parameters as its signature declares them."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from playground.images.augmentation.parameter_explanations import explain
from playground.images.augmentation.parameter_kinds import value_kind
from playground.images.augmentation.value_kinds import Value, ValueKind, plain

if TYPE_CHECKING:
    from torch import nn

Work = Literal["place", "value", "neighbours", "policy", "several", "batch", "tensor"]
"""What a transform changes: where pixels are; the value of each pixel from that pixel alone (and from figures of the
whole image); values from pixels around; what a drawn policy says; one image into several; a batch; the data type."""

_HIDDEN = ("self", "inplace", "labels_getter", "num_classes")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a transform: name and default from torchvision's signature, what it takes, and what it does."""

    name: str
    kind: ValueKind
    explanation: str
    required: bool
    default: Value = None


@dataclass(frozen=True)
class TransformType:
    """A class of `torchvision.transforms.v2`: its `name` there, a `label` and a one-line `explanation` for people.

    `example` are parameters with which it works and shows what it does. `needs` says what it must be given: "image"
    stands for a Pillow image as well as for a tensor. With `moves_boxes` boxes and masks go where the pixels go;
    they are unknown after one without, except where it `keeps_place`.
    """

    name: str
    group: str
    label: str
    explanation: str
    work: Work
    example: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    needs: Literal["image", "tensor", "floats"] = "image"

    @property
    def keeps_place(self) -> bool:
        """Whether every pixel stays where it is."""
        return self.work in ("value", "neighbours", "tensor")

    @property
    def moves_boxes(self) -> bool:
        """Whether torchvision moves boxes and masks along."""
        return self.work == "place"

    def parameters(self) -> tuple[Parameter, ...]:
        """What its constructor takes, in order. Imports torchvision."""
        return _parameters(self.name)

    def torch_class(self) -> type[nn.Module]:
        """The class itself. Imports torchvision."""
        from torchvision.transforms import v2

        found: type[nn.Module] = getattr(v2, self.name)
        return found


@cache
def _parameters(name: str) -> tuple[Parameter, ...]:
    from torchvision.transforms import v2

    declared = inspect.signature(getattr(v2, name).__init__).parameters.values()
    return tuple(
        Parameter(
            each.name,
            value_kind(name, each.name),
            explain(name, each.name),
            required=each.default is each.empty,
            default=None if each.default is each.empty else _plain_default(each.default),
        )
        for each in declared
        if each.name not in _HIDDEN
    )


def _plain_default(default: Any) -> Value:
    """The default as descriptions hold it: an interpolation or a policy by its name, a data type as "float32"."""
    if isinstance(default, enum.Enum):
        default = default.value
    return str(default).removeprefix("torch.") if type(default).__name__ == "dtype" else plain(default)
