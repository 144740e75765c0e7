from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.training.losses import EpochLosses, NonFiniteLossError

CPU = torch.device("cpu")
LOSSES = st.floats(-(2.0**100), 2.0**100, width=32)


@given(st.lists(st.tuples(LOSSES, st.integers(1, 1000), st.booleans()), min_size=1, max_size=30), st.integers(1, 10**6))
def test_whenever_it_is_read_it_gives_the_latest_loss_and_in_the_end_the_mean_over_images(
    steps: list[tuple[float, int, bool]], first_step: int
) -> None:
    losses = EpochLosses(len(steps), first_step, CPU)
    for loss, images, read in steps:
        losses.add(torch.tensor(loss), images)
        if read:
            assert losses.read() == loss
    assert losses.due
    assert losses.read() == steps[-1][0]
    of_each_image = [loss for loss, images, _ in steps for _ in range(images)]
    assert losses.mean == pytest.approx(math.fsum(of_each_image) / len(of_each_image))


@given(
    before=st.lists(st.tuples(LOSSES, st.booleans()), max_size=20),
    bad=st.sampled_from([math.nan, math.inf, -math.inf]),
    after=st.lists(LOSSES | st.just(math.nan), max_size=20),
    first_step=st.integers(1, 10**6),
)
def test_the_first_loss_that_is_no_number_is_named_by_its_step(
    before: list[tuple[float, bool]], bad: float, after: list[float], first_step: int
) -> None:
    losses = EpochLosses(len(before) + 1 + len(after), first_step, CPU)
    for loss, read in before:
        losses.add(torch.tensor(loss), 1)
        if read:
            losses.read()
    for loss in (bad, *after):
        losses.add(torch.tensor(loss), 1)
    with pytest.raises(NonFiniteLossError) as caught:
        losses.read()
    assert (caught.value.images, caught.value.step) == ("train", first_step + len(before))
    assert caught.value.loss == pytest.approx(bad, nan_ok=True)


def test_the_first_loss_of_a_run_and_the_last_of_an_epoch_are_read_at_once() -> None:
    losses = EpochLosses(2, 1, CPU)
    losses.add(torch.tensor(1.0), 1)
    assert losses.due
    losses.read()
    losses.add(torch.tensor(2.0), 1)
    assert losses.due


def test_a_loss_keeps_no_graph() -> None:
    weight = torch.ones(1, requires_grad=True)
    losses = EpochLosses(1, 1, CPU)
    losses.add((weight * 2).sum(), 1)
    assert losses.read() == 2
    assert not losses._losses.requires_grad
