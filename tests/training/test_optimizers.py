from __future__ import annotations

import inspect

import pytest
import torch

from playground.training import OPTIMIZERS, train
from playground.training.optimizers import build_optimizer, optimizer_arguments
from tests.training.conftest import small


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_steps_towards_a_smaller_loss(name: str) -> None:
    info = OPTIMIZERS[name]
    weight = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
    optimizer = build_optimizer(name, [weight], info.learning_rate, "cpu")
    assert type(optimizer) is getattr(torch.optim, info.torch_name)
    assert optimizer.param_groups[0]["lr"] == info.learning_rate
    before = weight.detach().square().sum()
    for _ in range(3):
        optimizer.zero_grad()
        weight.square().sum().backward()
        optimizer.step()
    assert weight.detach().square().sum() < before


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("device_type", ["cpu", "cuda", "mps"])
def test_the_arguments_are_the_ones_that_torch_knows(name: str, device_type: str) -> None:
    info = OPTIMIZERS[name]
    arguments = optimizer_arguments(name, 0.1, device_type)
    inspect.signature(getattr(torch.optim, info.torch_name)).bind([], **arguments)
    assert info.arguments.items() <= arguments.items()
    assert ("fused" in arguments) == (name != "rmsprop" and device_type != "mps")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_fused_optimizer_takes_the_same_steps_as_the_plain_one(name: str) -> None:
    weights = []
    for device_type in ("cpu", "mps"):
        weight = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
        optimizer = build_optimizer(name, [weight], 0.05, device_type)
        for _ in range(5):
            optimizer.zero_grad()
            weight.pow(4).sum().backward()
            optimizer.step()
        weights.append(weight.detach())
    torch.testing.assert_close(*weights)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_loop_learns_with_it_at_its_usual_learning_rate(name: str) -> None:
    config = small(optimizer=name, learning_rate=OPTIMIZERS[name].learning_rate, schedule="constant")
    *_, epoch, _ = train(config)
    assert epoch.test_accuracy > 0.95


def test_the_labels_differ_and_everything_is_explained() -> None:
    assert len({info.label for info in OPTIMIZERS.values()}) == len(OPTIMIZERS)
    assert all(info.explanation.endswith(".") for info in OPTIMIZERS.values())
    assert [info.name for info in OPTIMIZERS.values()] == list(OPTIMIZERS)
