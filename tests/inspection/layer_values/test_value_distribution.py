from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from playground.inspection.layer_values.value_distribution import BINS, distribution

VALUES = hnp.arrays(np.float32, hnp.array_shapes(max_dims=4, max_side=6), elements=st.floats(width=32))


@settings(deadline=None)
@given(VALUES)
def test_the_numbers_are_those_of_numpy(values: np.ndarray) -> None:
    found = distribution(torch.from_numpy(values))
    finite = values[np.isfinite(values)].astype(np.float64)
    assert (found.count, found.finite) == (values.size, finite.size)
    assert sum(found.counts) == finite.size
    assert found.zeros == np.count_nonzero(values == 0)
    if finite.size:
        assert (found.minimum, found.maximum) == (finite.min(), finite.max())
        assert found.mean == pytest.approx(finite.mean(), rel=1e-9, abs=1e-9 * np.abs(finite).max())
        assert found.std == pytest.approx(finite.std(), rel=1e-6, abs=1e-9 * np.abs(finite).max())
        assert len(found.counts) == BINS == len(found.edges) - 1
        assert found.edges[0] <= finite.min() <= finite.max() <= found.edges[-1]
    else:
        assert math.isnan(found.mean)
        assert found.counts == ()


def test_the_histogram_is_that_of_numpy() -> None:
    values = torch.randn(20_000, generator=torch.Generator().manual_seed(0))
    found = distribution(values, bins=32)
    counts, edges = np.histogram(values.double().numpy(), bins=32)
    assert found.counts == tuple(counts.tolist())
    assert found.edges == pytest.approx(edges.tolist())


def test_what_is_larger_than_a_piece_is_counted_whole() -> None:
    values = torch.arange(2**22 + 6).remainder(3)
    found = distribution(values, bins=3)
    assert found.counts == (1_398_104, 1_398_103, 1_398_103)
    assert found.zeros == 1_398_104
    assert found.share_of_zeros == pytest.approx(1 / 3, abs=1e-6)


@pytest.mark.parametrize("value", [0.0, 2.0, -1e-30, 3e38])
def test_values_that_are_all_one_are_in_one_bin(value: float) -> None:
    found = distribution(torch.full((5, 2), value))
    assert max(found.counts) == sum(found.counts) == 10
    assert found.std == 0


def test_integers_booleans_and_complex_numbers_are_values() -> None:
    assert distribution(torch.tensor([1, 2, 3])).mean == 2
    assert distribution(torch.tensor([True, False])).zeros == 1
    assert distribution(torch.tensor([3 + 4j])).maximum == 5
    assert distribution(torch.empty(0)).share_of_zeros == 0
