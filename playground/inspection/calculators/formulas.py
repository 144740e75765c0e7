"""Where an output's shape comes from: the formula of the layer with its numbers filled in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.inspection.calculators.normalized import normalization
from playground.inspection.calculators.output_sizes import Side, binned, same, scaled, slid, spread

if TYPE_CHECKING:
    from playground.networks.spec import Shape, Value

_NORMALIZATIONS = "(Batch|Instance)Norm[123]d|(Layer|RMS|Group)Norm"

_SIDES = {1: ("l",), 2: ("h", "w"), 3: ("d", "h", "w")}


@dataclass(frozen=True)
class OutputFormula:
    """The output's shape, and a line for each size that has a formula: "w' = floor((224 - 7 + 2*3) / 2) + 1 = 112"."""

    output_shape: Shape
    lines: tuple[str, ...]


def output_formula(layer_type: str, arguments: Mapping[str, Value], input_shape: Shape) -> OutputFormula | None:
    """The formula of a layer of torch.nn, given its constructor's arguments and the shape of its input.

    The shape is a batch's, `(N, C, H, W)`, or one sample's, `(C, H, W)`, where the layer takes it.
    For convolutions, transposed convolutions, poolings, adaptive poolings, Linear, Flatten, normalizations,
    Upsample, PixelShuffle, PixelUnshuffle and paddings; None for another layer, and for a shape with fewer sides than
    the layer has. What is left out of the arguments is as in PyTorch. From a module:
    `output_formula(type(module).__name__, module_arguments(module), shape)`.
    """
    shape = tuple(input_shape)
    if re.fullmatch(_NORMALIZATIONS, layer_type):
        return _normalization(layer_type, arguments, shape)
    if layer_type in _RULES:
        return _RULES[layer_type](arguments, shape)
    kind, count = re.sub(r"[123]d$", "", layer_type), _side_count(layer_type)
    if kind not in _RULES_OF_SIDES or not 0 < count <= len(shape):
        return None
    return _RULES_OF_SIDES[kind](arguments, shape[:-count], shape[-count:])


def _side_count(layer_type: str) -> int:
    """2 for "Conv2d", whose input ends with height and width whether it is a batch or not; 0 without a number."""
    found = re.search(r"([123])d$", layer_type)
    return int(found[1]) if found else 0


def _convolution(arguments: Mapping[str, Value], leading: Shape, lengths: Shape) -> OutputFormula:
    kernel, stride, dilation = (_each(arguments, name, lengths) for name in ("kernel_size", "stride", "dilation"))
    if arguments.get("padding") == "same":
        sides = [same(length) for length in lengths]
    else:
        padding = [0] * len(kernel) if arguments.get("padding") == "valid" else _each(arguments, "padding", lengths, 0)
        sides = [slid(*side) for side in zip(lengths, kernel, stride, padding, dilation, strict=True)]
    return _with_channels(leading, "out_channels", arguments["out_channels"], sides)


def _transposed_convolution(arguments: Mapping[str, Value], leading: Shape, lengths: Shape) -> OutputFormula:
    names = {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1, "output_padding": 0}
    values = [_each(arguments, name, lengths, default) for name, default in names.items()]
    sides = [spread(*side) for side in zip(lengths, *values, strict=True)]
    return _with_channels(leading, "out_channels", arguments["out_channels"], sides)


def _pooling(arguments: Mapping[str, Value], leading: Shape, lengths: Shape) -> OutputFormula:
    kernel = _each(arguments, "kernel_size", lengths)
    stride = kernel if arguments.get("stride") is None else _each(arguments, "stride", lengths)
    padding, dilation = _each(arguments, "padding", lengths, 0), _each(arguments, "dilation", lengths)
    ceil_mode = bool(arguments.get("ceil_mode", False))
    values = zip(lengths, kernel, stride, padding, dilation, strict=True)
    return _with_sides(leading, [slid(*side, ceil_mode) for side in values])


def _adaptive_pooling(arguments: Mapping[str, Value], leading: Shape, lengths: Shape) -> OutputFormula:
    asked = arguments["output_size"]
    bins = asked if isinstance(asked, tuple) else (asked,) * len(lengths)
    sides = [
        Side(length, f"{length}", "None keeps the size") if count is None else binned(length, _whole(count))
        for length, count in zip(lengths, bins, strict=True)
    ]
    return _with_sides(leading, sides)


def _padding(arguments: Mapping[str, Value], leading: Shape, lengths: Shape) -> OutputFormula | None:
    """The pairs of numbers begin with the last side; torch takes more or fewer of them than the layer has sides."""
    given = arguments["padding"]
    pads = [_whole(each) for each in given] if isinstance(given, tuple) else [_whole(given)] * 2 * len(lengths)
    if len(pads) != 2 * len(lengths):
        return None
    pairs = list(zip(pads[::2], pads[1::2], strict=True))[::-1]
    sides = [
        Side(length + before + after, f"{length} + {before} + {after}")
        for length, (before, after) in zip(lengths, pairs, strict=True)
    ]
    return _with_sides(leading, sides)


