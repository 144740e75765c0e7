from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.data import Subset
from playground.training import SCHEDULES, StepEvent, train
from playground.training.schedules import build_schedule
from tests.training.conftest import small

# Of a run of 30 steps in 3 epochs with the learning rate 1: what each schedule promises in its explanation.
PROMISES: dict[str, Any] = {
    "constant": lambda rates: rates == [1.0] * 30,
    "step": lambda rates: rates == pytest.approx([1.0] * 10 + [0.1] * 10 + [0.01] * 10),
    "exponential": lambda rates: [rates[0], rates[10], rates[20]] == pytest.approx([1.0, 0.9, 0.81]),
    "cosine": lambda rates: rates[0] == 1 and rates[15] == pytest.approx(0.5) and 0 < rates[-1] < 0.01,
    "one_cycle": lambda rates: (
        rates[0] == pytest.approx(1 / 25) and rates.index(max(rates)) == 8 and max(rates) == 1 and rates[-1] < 1e-4
    ),
}


def learning_rates(scheduler: torch.optim.lr_scheduler.LRScheduler, steps: int) -> list[float]:
    """The learning rate at each step, as the loop steps the scheduler."""
    rates = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(steps):
            scheduler.optimizer.step()
            rates.append(float(scheduler.optimizer.param_groups[0]["lr"]))
            scheduler.step()
    return rates


def optimizer(learning_rate: float) -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=learning_rate)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_does_what_its_explanation_says(name: str) -> None:
    rates = learning_rates(build_schedule(name, optimizer(1.0), 1.0, 10, 3), 30)
    assert PROMISES[name](rates), rates


@pytest.mark.parametrize("name", SCHEDULES)
@given(
    learning_rate=st.floats(1e-6, 100),
    steps_per_epoch=st.integers(1, 30),
    epochs=st.integers(1, 4),
)
def test_the_line_of_the_exported_script_gives_the_learning_rates_of_the_loop(
    name: str, learning_rate: float, steps_per_epoch: int, epochs: int
) -> None:
    total_steps = steps_per_epoch * epochs
    rates = learning_rates(
        build_schedule(name, optimizer(learning_rate), learning_rate, steps_per_epoch, epochs), total_steps
    )
    line = f"torch.optim.lr_scheduler.{SCHEDULES[name].torch_name}(optimizer, {SCHEDULES[name].code})"
    names = {
        "torch": torch,
        "optimizer": optimizer(learning_rate),
        "LEARNING_RATE": learning_rate,
        "steps_per_epoch": steps_per_epoch,
        "total_steps": total_steps,
    }
    assert learning_rates(eval(line, names), total_steps) == rates
    assert all(0 <= rate <= learning_rate * (1 + 1e-9) for rate in rates)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("first", [1, 100, 250])
def test_the_loop_follows_it_also_in_the_shortest_runs(name: str, first: int) -> None:
    subset = Subset(classes=(0, 1), first=first)
    config = small(schedule=name, learning_rate=0.01, epochs=1, batch_size=min(first, 100), subset=subset)
    events = [event for event in train(config) if isinstance(event, StepEvent)]
    steps = -(-first // config.batch_size)
    expected = learning_rates(build_schedule(name, optimizer(0.01), 0.01, steps, 1), steps)
    assert events
    assert [event.learning_rate for event in events] == [expected[event.step - 1] for event in events]


def test_the_labels_differ_and_everything_is_explained() -> None:
    assert len({info.label for info in SCHEDULES.values()}) == len(SCHEDULES)
    assert all(info.explanation.endswith(".") for info in SCHEDULES.values())
    assert [info.name for info in SCHEDULES.values()] == list(SCHEDULES) == list(PROMISES)
