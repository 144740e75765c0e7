"""How each operation of torch passes receptive fields on: one rule for each name in the aten library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from playground.inspection.receptive_field.field_axis import (
    Axis,
    bins_over,
    nearest,
    picked,
    repeated,
    resampled,
    transposed_windows_over,
    union,
    whole,
    windows_over,
)

Axes = dict[int, Axis]
Rule = Callable[[Axes, torch.Tensor, torch.Tensor, dict[str, Any]], "Axes | None"]
"""From the axes of an input, the input, the output and all arguments to the output's axes; None if they are lost."""


def _convolution(axes: Axes, _: torch.Tensor, output: torch.Tensor, arguments: dict[str, Any]) -> Axes | None:
    over = transposed_windows_over if arguments["transposed"] else windows_over
    return _windows(axes, output, {**arguments, "kernel_size": arguments["weight"].shape[2:]}, over)


def _pooling(axes: Axes, _: torch.Tensor, output: torch.Tensor, arguments: dict[str, Any]) -> Axes | None:
    stride = arguments["stride"] or arguments["kernel_size"]
    return _windows(axes, output, {"dilation": 1, **arguments, "stride": stride}, windows_over)


def _windows(axes: Axes, output: torch.Tensor, arguments: dict[str, Any], over: Callable[..., Axis]) -> Axes | None:
    """The windows of an operation with one value of each argument for all of the last dimensions, or one for each."""
    dims = sorted(axes)
    if dims != list(range(output.dim() - len(dims), output.dim())):
        return None
    names = ("kernel_size", "stride", "padding", "dilation")
    values = [_for_each(arguments[name], len(dims)) for name in names]
    return {dim: over(axes[dim], output.shape[dim], *each) for dim, *each in zip(dims, *values, strict=True)}


def _for_each(value: Any, dims: int) -> list[int]:
    values = list(value) if isinstance(value, (list, tuple, torch.Size)) else [value]
    return values * dims if len(values) == 1 else values[-dims:]


def _adaptive(axes: Axes, _: torch.Tensor, output: torch.Tensor, __: dict[str, Any]) -> Axes:
    return {dim: bins_over(axis, output.shape[dim]) for dim, axis in axes.items()}


def _unchanged(axes: Axes, *_: Any) -> Axes:
    return axes


def _reduced(axes: Axes, values: torch.Tensor, _: torch.Tensor, arguments: dict[str, Any]) -> Axes | None:
    """A sum, mean or maximum over dimensions."""
    given = arguments.get("dim")
    dims = range(values.dim()) if given is None or given == [] else given if isinstance(given, list) else [given]
    gone = {dim % values.dim() for dim in dims}
    if arguments.get("keepdim"):
        return {dim: whole(axis) if dim in gone else axis for dim, axis in axes.items()}
    if gone & axes.keys():
        return None
    return {dim - sum(each < dim for each in gone): axis for dim, axis in axes.items()}


def _mixed_along(axes: Axes, values: torch.Tensor, _: torch.Tensor, arguments: dict[str, Any]) -> Axes:
    """A softmax: each position sees all along one dimension."""
    dim = arguments["dim"] % values.dim()
    return {each: union([axis, whole(axis)], len(axis)) if each == dim else axis for each, axis in axes.items()}


def _reshaped(axes: Axes, values: torch.Tensor, output: torch.Tensor, _: dict[str, Any]) -> Axes | None:
    """A dimension stays what it is if it is as long and as many values lie before it."""
    places = {(before, length): dim for dim, (before, length) in enumerate(_places(output.shape)) if length > 1}
    result = {}
    for dim, axis in axes.items():
        before, length = _places(values.shape)[dim]
        if length == 1:
            continue
        if (before, length) not in places:
            return None
        result[places[before, length]] = axis
    return result if len(result) == len(axes) else None


def _unsqueezed(axes: Axes, _: torch.Tensor, output: torch.Tensor, arguments: dict[str, Any]) -> Axes:
    new = arguments["dim"] % output.dim()
    return {dim + (dim >= new): axis for dim, axis in axes.items()}


