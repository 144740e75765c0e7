"""The largest batch whose training step fits into a memory."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from playground.inspection.training_cost.memory_budget import Budget, budget

if TYPE_CHECKING:
    from torch import nn

    from playground.networks import NetworkSpec
    from playground.networks.spec import Shape

# Where to stop for a network that takes next to nothing.
_LARGEST = 2**31 - 1

# After so many lines that led nowhere near, halve.
_LINES = 8


def largest_batch(
    model_or_spec: nn.Module | NetworkSpec,
    input_shape: Shape,
    device_bytes: int,
    *,
    optimizer: str = "adam",
    precision: str = "fp32",
    device: str = "auto",
    progress: Callable[[int], None] = lambda _: None,
) -> Budget | None:
    """The budget of the largest batch whose peak is at most `device_bytes`; None if none fits.

    The arguments are those of `budget`; the first size of `input_shape` does not matter. A batch of a single sample
    is tried only if two are too many, since batch normalization may refuse it. At most 2,147,483,647 are tried.
    `progress` is called with each batch size before it is tried. Raises what `budget` and `progress` raise.
    """
    budgets: dict[int, Budget] = {}

    def peak(batch_size: int) -> int:
        progress(batch_size)
        budgets[batch_size] = budget(
            model_or_spec, input_shape, batch_size=batch_size, optimizer=optimizer, precision=precision, device=device
        )
        return budgets[batch_size].peak

    if peak(2) <= device_bytes:
        return budgets[largest_within(peak, device_bytes, 2)]
    try:
        return budgets[1] if peak(1) <= device_bytes else None
    except ValueError:
        return None


def largest_within(cost: Callable[[int], int], limit: int, fits: int) -> int:
    """The largest whole number, at most 2,147,483,647, whose cost is within the limit; that of `fits` is.

    A cost of bytes is asked for a handful of numbers only: what is alive at one moment of a step is affine in the
    batch size, so the peak over all moments is convex, and the line through two neighbours lies nowhere above it.
    Where it meets the limit is the number, or one that is still too large but on an earlier line.
    For any other cost that does not fall, halving what is left takes over.
    """
    cost = functools.cache(cost)
    low, high, tried = fits, _LARGEST + 1, 0
    candidate = _crossing(cost, low, 2 * low, limit)
    while high - low > 1:
        candidate = min(max(candidate, low + 1), high - 1) if tried < _LINES else (low + high) // 2
        tried += 1
        if cost(candidate) > limit:
            high, candidate = candidate, _crossing(cost, candidate - 1, candidate, limit)
        elif candidate == low + 1:
            low, candidate = candidate, _crossing(cost, low, candidate, limit)
        else:
            low, candidate = candidate, candidate + 1
    return low


def _crossing(cost: Callable[[int], int], first: int, second: int, limit: int) -> int:
    """The last number at which the line through two costs is within the limit; the largest where it does not rise."""
    rise = cost(second) - cost(first)
    return first + (limit - cost(first)) * (second - first) // rise if rise > 0 else _LARGEST
