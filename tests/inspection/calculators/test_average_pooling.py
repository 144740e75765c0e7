from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from playground.inspection import windows
from playground.inspection.calculators.average_pooling import average_pooled

pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))


@given(st.tuples(st.integers(1, 9), st.integers(1, 9)), pairs, pairs, st.booleans(), st.integers(0, 1_000))
@settings(max_examples=80, deadline=None)
def test_means_are_those_of_torch(size: Any, kernel: Any, stride: Any, ceil_mode: bool, seed: int) -> None:
    padding = tuple(each // 2 for each in kernel)
    found = windows(size, kernel, stride=stride, padding=padding, ceil_mode=ceil_mode)
    values = torch.rand(size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    expected = functional.avg_pool2d(values[None, None], kernel, stride, padding, ceil_mode)
    assert average_pooled(values.tolist(), found, padding) == pytest.approx(expected.flatten().tolist())