def _squeezed(axes: Axes, values: torch.Tensor, _: torch.Tensor, arguments: dict[str, Any]) -> Axes | None:
    """Without the named dimensions that are 1 long, or without all of them."""
    named = arguments.get("dim", range(values.dim()))
    gone = {dim % values.dim() for dim in ([named] if isinstance(named, int) else named)}
    gone = {dim for dim in gone if values.shape[dim] == 1}
    if gone & axes.keys():
        return None
    return {dim - sum(each < dim for each in gone): axis for dim, axis in axes.items()}


def _places(shape: Any) -> list[tuple[int, int]]:
    """For each dimension how many values lie before it, and its length."""
    before, places = 1, []
    for length in shape:
        places.append((before, length))
        before *= length
    return places


def _permuted(axes: Axes, values: torch.Tensor, _: torch.Tensor, arguments: dict[str, Any]) -> Axes:
    order = list(range(values.dim()))
    if "dims" in arguments:
        order = [dim % values.dim() for dim in arguments["dims"]]
    else:
        first, second = (arguments[name] % values.dim() for name in ("dim0", "dim1"))
        order[first], order[second] = order[second], order[first]
    return {order.index(dim): axis for dim, axis in axes.items()}


def _padded(axes: Axes, values: torch.Tensor, _: torch.Tensor, arguments: dict[str, Any]) -> Axes:
    pads = arguments["pad"]
    result = dict(axes)
    for place in range(len(pads) // 2):
        dim = values.dim() - 1 - place
        if dim in axes:
            before, after = pads[2 * place], pads[2 * place + 1]
            result[dim] = picked(axes[dim], np.arange(-before, len(axes[dim]) + after), -before)
    return result


def _around(mirrors: bool) -> Rule:
    """Reflection and replication: what is put around an image is the image again."""

    def rule(axes: Axes, values: torch.Tensor, output: torch.Tensor, arguments: dict[str, Any]) -> Axes:
        pads = arguments["padding"]
        result = dict(axes)
        for place in range(len(pads) // 2):
            dim = values.dim() - 1 - place
            last = len(axes[dim]) - 1
            positions = np.arange(output.shape[dim]) - pads[2 * place]
            inside = last - np.abs(last - np.abs(positions)) if mirrors else np.clip(positions, 0, last)
            result[dim] = picked(axes[dim], inside, -pads[2 * place])
        return result

    return rule


def _nearest(is_exact: bool) -> Rule:
    def rule(axes: Axes, _: torch.Tensor, output: torch.Tensor, arguments: dict[str, Any]) -> Axes:
        factors = _factors(arguments, output.dim())
        return {dim: nearest(axis, output.shape[dim], is_exact, factors.get(dim)) for dim, axis in axes.items()}

    return rule


def _resized(taps: int) -> Rule:
    def rule(axes: Axes, values: torch.Tensor, output: torch.Tensor, arguments: dict[str, Any]) -> Axes:
        corners = bool(arguments.get("align_corners"))
        # An image whose shape stays is copied, whatever the factors.
        factors = {} if values.shape == output.shape else _factors(arguments, output.dim())
        return {dim: resampled(axis, output.shape[dim], taps, corners, factors.get(dim)) for dim, axis in axes.items()}

    return rule


def _factors(arguments: dict[str, Any], dims: int) -> dict[int, float]:
    """The factors that an interpolation was asked for by dimension; none where it was asked for a size."""
    names = ("scales",) if "scales" in arguments else ("scales_d", "scales_h", "scales_w")
    given = {dims - len(names) + place: arguments.get(name) for place, name in enumerate(names)}
    return {dim: factor for dim, factor in given.items() if factor is not None}


def _shuffled(axes: Axes, _: torch.Tensor, __: torch.Tensor, arguments: dict[str, Any]) -> Axes:
    return {dim: repeated(axis, arguments["upscale_factor"]) for dim, axis in axes.items()}


def _unshuffled(axes: Axes, _: torch.Tensor, output: torch.Tensor, arguments: dict[str, Any]) -> Axes:
    factor = arguments["downscale_factor"]
    return {dim: windows_over(axis, output.shape[dim], factor, factor, 0, 1) for dim, axis in axes.items()}


def _sliced(axes: Axes, values: torch.Tensor, output: torch.Tensor, arguments: dict[str, Any]) -> Axes | None:
    dim = arguments["dim"] % values.dim()
    if dim not in axes:
        return axes
    if arguments["step"] != 1:
        return None
    start = arguments["start"] or 0
    start += len(axes[dim]) if start < 0 else 0
    return {**axes, dim: picked(axes[dim], start + np.arange(output.shape[dim]), start)}


def _parted(axes: Axes, values: torch.Tensor, _: torch.Tensor, arguments: dict[str, Any]) -> Axes | None:
    """A split into parts along a dimension that is none of the image."""
    return None if arguments["dim"] % values.dim() in axes else axes


def _selected(axes: Axes, values: torch.Tensor, _: torch.Tensor, arguments: dict[str, Any]) -> Axes | None:
    gone = arguments["dim"] % values.dim()
    return None if gone in axes else {dim - (dim > gone): axis for dim, axis in axes.items()}


def _expanded(axes: Axes, values: torch.Tensor, output: torch.Tensor, _: dict[str, Any]) -> Axes:
    """One position becomes many that see the same."""
    further = output.dim() - values.dim()
    return {dim + further: union([axis], output.shape[dim + further]) for dim, axis in axes.items()}


def _restrided(axes: Axes, values: torch.Tensor, output: torch.Tensor, _: dict[str, Any]) -> Axes | None:
    """A pooling to one position gives that in the memory format of its input."""
    is_one_position = all(values.shape[dim] == 1 for dim in axes)
    return axes if is_one_position and values.shape == output.shape else None


_UNCHANGED = (
    *("clone", "detach", "alias", "contiguous", "_to_copy", "lift_fresh", "native_dropout", "bernoulli"),
    # Statistics over the image are not counted as a part of the receptive field.
    *("native_batch_norm", "_native_batch_norm_legit", "_native_batch_norm_legit_no_training", "native_layer_norm"),
    *("native_group_norm", "cudnn_batch_norm", "_fused_rms_norm"),
)

RULES: Mapping[str, Rule] = {
    "convolution": _convolution,
    **dict.fromkeys(("max_pool2d_with_indices", "max_pool3d_with_indices", "avg_pool2d", "avg_pool3d"), _pooling),
    **dict.fromkeys(("_adaptive_avg_pool2d", "_adaptive_avg_pool3d"), _adaptive),
    **dict.fromkeys(("adaptive_max_pool2d", "adaptive_max_pool3d"), _adaptive),
    **dict.fromkeys(("mean", "sum", "amax", "amin", "max", "min"), _reduced),
    **dict.fromkeys(("_softmax", "_log_softmax"), _mixed_along),
    **dict.fromkeys(("view", "_unsafe_view", "reshape", "_reshape_alias"), _reshaped),
    "unsqueeze": _unsqueezed,
    "squeeze": _squeezed,
    **dict.fromkeys(("permute", "transpose", "numpy_T"), _permuted),
    "constant_pad_nd": _padded,
    **{f"reflection_pad{dims}d": _around(mirrors=True) for dims in (1, 2, 3)},
    **{f"replication_pad{dims}d": _around(mirrors=False) for dims in (1, 2, 3)},
    **{f"upsample_nearest{dims}d": _nearest(is_exact=False) for dims in (1, 2, 3)},
    **{f"_upsample_nearest_exact{dims}d": _nearest(is_exact=True) for dims in (1, 2, 3)},
    **dict.fromkeys(("upsample_linear1d", "upsample_bilinear2d", "upsample_trilinear3d"), _resized(2)),
    "upsample_bicubic2d": _resized(4),
    "pixel_shuffle": _shuffled,
    "pixel_unshuffle": _unshuffled,
    "slice": _sliced,
    **dict.fromkeys(("split", "split_with_sizes", "chunk"), _parted),
    **dict.fromkeys(("select", "unbind"), _selected),
    "as_strided": _restrided,
    "expand": _expanded,
    **dict.fromkeys(_UNCHANGED, _unchanged),
}

WINDOW_FUNCTIONS: Mapping[str, str] = {
    **{"convolution": "convolution", "avg_pool2d": "avg_pool2d", "avg_pool3d": "avg_pool3d"},
    **{"max_pool2d_with_indices": "max_pool2d", "max_pool3d_with_indices": "max_pool3d"},
    **{"_adaptive_avg_pool2d": "adaptive_avg_pool2d", "_adaptive_avg_pool3d": "adaptive_avg_pool3d"},
    **{"adaptive_max_pool2d": "adaptive_max_pool2d", "adaptive_max_pool3d": "adaptive_max_pool3d"},
}
"""The operations that slide a window, with the names that people call them by."""
