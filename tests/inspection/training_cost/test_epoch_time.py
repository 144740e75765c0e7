from __future__ import annotations

import pytest
import torch

from playground.inspection import StoppedError, seconds_per_epoch
from playground.networks import presets
from tests.inspection.layer_table.test_summary import assert_left_alone, state_of


@pytest.mark.parametrize("precision", ["fp32", "bf16", "autocast"])
def test_an_epoch_takes_as_long_as_its_steps(precision: str) -> None:
    time = seconds_per_epoch(
        presets.load("lenet"),
        (1, 1, 28, 28),
        batch_size=16,
        samples=100,
        optimizer="momentum",
        precision=precision,
        device="cpu",
        measured_steps=3,
    )
    assert time.steps == 7
    assert time.seconds_per_step > 0
    assert time.seconds == 7 * time.seconds_per_step
    assert time.device == "cpu"


def test_the_model_and_the_random_numbers_are_left_alone() -> None:
    model = presets.load("cnn").build().eval()
    before, randomness = state_of(model), torch.get_rng_state()
    seconds_per_epoch(model, (1, 1, 28, 28), batch_size=4, samples=8, device="cpu", measured_steps=1)
    assert_left_alone(model, before, randomness)


def test_what_does_not_fit_is_not_begun() -> None:
    with pytest.raises(ValueError, match=r"needs [\d,.]+ GB, and [\d,.]+ GB are free on cpu; choose a smaller batch"):
        seconds_per_epoch(presets.load("cnn"), (1, 1, 28, 28), batch_size=10**8, samples=10**8, device="cpu")
    with pytest.raises(StoppedError):
        seconds_per_epoch(presets.load("cnn"), (1, 3, 28, 28), batch_size=4, samples=8, device="cpu")
    with pytest.raises(ValueError, match="at least 1 sample"):
        seconds_per_epoch(presets.load("cnn"), (1, 1, 28, 28), batch_size=4, samples=0, device="cpu")
