"""A normalization of a small batch: which values share a mean, what differs between the modes, and the code."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.inspection import Normalization, constructors, normalization
from playground.networks import Layer, NetworkSpec

if TYPE_CHECKING:
    from playground.networks.spec import Shape, Value

_NAME = "layer"


@dataclass(frozen=True)
class NormalizationType:
    """A type of normalization: the dimensions a batch may have, and what train and eval mode do."""

    dimensions: tuple[int, ...]
    differs_in_eval: bool
    modes: str


_BATCH = (
    "In train mode each channel is normalized by the mean and variance of the batch, and `running_mean` and "
    "`running_var` move towards them by `momentum=0.1` (the variance there divided by n - 1). In eval mode these two "
    "are used instead, so that a sample's output does not depend on the others of its batch."
)
_SAME = "The same in train and eval mode: nothing is remembered, and a sample never depends on the others of its batch."

TYPES: Mapping[str, NormalizationType] = {
    "BatchNorm1d": NormalizationType((2, 3), True, _BATCH),
    "BatchNorm2d": NormalizationType((4,), True, _BATCH),
    "LayerNorm": NormalizationType((2, 3, 4), False, _SAME),
    "InstanceNorm2d": NormalizationType(
        (4,),
        False,
        f"{_SAME} It has no weight and bias unless `affine=True`, and running statistics for eval mode only with "
        "`track_running_stats=True`.",
    ),
    "GroupNorm": NormalizationType((2, 3, 4), False, _SAME),
}


@dataclass(frozen=True)
class NormalizationLayer:
    """A normalization of torch.nn and the shape of its batch: `(N, C)`, `(N, C, L)` or `(N, C, H, W)`."""

    type: str
    arguments: Mapping[str, Value]
    shape: Shape

    @property
    def shared(self) -> Normalization:
        """What its means are taken over."""
        return normalization(self.type, self.arguments, self.shape)


def normalization_layer(layer_type: str, shape: Shape, *, normalized: int = 1, groups: int = 1) -> NormalizationLayer:
    """The layer for a batch; a LayerNorm takes its last `normalized` dimensions, a GroupNorm has `groups` groups."""
    arguments: dict[str, Value] = {"num_features": shape[1]}
    if layer_type == "LayerNorm":
        last = shape[-normalized:]
        arguments = {"normalized_shape": last[0] if normalized == 1 else last}
    elif layer_type == "GroupNorm":
        arguments = {"num_groups": groups, "num_channels": shape[1]}
    return NormalizationLayer(layer_type, arguments, shape)


def statistics(shared: Normalization) -> list[int]:
    """For each value of the batch, in the order of memory, the number of the mean and variance that it shares."""
    kept = [dim for dim in range(len(shared.shape)) if dim not in shared.dims]
    numbers = []
    for place in itertools.product(*map(range, shared.shape)):
        number = 0
        for dim in kept:
            number = number * shared.shape[dim] + place[dim]
        numbers.append(number)
    return numbers


def single_values(layer: NormalizationLayer) -> str:
    """What happens where each mean is of one value only; empty if there are more."""
    if layer.shared.values > 1:
        return ""
    if layer.type.startswith("BatchNorm"):
        return "Each mean would be of a single value, which PyTorch refuses in train mode. Take more samples."
    if layer.type.startswith("InstanceNorm"):
        return "Each mean would be of a single value, which PyTorch refuses. Take a larger height or width."
    if layer.type == "GroupNorm" and layer.shape[0] == 1:
        return "Each mean would be of a single value, which PyTorch refuses for one sample. Take two, or fewer groups."
    return "Each mean is of a single value, so that every value becomes 0, whatever it was. Let more values share one."


def learned_parameters(layer: NormalizationLayer) -> int:
    """How many weights and biases the layer has: a pair for each channel, or each place of a normalized shape."""
    if layer.type.startswith("InstanceNorm"):
        return 0
    return 2 * (layer.shared.values if layer.type == "LayerNorm" else layer.shape[1])


def script(layer: NormalizationLayer) -> str:
    """The code that normalizes a random batch in train mode, by the layer and by hand, and compares the two."""
    network = NetworkSpec("Calculator", (Layer(_NAME, layer.type, layer.arguments),), layer.shape[1:])
    shared = layer.shared
    lines = [
        "import torch",
        "from torch import nn",
        "",
        f"layer = {constructors(network)[_NAME]}",
        f"batch = torch.rand({', '.join(map(str, layer.shape))})",
        f"mean = batch.mean(dim={shared.dims}, keepdim=True)",
        f"variance = batch.var(dim={shared.dims}, correction=0, keepdim=True)",
        "by_hand = (batch - mean) / torch.sqrt(variance + layer.eps)",
        "torch.testing.assert_close(layer(batch), by_hand, atol=1e-4, rtol=1e-4)",
    ]
    if shared.shape != tuple(layer.shape):
        lines[5:8] = [
            f"groups = batch.reshape{shared.shape}",
            *(line.replace("batch", "groups") for line in lines[5:7]),
            "by_hand = ((groups - mean) / torch.sqrt(variance + layer.eps)).reshape(batch.shape)",
        ]
    return "\n".join(lines)
