"""Faults of layers that rearrange or resize a tensor: channels and sizes that do not divide or do not match."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import cast

from playground.networks.consistency import divisors
from playground.networks.diagnosis import (
    CONVOLUTIONS,
    Diagnosis,
    count,
    fixes,
    kind,
    set_argument,
    short,
    source,
    value_of,
    without_flatten,
)
from playground.networks.fixes import Fix, InsertBefore, Remove, set_arguments
from playground.networks.layer_types import family
from playground.networks.propagate import Fault
from playground.networks.spec import Layer, NetworkSpec, Shape

# The least number of dimensions that these take, and what an input with a batch looks like.
_LEAST = {
    "PixelShuffle": (3, "images (N, C, H, W)"),
    "PixelUnshuffle": (3, "images (N, C, H, W)"),
    "ChannelShuffle": (3, "images (N, C, H, W)"),
    "Upsample": (3, "sequences, images or volumes"),
    "GroupNorm": (2, "rows (N, C), sequences, images or volumes"),
    "ZeroPad2d": (2, "images (N, C, H, W)"),
}
_MODES = {3: ("linear",), 4: ("bilinear", "bicubic"), 5: ("trilinear",)}


def too_few_dimensions(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A layer on channels that is given rows."""
    shape = fault.inputs[0]
    least, wanted = _LEAST.get(fault.layer.type, (0, ""))
    if len(shape) >= least:
        return None
    return Diagnosis(
        f"This {fault.layer.type} works on {wanted}, but {source(fault)} gives a tensor of shape {shape}.",
        fixes(*without_flatten(fault), (f"remove this {fault.layer.type}", Remove(fault.path))),
    )


def channels_of_pixels(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A PixelShuffle whose factor's square does not divide the channels."""
    if fault.layer.type != "PixelShuffle":
        return None
    channels, factor = fault.inputs[0][-3], _integer(fault, "upscale_factor")
    if channels % factor**2 == 0:
        return None
    smaller = next(each for each in range(min(factor, math.isqrt(channels), 64), 0, -1) if channels % each**2 == 0)
    candidates = [set_argument(fault, "upscale_factor", smaller)]
    convolution = next((row for row in reversed(fault.before) if family(row.type) in CONVOLUTIONS), None)
    if convolution:
        needed = -(-channels // factor**2) * factor**2
        text = f"set out_channels of {convolution.path} to {needed}"
        candidates.insert(0, Fix(text, (set_arguments(convolution.path, out_channels=needed),)))
    return Diagnosis(
        f"This PixelShuffle makes {factor} x {factor} pixels of as many channels, so it needs a multiple of "
        f"{factor**2} channels, but {source(fault)} gives {channels}.",
        tuple(candidates),
    )


def pixels_of_channels(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A PixelUnshuffle whose factor does not divide height and width."""
    if fault.layer.type != "PixelUnshuffle":
        return None
    (height, width), factor = fault.inputs[0][-2:], _integer(fault, "downscale_factor")
    if height % factor == 0 and width % factor == 0:
        return None
    missing = (0, -width % factor, 0, -height % factor)
    padding = Layer("pad", "ZeroPad2d", {"padding": missing})
    return Diagnosis(
        f"This PixelUnshuffle makes channels of {factor} x {factor} pixels, which do not divide {height} x {width}.",
        (
            *(set_argument(fault, "downscale_factor", each) for each in divisors(factor, math.gcd(height, width))),
            Fix(f"add ZeroPad2d({missing}) before this PixelUnshuffle", (InsertBefore(fault.path, padding),)),
        ),
    )


def channels_of_groups(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A ChannelShuffle or a GroupNorm whose groups do not divide the channels that come."""
    name = {"ChannelShuffle": "groups", "GroupNorm": "num_groups"}.get(kind(fault))
    if name is None:
        return None
    channels, groups = fault.inputs[0][1], _integer(fault, name)
    if channels % groups == 0:
        return None
    return Diagnosis(
        f"{groups} groups do not divide the {count(channels, 'channel')} that {source(fault)} gives.",
        tuple(set_argument(fault, name, each) for each in divisors(groups, channels)),
    )


def dimension_to_split(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An Unflatten of a dimension that is not there, or into sizes whose product is another."""
    if fault.layer.type != "Unflatten":
        return None
    shape, dim = fault.inputs[0], _integer(fault, "dim")
    if not -len(shape) <= dim < len(shape):
        place = 1 if len(shape) > 1 else 0
        return Diagnosis(f"A tensor of shape {shape} has no dimension {dim}.", (set_argument(fault, "dim", place),))
    sizes = cast("Shape", fault.layer.arguments["unflattened_size"])
    candidates = [set_argument(fault, "unflattened_size", each) for each in _matching(sizes, shape[dim])]
    if dim == 0 and len(shape) > 1:
        candidates.insert(0, set_argument(fault, "dim", 1))
    return Diagnosis(
        f"Dimension {dim} has size {shape[dim]}, which cannot be split into {sizes}: the product must be the same.",
        tuple(candidates),
    )


def resized_sizes(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An Upsample in a mode or with sizes for other tensors, or to nothing."""
    if fault.layer.type != "Upsample":
        return None
    return _mode(fault) or _numbers_a_side(fault) or _nothing_left(fault)


def more_cut_than_there_is(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A negative padding that cuts off more than the image has."""
    if fault.layer.type != "ZeroPad2d":
        return None
    return Diagnosis(
        f"The padding {value_of(fault, 'padding')} cuts off more than there is of {fault.inputs[0]}.",
        (set_argument(fault, "padding", 0),),
    )


def _mode(fault: Fault) -> Diagnosis | None:
    shape, mode = fault.inputs[0], value_of(fault, "mode")
    fitting = _MODES.get(len(shape), ())
    if mode not in [each for modes in _MODES.values() for each in modes] or mode in fitting:
        return None
    return Diagnosis(
        f"The mode {mode!r} is for tensors of other dimensions than {shape}.",
        tuple(set_argument(fault, "mode", each) for each in (*fitting, "nearest")),
    )


def _numbers_a_side(fault: Fault) -> Diagnosis | None:
    sides = len(fault.inputs[0]) - 2
    for name in ("size", "scale_factor"):
        value = value_of(fault, name)
        if isinstance(value, tuple) and len(value) != sides:
            fitting = (*value, *(value[-1:] or (2,)) * sides)[:sides]
            return Diagnosis(
                f"{name} has {len(value)} numbers, but there are {sides} sides to resize.",
                (set_argument(fault, name, short(cast("Shape", fitting))),),
            )
    return None


def _nothing_left(fault: Fault) -> Diagnosis | None:
    factor = value_of(fault, "scale_factor")
    if factor is None:
        return None
    return Diagnosis(
        f"With a scale_factor of {factor} nothing is left of {fault.inputs[0][2:]}.",
        (set_argument(fault, "scale_factor", 2),),
    )


def _matching(sizes: Shape, total: int) -> Iterator[Shape]:
    """The sizes with one of them changed so that the product is the total."""
    found = False
    for place in range(len(sizes)):
        rest = math.prod(sizes[:place] + sizes[place + 1 :])
        if rest > 0 and -1 not in sizes[:place] + sizes[place + 1 :] and total % rest == 0:
            found = True
            yield (*sizes[:place], total // rest, *sizes[place + 1 :])
    if not found:
        yield (*(1,) * (len(sizes) - 1), total)


def _integer(fault: Fault, name: str) -> int:
    return cast("int", value_of(fault, name))  # the rule on arguments has let it pass
