"""What a layer gives, laid out for the eye: feature maps, tokens, or one vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import torch
from torch.nn.functional import adaptive_avg_pool2d

from playground.networks.spec import by

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from playground.networks.spec import Shape

LONGEST_SIDE = 128
"""Feature maps with longer sides are averaged down to it."""

# Their second dimension is always the channels.
_CHANNELS_FIRST = ("Conv", "BatchNorm", "InstanceNorm", "GroupNorm", "MaxPool", "AvgPool", "AdaptiveAvgPool")


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """The output for the first sample: "maps" `(C, H, W)`, "tokens" `(L, C)` or a "vector" `(F,)` of float32.

    `dead` counts the maps that are 0 everywhere. `notes` are sentences on what is not shown as it is.
    """

    kind: Literal["maps", "tokens", "vector"]
    values: NDArray[np.float32]
    dead: int = 0
    notes: tuple[str, ...] = ()


def feature_maps(output: torch.Tensor, layer_type: str = "", input_shape: Shape = ()) -> FeatureMaps:
    """Lays out the output of a layer, `(N, ...)`.

    Four dimensions are maps, whose channels may come last: Linear layers and Swin have it so. That is told from the
    layer's type, else from the proportions of the network's `input_shape` `(C, H, W)`.
    """
    values, notes = _first_sample(output)
    if values.dim() <= 1:
        return FeatureMaps("vector", _numpy(values.reshape(-1)), notes=notes)
    if values.dim() == 2:
        tokens = values.T if layer_type.startswith(_CHANNELS_FIRST) else values
        return FeatureMaps("tokens", _numpy(tokens), notes=notes)
    if values.dim() > 3:
        depths = tuple(values.shape[1:-2])
        for depth in depths:
            values = values.select(1, depth // 2)
        notes = (*notes, f"Of {by(depths)} slices of each channel the middle one is shown.")
    if _has_channels_last(tuple(values.shape), layer_type, input_shape):
        values = values.movedim(-1, 0)
        notes = (*notes, "The channels are the last dimension of this output.")
    if max(values.shape[1:]) > LONGEST_SIDE:
        notes = (
            *notes,
            f"Maps are averaged down to {LONGEST_SIDE} pixels for the eye; the numbers are those of all values.",
        )
    dead = int((values == 0).flatten(1).all(dim=1).sum()) if values.numel() else 0
    return FeatureMaps("maps", _numpy(_small(values)), dead, notes)


def patch_maps(tokens: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The tokens `(L, C)` of a square image cut into patches, as maps `(C, n, n)`; None if L is no such number.

    A class token before them, as Vision Transformers have it, is left out.
    """
    for first in (0, 1):
        side = round(max(len(tokens) - first, 0) ** 0.5)
        if side > 1 and side**2 == len(tokens) - first:
            return tokens[first:].T.reshape(-1, side, side)
    return None


def _first_sample(output: torch.Tensor) -> tuple[torch.Tensor, tuple[str, ...]]:
    values = output.abs() if output.is_complex() else output
    if values.dim() == 0 or values.shape[0] == 0:
        return values, ()
    if values.shape[0] == 1:
        return values[0], ()
    # What attends over a sequence may have the batch as its second dimension.
    if values.dim() == 3 and values.shape[1] == 1:
        return values[:, 0], ()
    return values[0], (f"The first of {values.shape[0]:,} along the first dimension is shown.",)


def _has_channels_last(shape: Shape, layer_type: str, input_shape: Shape) -> bool:
    if layer_type == "Linear":
        return True
    if layer_type.startswith(_CHANNELS_FIRST) or len(input_shape) != 3 or 0 in shape:
        return False
    proportions = input_shape[1] / input_shape[2]
    as_first, as_last = shape[1] / shape[2], shape[0] / shape[1]
    return _distance(as_last, proportions) < _distance(as_first, proportions)


def _distance(one: float, other: float) -> float:
    return max(one, other) / min(one, other)


def _small(maps: torch.Tensor) -> torch.Tensor:
    longest = max(maps.shape[1:])
    if longest <= LONGEST_SIDE or not maps.numel():
        return maps
    height, width = (max(1, round(side * LONGEST_SIDE / longest)) for side in maps.shape[1:])
    return adaptive_avg_pool2d(maps.float(), (height, width))


def _numpy(values: torch.Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = values.detach().float().contiguous().numpy()
    return array
