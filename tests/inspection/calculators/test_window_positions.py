from __future__ import annotations

import math
from typing import Any

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from playground.inspection import max_pooled, windows

pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))
grids = st.tuples(st.integers(1, 9), st.integers(1, 9))


@given(grids, pairs, pairs, st.tuples(st.integers(0, 3), st.integers(0, 3)), pairs)
@settings(max_examples=80, deadline=None)
def test_a_sum_over_the_windows_is_a_convolution(
    size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any
) -> None:
    found = windows(size, kernel, stride=stride, padding=padding, dilation=dilation)
    grid, weights = torch.rand(size, dtype=torch.float64), torch.rand(kernel, dtype=torch.float64)
    try:
        expected = functional.conv2d(
            grid[None, None], weights[None, None], stride=stride, padding=padding, dilation=dilation
        )[0, 0]
    except RuntimeError:
        assert found == ()
        return
    assert [window.output for window in found] == [tuple(each) for each in (expected > -1).nonzero().tolist()]
    for window in found:
        values = [
            grid[row, column].item() if 0 <= row < size[0] and 0 <= column < size[1] else 0.0
            for row, column in window.cells
        ]
        total = sum(value * weight for value, weight in zip(values, weights.flatten().tolist(), strict=True))
        assert math.isclose(total, expected[window.output].item(), abs_tol=1e-9)


@given(grids, pairs, pairs, st.booleans(), pairs, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_maxima_and_their_indices_are_those_of_torch(
    size: Any, kernel: Any, stride: Any, ceil_mode: bool, dilation: Any, random: Any
) -> None:
    """With equal values, and values that are no number."""
    values = [[random.choice([0.0, 1.0, 2.0, math.nan, -1.0]) for _ in range(size[1])] for _ in range(size[0])]
    padding = tuple(each // 2 for each in kernel)
    found = windows(size, kernel, stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil_mode)
    try:
        expected, indices = functional.max_pool2d(
            torch.tensor(values)[None, None], kernel, stride, padding, dilation, ceil_mode, return_indices=True
        )
    except RuntimeError:
        assert found == ()
        return
    maxima = max_pooled(values, found)
    # Where all is padding, torch gives an index beside the input, and there is none.
    found_indices = [
        index if value > -math.inf or math.isnan(value) else -1
        for index, value in zip(indices.flatten().tolist(), expected.flatten().tolist(), strict=True)
    ]
    assert [each.index for each in maxima] == found_indices
    torch.testing.assert_close(torch.tensor([each.value for each in maxima]), expected.flatten(), equal_nan=True)


def test_one_side_and_three_work_too() -> None:
    assert [window.cells for window in windows((4,), (2,), stride=(2,))] == [((0,), (1,)), ((2,), (3,))]
    assert len(windows((3, 3, 3), (2, 2, 2))) == 8
