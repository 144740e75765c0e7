"""The largest batch whose training step fits into a memory."""

from __future__ import annotations

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
) -> Budget | None:
    """The budget of the largest batch whose peak is at most `device_bytes`; None if none fits.

    The arguments are those of `budget`; the first size of `input_shape` does not matter. A batch of a single sample
    is tried only if two are too many, since batch normalization may refuse it. At most 2,147,483,647 are tried.
    Raises what `budget` raises.
    """
    budgets: dict[int, Budget] = {}

    def peak(batch_size: int) -> int:
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
    batch size, so the peak over all moments is convex, and a line through two known costs leads close to the limit.
    For any other cost that does not fall, halving what is left takes over.
    """
    known = {number: cost(number) for number in (fits, 2 * fits)}
    tried = 0
    while True:
        fitting = sorted(number for number, value in known.items() if value <= limit)
        too_large = min((number for number, value in known.items() if value > limit), default=None)
        end = _LARGEST + 1 if too_large is None else too_large
        if end - fitting[-1] == 1:
            return fitting[-1]
        two = fitting[-2:] if too_large is None else [fitting[-1], too_large]
        candidate = _crossing(known, two[0], two[1], limit) if tried < _LINES else (fitting[-1] + end) // 2
        candidate = min(max(candidate, fitting[-1] + 1), end - 1)
        known[candidate] = cost(candidate)
        tried += 1


def _crossing(known: dict[int, int], first: int, second: int, limit: int) -> int:
    """Where the line through two known costs meets the limit."""
    rise = known[second] - known[first]
    return first + (limit - known[first]) * (second - first) // rise if rise > 0 else _LARGEST
