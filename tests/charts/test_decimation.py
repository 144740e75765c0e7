from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from playground.charts import decimate

finite = st.floats(-1e6, 1e6)
curves = st.integers(0, 3000).flatmap(lambda n: arrays(np.float64, n, elements=finite, fill=finite))


@given(curves, st.integers(4, 600))
def test_keeps_the_shape_within_the_limit(y: np.ndarray, limit: int) -> None:
    x = np.arange(len(y)) * 3.0
    kept_x, kept_y = decimate(x, y, limit)
    assert len(kept_x) == len(kept_y) == min(len(kept_x), limit)
    assert (np.diff(kept_x) > 0).all()
    # Every kept point is one of the given points.
    np.testing.assert_array_equal(kept_y, y[(kept_x / 3).astype(int)])
    if len(y):
        assert (kept_x[0], kept_x[-1]) == (x[0], x[-1])
        assert (kept_y.min(), kept_y.max()) == (y.min(), y.max())
    if len(y) <= limit:
        assert len(kept_x) == len(y)


@pytest.mark.parametrize("length", [501, 5_000, 100_000])
def test_keeps_a_single_spike_wherever_it_is(length: int) -> None:
    x = np.arange(length)
    for at in (1, length // 3, length - 2):
        for spike in (-1.0, 1.0):
            y = np.zeros(length)
            y[at] = spike
            kept_x, kept_y = decimate(x, y)
            assert spike in kept_y[kept_x == at]


def test_a_growing_curve_stands_still_where_it_is_already_drawn() -> None:
    y = np.random.default_rng(0).normal(size=6_000)
    drawn: set[float] = set()
    changed = 0
    for length in range(5_000, 6_000, 50):
        x, _ = decimate(np.arange(length), y[:length])
        # The last bucket may still gain a new lowest or highest point.
        changed += not drawn <= set(x)
        drawn = set(x[x < length - 100])
    assert changed == 0


def test_sorts_by_x() -> None:
    x, y = decimate([3, 1, 2], [30, 10, 20])
    assert (x.tolist(), y.tolist()) == ([1, 2, 3], [10, 20, 30])


def test_drops_points_that_are_not_finite() -> None:
    x, y = decimate([1, 2, 3, 4], [1.0, float("nan"), float("inf"), 4.0])
    assert (x.tolist(), y.tolist()) == ([1, 4], [1, 4])


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="2 x values and 1 y values"):
        decimate([1, 2], [1])
    with pytest.raises(ValueError, match="choose 4 or more"):
        decimate([1], [1], limit=3)
