from __future__ import annotations

import pytest
import torch
from torch import nn

from playground.inspection import LayerDetails, layer_details, summarize
from playground.networks import Layer, NetworkSpec


def only_details(layer: nn.Module, shape: tuple[int, ...]) -> LayerDetails:
    """The details of the layer in a network of it alone."""
    model = nn.Sequential(layer)
    found = layer_details(model, summarize(model, shape).rows[0])
    assert found is not None
    return found


def test_a_spec_with_a_pooling_over_features_has_the_real_size() -> None:
    linear = {"in_features": 8, "out_features": 8}
    layers = (
        Layer("a", "Linear", linear),
        Layer("p", "MaxPool1d", {"kernel_size": 2}),
        Layer("b", "Linear", {"in_features": 4, "out_features": 2}),
    )
    spec = NetworkSpec("Pool1", layers, (8,))
    details = layer_details(spec, summarize(spec, (2, 8)).rows[1])
    assert details is not None
    assert details.formula is not None
    assert details.formula.output_shape == tuple(nn.MaxPool1d(2)(torch.zeros(2, 8)).shape)
    assert details.formula.lines == ("l' = floor((8 - 2) / 2) + 1 = 4",)


@pytest.mark.parametrize("layer", [nn.MaxPool2d(2), nn.Conv2d(3, 4, 3), nn.PixelUnshuffle(2)], ids=str)
def test_a_sample_without_a_batch_has_the_real_size(layer: nn.Module) -> None:
    found = only_details(layer, (3, 8, 8)).formula
    assert found is not None
    assert found.output_shape == tuple(layer(torch.zeros(3, 8, 8)).shape)


def test_a_lazy_layer_has_the_formula_of_what_it_becomes() -> None:
    found = only_details(nn.LazyConv2d(4, 3), (1, 3, 8, 8)).formula
    assert found is not None
    assert found.output_shape == (1, 4, 6, 6)


class LayerNorm(nn.Module):
    """With the attributes of the one in the Annotated Transformer, which are not those of torch's."""

    def __init__(self, features: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.a_2 = nn.Parameter(torch.ones(features))
        self.b_2 = nn.Parameter(torch.zeros(features))
        self.eps = eps

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.a_2 * (x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True) + self.eps) + self.b_2


class Flatten(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(-1)


class Linear(nn.Linear):
    pass


class Conv(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + 1


@pytest.mark.parametrize("layer", [LayerNorm(8), Flatten(), Linear(8, 8), Conv()], ids=lambda each: type(each).__name__)
def test_a_class_of_ones_own_has_no_formula_whatever_its_name(layer: nn.Module) -> None:
    details = only_details(layer, (2, 8))
    assert details.formula is None
    assert details.constructor.startswith(type(layer).__name__)


class WithAskedSize(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(3, 3, 3, stride=2, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        enlarged: torch.Tensor = self.up(x, output_size=[16, 16])
        return enlarged


def test_a_formula_that_gives_another_size_than_the_layer_is_not_shown() -> None:
    model = WithAskedSize()
    row = summarize(model, (1, 3, 8, 8)).rows[0]
    assert row.output_shape == (1, 3, 16, 16)
    details = layer_details(model, row)
    assert details is not None
    assert details.formula is None


def test_a_layer_whose_arguments_cannot_be_read_has_no_formula() -> None:
    layer = nn.Linear(8, 3)
    del layer.out_features
    model = nn.Sequential(nn.Identity(), layer)
    assert layer_details(model, summarize(model, (2, 8)).rows[1]) == LayerDetails("nn.Linear(..., in_features=8)", None)
