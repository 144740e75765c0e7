"""Fewer points for the same picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Series = Sequence[float] | NDArray[np.float64]


def decimate(x: Series, y: Series, limit: int = 500) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return at most `limit` of the points, sorted by x, that draw the same curve.

    Kept are the first and the last point and, in each bucket between, the lowest and the highest.
    Points whose y is not finite are dropped. Raises ValueError if x and y differ in length or
    `limit` is below 4.
    """
    x, y = _sorted_and_finite(x, y)
    if limit < 4:
        raise ValueError(f"The limit is {limit} points; choose 4 or more.")
    if len(x) <= limit:
        return x, y
    inner = _lowest_and_highest(y[1:-1], buckets=(limit - 2) // 2)
    kept = np.concatenate(([0], inner + 1, [len(x) - 1]))
    return x[kept], y[kept]


def _sorted_and_finite(x: Series, y: Series) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.shape != y.shape:
        raise ValueError(f"There are {len(x)} x values and {len(y)} y values; give one y for each x.")
    finite = np.isfinite(y)
    x, y = x[finite], y[finite]
    order = np.argsort(x, kind="stable")
    return x[order], y[order]


def _lowest_and_highest(y: NDArray[np.float64], buckets: int) -> NDArray[np.intp]:
    """Return the sorted indices of the lowest and the highest value in each of at most `buckets` buckets."""
    # With sizes that are powers of two, buckets only ever merge while a curve grows: the part that is
    # already drawn stands still instead of shimmering at each new point.
    size = 1 << (-(-len(y) // buckets) - 1).bit_length()
    rows = np.pad(y, (0, -len(y) % size), mode="edge").reshape(-1, size)
    starts = np.arange(len(rows)) * size
    both = np.concatenate((starts + rows.argmin(axis=1), starts + rows.argmax(axis=1)))
    return np.unique(np.minimum(both, len(y) - 1))
