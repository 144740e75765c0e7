from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from playground.data import ImageData, Subset, load, normalize, select
from playground.training.evaluation import EVALUATION_BATCH_SIZE, evaluate


class Watched(nn.Module):
    """A network with dropout and batch normalization that notes in which mode it is called."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(784, 10), nn.BatchNorm1d(10))
        self.modes: set[tuple[bool, bool]] = set()
        self.sizes: list[int] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.modes.add((self.training, torch.is_grad_enabled()))
        self.sizes.append(len(x))
        return self.layers(x)


@pytest.fixture(scope="module")
def data() -> ImageData:
    return select(load("mnist", train=False), Subset(classes=(3, 8)))


def test_it_is_what_one_pass_over_all_images_gives(data: ImageData) -> None:
    torch.manual_seed(0)
    model = Watched()
    found = evaluate(model, data)
    model.eval()
    with torch.no_grad():
        output = model.layers(normalize(data.images, data.info))
    assert found.loss == pytest.approx(cross_entropy(output, data.labels).item(), rel=1e-5)
    assert found.accuracy == (output.argmax(dim=1) == data.labels).double().mean().item()
    assert 0 < found.accuracy < 1


@pytest.mark.parametrize("training", [True, False])
def test_it_neither_learns_nor_leaves_a_trace(data: ImageData, training: bool) -> None:
    model = Watched().train(training)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    first, second = evaluate(model, data), evaluate(model, data)
    assert first == second
    assert model.modes == {(False, False)}
    assert model.training is training
    assert torch.is_grad_enabled()
    assert all(parameter.grad is None for parameter in model.parameters())
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_every_image_is_seen_once_in_batches_of_bounded_size(data: ImageData) -> None:
    model = Watched()
    evaluate(model, data)
    assert sum(model.sizes) == len(data)
    assert max(model.sizes) == EVALUATION_BATCH_SIZE
