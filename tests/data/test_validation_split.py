from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.data import DataError, split_validation
from tests.data.conftest import made_up_data


@given(total=st.integers(2, 60), seed=st.integers(0, 2**32), pick=st.data())
def test_the_two_parts_are_disjoint_and_whole(total: int, seed: int, pick: st.DataObject) -> None:
    data = made_up_data(total)
    count = pick.draw(st.integers(1, total - 1))
    train, validation = split_validation(data, count, seed)
    assert len(validation) == count
    assert sorted(train.labels.tolist() + validation.labels.tolist()) == list(range(total))
    for part in (train, validation):
        assert torch.equal(part.images, data.images[part.labels])
        assert part.labels.tolist() == sorted(part.labels.tolist())


@given(fraction=st.floats(0.01, 0.99))
def test_a_fraction_is_a_rounded_count(fraction: float) -> None:
    data = made_up_data(100)
    by_fraction = split_validation(data, fraction, 1)[1].labels
    assert torch.equal(by_fraction, split_validation(data, round(100 * fraction), 1)[1].labels)


def test_the_seed_alone_decides() -> None:
    data = made_up_data(50)
    torch.manual_seed(1)
    state = torch.get_rng_state()
    first = split_validation(data, 20, seed=7)[1].labels
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(2)
    assert torch.equal(split_validation(data, 20, seed=7)[1].labels, first)
    assert not torch.equal(split_validation(data, 20, seed=8)[1].labels, first)


@pytest.mark.parametrize("part", [0, 10, 11, -1, 0.0, 1.0, -0.1, 0.01, 0.99, float("nan"), True, "half"])
def test_an_empty_part_is_refused_with_a_sentence(part: Any) -> None:
    with pytest.raises(DataError, match="validation"):
        split_validation(made_up_data(10), part, seed=0)
