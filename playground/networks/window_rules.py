"""Faults of convolutions and pooling: groups, padding, and kernels larger than the image."""

from __future__ import annotations

import math

from playground.networks.diagnosis import POOLS, Diagnosis, set_argument, value_of
from playground.networks.fixes import Fix, Remove
from playground.networks.propagate import Fault
from playground.networks.spec import NetworkSpec, Value, by


def uneven_groups(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Groups that do not divide the channels of a convolution."""
    if fault.layer.type != "Conv2d":
        return None
    groups = _integer(fault, "groups")
    sizes = _integer(fault, "in_channels"), _integer(fault, "out_channels")
    if all(size % groups == 0 for size in sizes):
        return None
    common = math.gcd(groups, *sizes)
    return Diagnosis(
        f"{groups} groups do not divide {sizes[0]} input channels and {sizes[1]} output channels evenly.",
        tuple(set_argument(fault, "groups", value) for value in sorted({1, common})),
    )


def padding_word(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """The two words that a convolution takes as padding, and what "same" excludes."""
    padding = fault.layer.arguments.get("padding")
    if not isinstance(padding, str):
        return None
    if padding not in ("same", "valid"):
        return Diagnosis(
            f"{padding[:100]!r} is no padding; it is a number of pixels, 'same' or 'valid'.",
            (set_argument(fault, "padding", "same"), set_argument(fault, "padding", "valid")),
        )
    if padding == "same" and _sizes(fault, "stride") != (1, 1):
        kernel, dilation = _sizes(fault, "kernel_size"), _sizes(fault, "dilation")
        half = tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
        return Diagnosis(
            "With padding 'same' the output is as large as the input, which a stride other than 1 excludes.",
            (set_argument(fault, "padding", _short(half)), set_argument(fault, "stride", 1)),
        )
    return None


def kernel_larger_than_input(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A kernel that is larger than the image with its padding."""
    if fault.layer.type not in ("Conv2d", *POOLS):
        return None
    kernel, dilation, padding = (_sizes(fault, name) for name in ("kernel_size", "dilation", "padding"))
    size = fault.inputs[0][-2:]
    span = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    padded = tuple(s + 2 * p for s, p in zip(size, padding, strict=True))
    if all(s <= p for s, p in zip(span, padded, strict=True)):
        return None
    fitting = tuple(min(k, (p - 1) // d + 1) for k, d, p in zip(kernel, dilation, padded, strict=True))
    enough = tuple(max(p, -(-(k - s) // 2)) for k, s, p in zip(span, size, padding, strict=True))
    fixes = [set_argument(fault, "kernel_size", _short(fitting)), set_argument(fault, "padding", _short(enough))]
    if dilation != (1, 1):
        fixes.insert(0, set_argument(fault, "dilation", 1))
    if fault.layer.type in POOLS:
        fixes.append(Fix(f"remove this {fault.layer.type}", (Remove(fault.path),)))
    spread = f", spread over {by(span)} by its dilation," if span != kernel else ""
    margin = f" with its padding, {by(padded)}" if padded != size else ""
    return Diagnosis(f"The {by(kernel)} kernel{spread} is larger than the {by(size)} input{margin}.", tuple(fixes))


def pool_padding_too_wide(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A padding of more than half the kernel, which torch excludes for pooling."""
    if fault.layer.type not in POOLS:
        return None
    kernel, padding = _sizes(fault, "kernel_size"), _sizes(fault, "padding")
    if all(p <= k // 2 for k, p in zip(kernel, padding, strict=True)):
        return None
    half = tuple(min(p, k // 2) for k, p in zip(kernel, padding, strict=True))
    return Diagnosis(
        f"The padding of a pooling layer may be at most half its kernel; {by(padding)} is more than half of "
        f"{by(kernel)}.",
        (set_argument(fault, "padding", _short(half)),),
    )


def image_too_small_for_padding(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Padding that repeats or mirrors the image cannot be wider than the image."""
    mode = fault.layer.arguments.get("padding_mode", "zeros")
    if fault.layer.type != "Conv2d" or mode == "zeros":
        return None
    return Diagnosis(
        f"Padding in the mode {mode!r} is made of the image itself, and the {by(fault.inputs[0][-2:])} image "
        "is too small for so much of it.",
        (set_argument(fault, "padding_mode", "zeros"), set_argument(fault, "padding", 0)),
    )


def _integer(fault: Fault, name: str) -> int:
    value = value_of(fault, name)
    assert isinstance(value, int)  # the rule on arguments has let it pass
    return value


def _sizes(fault: Fault, name: str) -> tuple[int, int]:
    """An argument as (height, width); one that the layer does not have, or a word, changes nothing."""
    value = value_of(fault, name)
    height, width = value if isinstance(value, tuple) else (value, value)
    if isinstance(height, int) and isinstance(width, int):
        return height, width
    return (1, 1) if name == "dilation" else (0, 0)


def _short(pair: tuple[int, ...]) -> Value:
    """A pair as one number where both are equal, as people write it."""
    return pair[0] if len(set(pair)) == 1 else pair
