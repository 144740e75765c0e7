"""What a normalization takes its means and variances over."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.networks.spec import Shape, Value


@dataclass(frozen=True)
class Normalization:
    """The values that share a mean and a variance.

    These are taken over `dims` of the input seen as `shape`, which differs from the input's own only for GroupNorm,
    (N, groups, C / groups, ...). There are `statistics` means, each of `values` values.
    """

    shape: Shape
    dims: tuple[int, ...]

    @property
    def values(self) -> int:
        """How many values share a mean."""
        return math.prod(self.shape[dim] for dim in self.dims)

    @property
    def statistics(self) -> int:
        """How many means there are."""
        return math.prod(length for dim, length in enumerate(self.shape) if dim not in self.dims)


def normalization(layer_type: str, arguments: Mapping[str, Value], input_shape: Shape) -> Normalization:
    """For BatchNorm1d to 3d, LayerNorm, RMSNorm, GroupNorm and InstanceNorm1d to 3d in training, given their arguments.

    Raises ValueError for another layer.
    """
    shape = tuple(input_shape)
    if layer_type.startswith(("BatchNorm", "SyncBatchNorm")):
        return Normalization(shape, (0, *range(2, len(shape))))
    if sides := re.fullmatch(r"InstanceNorm([123])d", layer_type):
        # The last ones, as it takes a sample without a batch, too.
        return Normalization(shape, tuple(range(len(shape) - int(sides[1]), len(shape))))
    if layer_type in ("LayerNorm", "RMSNorm"):
        normalized = arguments["normalized_shape"]
        count = len(normalized) if isinstance(normalized, tuple) else 1
        return Normalization(shape, tuple(range(len(shape) - count, len(shape))))
    if layer_type == "GroupNorm":
        groups = int(str(arguments["num_groups"]))
        grouped = (shape[0], groups, shape[1] // groups, *shape[2:])
        return Normalization(grouped, tuple(range(2, len(grouped))))
    raise ValueError(f"{layer_type} normalizes nothing.")