def _linear(arguments: Mapping[str, Value], shape: Shape) -> OutputFormula:
    features = _whole(arguments["out_features"])
    line = f"the last size, in_features = {shape[-1]}, becomes out_features = {features}"
    return OutputFormula((*shape[:-1], features), (line,))


def _flatten(arguments: Mapping[str, Value], shape: Shape) -> OutputFormula:
    start = _whole(arguments.get("start_dim", 1)) % len(shape)
    end = _whole(arguments.get("end_dim", -1)) % len(shape)
    flat = shape[start : end + 1]
    product = "*".join(map(str, flat))
    return OutputFormula((*shape[:start], math.prod(flat), *shape[end + 1 :]), (f"{product} = {math.prod(flat)}",))


def _normalization(layer_type: str, arguments: Mapping[str, Value], shape: Shape) -> OutputFormula:
    found = normalization(layer_type, arguments, shape)
    sizes = "*".join(str(found.shape[dim]) for dim in found.dims) or "1"
    line = f"{found.statistics} means and variances, each over {sizes} = {found.values} values; the shape stays"
    return OutputFormula(shape, (line,))


def _upsampling(arguments: Mapping[str, Value], shape: Shape) -> OutputFormula:
    lengths = shape[2:]
    size, factor = arguments.get("size"), arguments.get("scale_factor")
    if size is not None:
        asked = size if isinstance(size, tuple) else (size,) * len(lengths)
        return _with_sides(shape[:2], [Side(_whole(each), f"{each}", "as asked for") for each in asked])
    factors = factor if isinstance(factor, tuple) else (factor,) * len(lengths)
    sides = [scaled(length, float(str(each))) for length, each in zip(lengths, factors, strict=True)]
    return _with_sides(shape[:2], sides)


def _pixel_shuffle(arguments: Mapping[str, Value], shape: Shape) -> OutputFormula:
    factor, channels = _whole(arguments["upscale_factor"]), shape[-3]
    sides = [Side(length * factor, f"{length}*{factor}") for length in shape[-2:]]
    return _with_channels(shape[:-2], f"{channels} / {factor}^2", channels // factor**2, sides)


def _pixel_unshuffle(arguments: Mapping[str, Value], shape: Shape) -> OutputFormula:
    factor, channels = _whole(arguments["downscale_factor"]), shape[-3]
    sides = [Side(length // factor, f"{length} / {factor}") for length in shape[-2:]]
    return _with_channels(shape[:-2], f"{channels}*{factor}^2", channels * factor**2, sides)


def _with_channels(leading: Shape, formula: str, channels: Value, sides: Sequence[Side]) -> OutputFormula:
    """Other channels than the input has, which are the last of the leading sizes."""
    rest = _with_sides((*leading[:-1], _whole(channels)), sides)
    return OutputFormula(rest.output_shape, (f"c' = {formula} = {channels}", *rest.lines))


def _with_sides(leading: Shape, sides: Sequence[Side]) -> OutputFormula:
    lines = (_line(name, side) for name, side in zip(_SIDES[len(sides)], sides, strict=True))
    return OutputFormula((*leading, *(side.length for side in sides)), tuple(lines))


def _line(name: str, side: Side) -> str:
    result = "" if side.formula == str(side.length) else f" = {side.length}"
    remark = f" ({side.remark})" if side.remark else ""
    return f"{name}' = {side.formula}{result}{remark}"


def _each(arguments: Mapping[str, Value], name: str, lengths: Shape, default: int = 1) -> list[int]:
    """The argument for each side, which may be given as one number for all."""
    value: Any = arguments.get(name, default)
    return [_whole(each) for each in value] if isinstance(value, tuple) else [_whole(value)] * len(lengths)


def _whole(value: Any) -> int:
    return int(value)


_RULES_OF_SIDES: Mapping[str, Callable[[Mapping[str, Value], Shape, Shape], OutputFormula | None]] = {
    "ConvTranspose": _transposed_convolution,
    "Conv": _convolution,
    **dict.fromkeys(("MaxPool", "AvgPool", "LPPool"), _pooling),
    **dict.fromkeys(("AdaptiveAvgPool", "AdaptiveMaxPool"), _adaptive_pooling),
    **dict.fromkeys(("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad"), _padding),
}

# Upsample and its like have as many sides as their input has behind the channels, and take batches only.
_RULES: Mapping[str, Callable[[Mapping[str, Value], Shape], OutputFormula]] = {
    "Linear": _linear,
    "Flatten": _flatten,
    **dict.fromkeys(("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d"), _upsampling),
    "PixelShuffle": _pixel_shuffle,
    "PixelUnshuffle": _pixel_unshuffle,
}
