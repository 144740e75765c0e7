from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from playground.inspection import budget
from tests.inspection.training_cost.real_steps import RealStep, peak_on_cpu, saved_bytes


class Words(nn.Module):
    """The mean of words, each taken once or twice from one table."""

    def __init__(self, is_twice: bool = False, **arguments: Any) -> None:
        super().__init__()
        self.embedding = nn.Embedding(2000, 16, sparse=True, **arguments)
        self.fc = nn.Linear(16, 3)
        self.is_twice = is_twice

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        words = self.embedding(x)
        return self.fc((words + self.embedding(x + 1) if self.is_twice else words).mean(1))


def bags() -> nn.Module:
    return nn.Sequential(nn.EmbeddingBag(2000, 16, sparse=True, mode="sum"), nn.Linear(16, 3))


MODELS: dict[str, Any] = {
    "once": Words,
    "twice": lambda: Words(is_twice=True),
    "padding": lambda: Words(padding_idx=0),
    "bags": bags,
}


@pytest.mark.parametrize("name", MODELS)
def test_sparse_gradients_are_counted_by_their_indices_and_values(name: str) -> None:
    model, words = MODELS[name](), torch.zeros(8, 50, dtype=torch.long)
    predicted = budget(model, (1, 50), batch_size=8, optimizer="sgd", device="cpu")
    assert predicted.saved_activations == saved_bytes(model, words)
    step = RealStep(model, words, "sgd", "fp32")
    step()
    gradients = [each.grad for each in model.parameters() if each.grad is not None]
    assert any(each.is_sparse for each in gradients)
    assert predicted.gradients == sum(
        each._indices().nbytes + each._values().nbytes if each.is_sparse else each.nbytes for each in gradients
    )
    assert predicted.peak == pytest.approx(peak_on_cpu(step), rel=0.1)


@pytest.mark.parametrize("device", ["cpu", "cuda"])
@pytest.mark.parametrize("precision", ["fp32", "bf16", "autocast"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_sparse_gradient_is_small(optimizer: str, precision: str, device: str) -> None:
    predicted = budget(Words(), (1, 50), batch_size=2, optimizer=optimizer, precision=precision, device=device)
    assert 0 < predicted.gradients < predicted.parameters / 4
