from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from torch import nn

from playground.inspection import budget, largest_batch
from playground.inspection.training_cost.batch_size import largest_within
from playground.networks import presets

MEGABYTE = 10**6


@pytest.mark.parametrize(
    ("name", "device_bytes", "optimizer", "precision"),
    [
        ("lenet", 100 * MEGABYTE, "adam", "fp32"),
        ("cnn", 3 * MEGABYTE, "sgd", "autocast"),
        ("cnn_25_50", 40 * MEGABYTE, "adam", "bf16"),
    ],
)
def test_it_fits_and_one_more_does_not(name: str, device_bytes: int, optimizer: str, precision: str) -> None:
    spec = presets.load(name)
    options = {"optimizer": optimizer, "precision": precision, "device": "cpu"}
    found = largest_batch(spec, (1, 1, 28, 28), device_bytes, **options)
    assert found is not None
    assert found == budget(spec, (7, 1, 28, 28), batch_size=found.batch_size, **options)
    assert found.peak <= device_bytes
    assert budget(spec, (1, 1, 28, 28), batch_size=found.batch_size + 1, **options).peak > device_bytes


def test_nothing_fits_into_next_to_nothing() -> None:
    assert largest_batch(presets.load("lenet"), (1, 1, 28, 28), 1000, device="cpu") is None


def test_a_single_sample_may_be_all_that_fits() -> None:
    model = nn.Linear(1000, 10, bias=False)
    for_two = budget(model, (1, 1000), batch_size=2, optimizer="sgd", device="cpu").peak
    found = largest_batch(model, (1, 1000), for_two - 1, optimizer="sgd", device="cpu")
    assert found is not None
    assert found.batch_size == 1


def test_a_single_sample_that_cannot_be_normalized_does_not_count() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))
    for_two = budget(model, (1, 4), batch_size=2, device="cpu").peak
    assert largest_batch(model, (1, 4), for_two - 1, device="cpu") is None


@given(
    moments=st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**6)), min_size=1, max_size=5),
    limit=st.integers(0, 10**12),
)
@example(moments=[(0, 0)], limit=5)
@example(moments=[(0, 524289), (4718602, 0)], limit=5767179)
def test_few_costs_are_asked_for(moments: list[tuple[int, int]], limit: int) -> None:
    """The memory of a step: at each moment so many bytes, and so many more for each sample."""
    asked = []

    def cost(batch: int) -> int:
        asked.append(batch)
        return max(fixed + batch * each for fixed, each in moments)

    if cost(2) > limit:
        return
    asked.clear()
    found = largest_within(cost, limit, 2)
    assert len(asked) <= 10
    assert cost(found) <= limit
    assert found == 2**31 - 1 or cost(found + 1) > limit


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=60), st.integers(0, 1000))
def test_any_cost_that_does_not_fall_will_do(costs: list[int], limit: int) -> None:
    costs = [0, 0, 0, *sorted(costs), 2000]
    found = largest_within(lambda number: costs[min(number, len(costs) - 1)], limit, 2)
    assert found == max(number for number, value in enumerate(costs) if value <= limit)
