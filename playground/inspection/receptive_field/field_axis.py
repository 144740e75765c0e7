"""What the positions along one axis of a feature map see of the input, as intervals of input pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]

# What sees nothing: an interval that no other can be made smaller by.
_NOTHING = (2**40, -(2**40))
# A factor such as 0.7 is meant as the fraction 7/10, which a float is not.
_FACTOR_PARTS = 10_000


@dataclass(frozen=True)
class Axis:
    """For each position the first and the last input pixel that it sees, and the same as it would be without borders.

    Without borders every position sees `size` pixels, `jump` further than the one before it, from `start` on for
    the first; there the padding of each layer is a part of the image like any other. `first` and `last` know that
    padding shows nothing.
    """

    first: Positions
    last: Positions
    size: Fraction
    jump: Fraction
    start: Fraction

    def __len__(self) -> int:
        return len(self.first)

    def moved(self, steps: int) -> Axis:
        """The axis after so many positions were put before its first."""
        return Axis(self.first, self.last, self.size, self.jump, self.start - steps * self.jump)


def input_axis(length: int) -> Axis:
    """The axis of the image itself: each pixel sees itself."""
    pixels = np.arange(length)
    return Axis(pixels, pixels, Fraction(1), Fraction(1), Fraction(0))


def windows_over(axis: Axis, length: int, kernel: int, stride: int, padding: int, dilation: int) -> Axis:
    """After a convolution or pooling with this window.

    r' = r + d (k - 1) j, j' = s j, start' = start - p j: Araujo, Norris, Sim, Computing Receptive Fields of
    Convolutional Neural Networks, distill.pub, 2019, doi:10.23915/distill.00021.
    """
    positions = np.arange(length) * stride - padding
    first, last = _seen(axis, [positions + tap * dilation for tap in range(kernel)])
    size = axis.size + dilation * (kernel - 1) * axis.jump
    return Axis(first, last, size, axis.jump * stride, axis.start - padding * axis.jump)


def transposed_windows_over(axis: Axis, length: int, kernel: int, stride: int, padding: int, dilation: int) -> Axis:
    """After a transposed convolution: o sees each i for which o = s i - p + d t with a tap t of the kernel.

    The windows of neighbouring positions may differ in size; without borders the largest counts.
    """
    outputs = np.arange(length) + padding
    taps = [outputs - tap * dilation for tap in range(kernel)]
    first, last = _seen(axis, [np.where(tap % stride == 0, tap // stride, -1) for tap in taps])
    reach = dilation * (kernel - 1)
    size = axis.size + (reach // stride) * axis.jump
    start = axis.start + Fraction(-((reach - padding) // stride)) * axis.jump
    return Axis(first, last, size, axis.jump / stride, start)


def bins_over(axis: Axis, length: int) -> Axis:
    """After an adaptive pooling: bin i goes from floor(i n / m) to ceil((i + 1) n / m)."""
    count = len(axis)
    bins = np.arange(length)
    begin, end = bins * count // length, -(-(bins + 1) * count // length)
    widest = int((end - begin).max(initial=1))
    first, last = _seen(axis, [np.minimum(begin + tap, end - 1) for tap in range(widest)])
    return Axis(first, last, axis.size + (widest - 1) * axis.jump, axis.jump * Fraction(count, length), axis.start)


def nearest(axis: Axis, length: int, is_exact: bool, factor: float | None) -> Axis:
    """After an interpolation to this length that takes one pixel each; "nearest-exact" measures from the middles.

    The pixels are those of PyTorch's arithmetic in float32 (aten/src/ATen/native/UpSample.h), by which "nearest" to
    the same length or twice that copies, whatever the factor.
    """
    count, outputs = len(axis), np.arange(length)
    if not is_exact and length in (count, 2 * count):
        factor = None
    step = np.float32(1 / factor) if factor else np.float32(count) / np.float32(max(length, 1))
    middles = (outputs + 0.5) * np.float64(step) if is_exact else outputs.astype(np.float32) * step
    positions = np.minimum(np.floor(middles.astype(np.float32)).astype(np.int64), count - 1)
    begin = Fraction(int(positions[0])) if length else Fraction(0)
    return _gathered(axis, [positions], _ratio(count, length, factor), begin)


def resampled(axis: Axis, length: int, taps: int, align_corners: bool, factor: float | None) -> Axis:
    """After an interpolation to this length from so many neighbours: 2 for linear, 4 for cubic.

    Linear interpolation to the same length copies, whatever the factor (aten/src/ATen/native/UpSample.h).
    """
    count, outputs = len(axis), np.arange(length)
    if taps == 2 and length == count:
        factor = None
    if align_corners:
        ratio = Fraction(count - 1, max(length - 1, 1))
        numerator, denominator = outputs * ratio.numerator, ratio.denominator
    else:
        ratio = _ratio(count, length, factor)
        numerator = (2 * outputs + 1) * ratio.numerator - ratio.denominator
        denominator = 2 * ratio.denominator
    left = numerator // denominator
    # Right on a pixel, its neighbours have no weight.
    is_between = numerator % denominator > 0
    shifts = [np.where(is_between, tap, 0) for tap in range(1 - taps // 2, taps // 2 + 1)]
    begin = Fraction(int(left[0]) + 1 - taps // 2) if length else Fraction(0)
    return _gathered(axis, [np.clip(left + shift, 0, count - 1) for shift in shifts], ratio, begin)


def _ratio(count: int, length: int, factor: float | None) -> Fraction:
    """How many pixels an output lies from the one before it: by the factor that was asked for, or by both lengths."""
    if factor:
        return 1 / Fraction(factor).limit_denominator(_FACTOR_PARTS)
    return Fraction(count, max(length, 1))


def repeated(axis: Axis, times: int) -> Axis:
    """After each position became so many that see the same, as in a pixel shuffle."""
    return Axis(np.repeat(axis.first, times), np.repeat(axis.last, times), axis.size, axis.jump / times, axis.start)


def picked(axis: Axis, positions: Positions, moved: int) -> Axis:
    """These positions of the axis, -1 for one that sees nothing; the first of them lies `moved` after its first."""
    first, last = _seen(axis, [positions])
    return Axis(first, last, axis.size, axis.jump, axis.start + moved * axis.jump)


def whole(axis: Axis) -> Axis:
    """One position that sees what all of them see."""
    return windows_over(axis, 1, len(axis), 1, 0, 1)


def union(axes: Sequence[Axis], length: int) -> Axis:
    """Each of so many positions sees what it sees on any way; an axis of one position is seen by all."""
    longest = max(axes, key=len)
    start = min(axis.start for axis in axes)
    end = max(axis.start + axis.size for axis in axes)
    first = np.minimum.reduce([np.broadcast_to(axis.first, length) for axis in axes])
    last = np.maximum.reduce([np.broadcast_to(axis.last, length) for axis in axes])
    return Axis(first, last, end - start, longest.jump, start)


def _gathered(axis: Axis, taps: list[Positions], ratio: Fraction, begin: Fraction) -> Axis:
    first, last = _seen(axis, taps)
    size = axis.size + (len(taps) - 1) * axis.jump
    return Axis(first, last, size, axis.jump * ratio, axis.start + begin * axis.jump)


def _seen(axis: Axis, taps: Sequence[NDArray[Any]]) -> tuple[Positions, Positions]:
    """The first and the last pixel seen through any of the taps; a tap beside the axis sees nothing."""
    count = len(axis)
    first = np.append(axis.first, _NOTHING[0])
    last = np.append(axis.last, _NOTHING[1])
    inside = [np.where((tap >= 0) & (tap < count), tap, count) for tap in taps]
    return np.minimum.reduce([first[tap] for tap in inside]), np.maximum.reduce([last[tap] for tap in inside])
