"""Faults of convolutions and pooling: padding, and kernels larger than what they slide over."""

from __future__ import annotations

from playground.networks.diagnosis import (
    POOLS,
    Diagnosis,
    dimension,
    kind,
    set_argument,
    short,
    sizes,
)
from playground.networks.fixes import Fix, Remove
from playground.networks.propagate import Fault
from playground.networks.spec import NetworkSpec, Shape, by


def kernel_larger_than_input(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A kernel that is larger than the input with its padding."""
    if kind(fault) not in ("Conv", *POOLS):
        return None
    kernel, dilation, padding = (sizes(fault, name) for name in ("kernel_size", "dilation", "padding"))
    size = _size(fault)
    span = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    padded = tuple(s + 2 * p for s, p in zip(size, padding, strict=True))
    if all(s <= p for s, p in zip(span, padded, strict=True)):
        return None
    fitting = tuple(min(k, (p - 1) // d + 1) for k, d, p in zip(kernel, dilation, padded, strict=True))
    enough = tuple(max(p, -(-(k - s) // 2)) for k, s, p in zip(span, size, padding, strict=True))
    fixes = [set_argument(fault, "kernel_size", short(fitting)), set_argument(fault, "padding", short(enough))]
    if set(dilation) != {1}:
        fixes.insert(0, set_argument(fault, "dilation", 1))
    if kind(fault) in POOLS:
        fixes.append(Fix(f"remove this {fault.layer.type}", (Remove(fault.path),)))
    spread = f", spread over {by(span)} by its dilation," if span != kernel else ""
    margin = f" with its padding, {by(padded)}" if padded != size else ""
    cause = f"The {_wide(kernel)} kernel{spread} is larger than the {_wide(size)} input{margin}."
    return Diagnosis(cause, tuple(fixes))


def pool_padding_too_wide(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A padding of more than half the kernel, which torch excludes for pooling."""
    if kind(fault) not in POOLS:
        return None
    kernel, dilation, padding = (sizes(fault, name) for name in ("kernel_size", "dilation", "padding"))
    most = tuple((d * (k - 1) + 1) // 2 for k, d in zip(kernel, dilation, strict=True))
    if all(p <= m for p, m in zip(padding, most, strict=True)):
        return None
    half = tuple(min(p, m) for p, m in zip(padding, most, strict=True))
    return Diagnosis(
        f"The padding of a pooling layer may be at most half its kernel; {by(padding)} is more than half of "
        f"{_wide(kernel)}.",
        (set_argument(fault, "padding", short(half)),),
    )


def too_small_for_padding(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Padding that repeats or mirrors the input cannot be wider than the input."""
    mode = fault.layer.arguments.get("padding_mode", "zeros")
    if kind(fault) != "Conv" or mode == "zeros":
        return None
    return Diagnosis(
        f"Padding in the mode {mode!r} is made of the input itself, which is too small for so much of it: "
        f"{by(_size(fault))}.",
        (set_argument(fault, "padding_mode", "zeros"), set_argument(fault, "padding", 0)),
    )


def output_padding_too_wide(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An output padding as large as the step, which no input size would explain."""
    if kind(fault) != "ConvTranspose":
        return None
    extra, stride, dilation = (sizes(fault, name) for name in ("output_padding", "stride", "dilation"))
    most = tuple(max(s, d) - 1 for s, d in zip(stride, dilation, strict=True))
    if all(e <= m for e, m in zip(extra, most, strict=True)):
        return None
    fitting = tuple(min(e, m) for e, m in zip(extra, most, strict=True))
    return Diagnosis(
        f"The output_padding {by(extra)} must be smaller than the stride {by(stride)} or the dilation.",
        (set_argument(fault, "output_padding", short(fitting)),),
    )


def nothing_left_by_padding(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A transposed convolution whose padding takes the whole output away."""
    if kind(fault) != "ConvTranspose":
        return None
    names = ("kernel_size", "stride", "padding", "output_padding", "dilation")
    kernel, stride, padding, extra, dilation = (sizes(fault, name) for name in names)
    whole = tuple(
        (size - 1) * s + d * (k - 1) + e + 1
        for size, k, s, e, d in zip(_size(fault), kernel, stride, extra, dilation, strict=True)
    )
    if all(w > 2 * p for w, p in zip(whole, padding, strict=True)):
        return None
    most = tuple(min(p, (w - 1) // 2) for w, p in zip(whole, padding, strict=True))
    return Diagnosis(
        f"The padding {by(padding)} takes everything off the {_wide(whole)} output.",
        (set_argument(fault, "padding", short(most)),),
    )


def _size(fault: Fault) -> Shape:
    """Length, height and width, or depth, height and width of the input."""
    return fault.inputs[0][-dimension(fault) :]


def _wide(numbers: Shape) -> str:
    """Sizes before a noun: "5 x 5", or "5-wide" where there is one dimension."""
    return by(numbers) if len(numbers) > 1 else f"{numbers[0]}-wide"
