from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.charts import smooth

values = st.lists(st.floats(-1e6, 1e6), max_size=60)
weights = st.floats(0, 0.999)


@given(values, weights)
def test_is_the_average_weighted_by_powers_of_the_weight(y: list[float], weight: float) -> None:
    expected = [
        np.average(y[: end + 1], weights=[weight ** (end - at) for at in range(end + 1)]) for end in range(len(y))
    ]
    np.testing.assert_allclose(smooth(y, weight), expected, rtol=1e-6, atol=1e-3)


@given(st.floats(-1e6, 1e6), weights)
def test_a_constant_stays_what_it_is(value: float, weight: float) -> None:
    np.testing.assert_allclose(smooth([value] * 500, weight), value, rtol=1e-9, atol=1e-300)


def test_weight_0_changes_nothing() -> None:
    assert smooth([3, 1, 2], 0).tolist() == [3, 1, 2]


@given(values, weights, st.integers(0, 60))
def test_values_that_are_not_finite_stay_and_change_no_other(y: list[float], weight: float, at: int) -> None:
    at = min(at, len(y))
    smoothed = smooth([*y[:at], math.nan, *y[at:]], weight)
    assert math.isnan(smoothed[at])
    np.testing.assert_array_equal(np.delete(smoothed, at), smooth(y, weight))


@pytest.mark.parametrize("weight", [-0.1, 1, math.nan])
def test_says_which_weights_there_are(weight: float) -> None:
    with pytest.raises(ValueError, match="choose one from 0 up to"):
        smooth([1.0], weight)
