from __future__ import annotations

import math
from typing import Any

import pytest
import torch
import torchvision
from hypothesis import given, settings
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from playground.inspection import Summary, summarize
from playground.networks import NetworkSpec, presets
from tests.networks.drawn_networks import networks


def macs_by_hand(kind: str, kernel: tuple[int, ...] | None, output: tuple[int, ...]) -> int:
    """Every output value of a convolution or a linear layer is a sum over its inputs."""
    if kind not in ("Conv2d", "Linear"):
        return 0
    assert kernel is not None
    inputs_of_one_output = math.prod(kernel) // kernel[1]
    return math.prod(output) * inputs_of_one_output


def flops_by_torch(model: nn.Module, shape: tuple[int, ...]) -> int:
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        model.eval()(torch.zeros(shape))
    return counter.get_total_flops()


def assert_totals_are_sums(summary: Summary) -> None:
    assert summary.total_parameters == sum(row.parameters for row in summary.rows)
    assert summary.trainable_parameters == sum(row.trainable_parameters for row in summary.rows)
    assert summary.total_macs == sum(row.macs for row in summary.rows)
    assert [row.index for row in summary.rows] == list(range(len(summary.rows)))


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("name", presets.trainable_names())
def test_a_preset_has_the_macs_of_the_formulas_and_of_torch(name: str, batch: int) -> None:
    spec = presets.load(name)
    shape = (batch, *spec.input_shape)
    summary = summarize(spec, shape)
    for row in summary.rows:
        assert row.macs == macs_by_hand(row.type, row.kernel_shape, row.output_shape), row.path
    assert_totals_are_sums(summary)
    assert 2 * summary.total_macs == flops_by_torch(spec.build(), shape)


def test_lenet_has_the_macs_that_one_computes_on_paper() -> None:
    expected = {
        "conv.0": 24 * 24 * 6 * (5 * 5 * 1),
        "conv.3": 8 * 8 * 16 * (5 * 5 * 6),
        "fc.0": 256 * 120,
        "fc.2": 120 * 84,
        "fc.4": 84 * 10,
    }
    summary = summarize(presets.load("lenet"), (1, 1, 28, 28))
    assert {row.path: row.macs for row in summary.rows if row.macs} == expected
    assert summary.name == "LeNet"


@given(networks())
@settings(max_examples=25, deadline=None)
def test_the_rows_are_those_of_the_trace(spec: NetworkSpec) -> None:
    shape = (2, *spec.input_shape)
    summary = summarize(spec, shape)
    assert [(row.path, row.type, row.input_shape, row.output_shape, row.parameters) for row in summary.rows] == [
        (row.path, row.type, row.input_shape, row.output_shape, row.parameters) for row in spec.trace(shape).rows
    ]
    assert_totals_are_sums(summary)
    assert 2 * summary.total_macs == flops_by_torch(spec.build(), shape)


@pytest.fixture(scope="module")
def resnet() -> nn.Module:
    return torchvision.models.resnet50()


def test_resnet50_has_its_published_figures(resnet: nn.Module) -> None:
    published = torchvision.models.ResNet50_Weights.IMAGENET1K_V1.meta
    summary = summarize(resnet, (1, 3, 224, 224))
    assert summary.total_parameters == published["num_params"] == 25_557_032
    assert summary.total_macs / 1e9 == pytest.approx(published["_ops"], rel=0.005)
    assert len(summary.rows) == 158
    assert summary.rows[4].path == "layer1.0.conv1"
    assert summary.rows[4].kernel_shape == (64, 64, 1, 1)
    assert summary.rows[4].output_shape == (1, 64, 56, 56)
    assert_totals_are_sums(summary)


def state_of(model: nn.Module) -> dict[str, Any]:
    """All that a person could notice about a module."""
    return {
        "tensors": {
            key: (id(value), value.data_ptr(), value._version, value.device, value.dtype)
            for key, value in model.state_dict(keep_vars=True).items()
        },
        "values": {key: value.clone() for key, value in model.state_dict().items()},
        "modes": {path: module.training for path, module in model.named_modules()},
        "trained": {path: value.requires_grad for path, value in model.named_parameters()},
        "hooks": [(dict(module._forward_hooks), dict(module._forward_pre_hooks)) for module in model.modules()],
        "attributes": [set(vars(module)) for module in model.modules()],
    }


@pytest.mark.parametrize("mode", ["eval", "train"])
def test_the_model_and_the_random_numbers_are_left_alone(mode: Any) -> None:
    model = presets.load("cnn").build()
    model.insert = nn.Dropout(0.5)
    model.get_submodule("layer1").eval()
    model.get_submodule("fc").requires_grad_(False)
    calls: list[object] = []
    model.get_submodule("layer2").register_forward_hook(lambda *_: calls.append(1))
    before, randomness = state_of(model), torch.get_rng_state()
    summarize(model, (2, 1, 28, 28), mode=mode)
    after = state_of(model)
    for key, value in before.pop("values").items():
        assert torch.equal(value, after["values"][key])
    after.pop("values")
    assert after == before
    assert torch.equal(torch.get_rng_state(), randomness)
    assert calls == []


def test_frozen_parameters_are_counted_apart() -> None:
    model = presets.load("mlp").build()
    model.get_submodule("fc1").requires_grad_(False)
    summary = summarize(model, (1, 1, 28, 28))
    trainable = {row.path: row.trainable for row in summary.rows}
    assert trainable == {"flatten": False, "fc1": False, "relu": False, "fc2": True}
    assert summary.total_parameters == 397_510
    assert summary.trainable_parameters == 500 * 10 + 10


class Shared(nn.Module):
    """One layer used twice, one parameter of its own, and a weight that two layers share."""

    def __init__(self) -> None:
        super().__init__()
        self.twice = nn.Linear(4, 4)
        self.other = nn.Linear(4, 4, bias=False)
        self.other.weight = self.twice.weight
        self.scale = nn.Parameter(torch.ones(4, 4))
        self.plain = torch.ones(4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (self.other(self.twice(self.twice(x))) + self.plain) @ self.scale


def test_what_is_shared_is_counted_once_and_what_runs_twice_twice() -> None:
    model = Shared()
    summary = summarize(model, (3, 4))
    assert summary.total_parameters == sum(parameter.numel() for parameter in model.parameters())
    assert 2 * summary.total_macs == flops_by_torch(model, (3, 4))
    assert [(row.path, row.parameters, row.macs) for row in summary.rows] == [
        ("", 16, 48),
        ("twice", 20, 48),
        ("twice", 0, 48),
        ("other", 0, 48),
    ]


@pytest.mark.parametrize(
    ("model", "shape", "macs"),
    [
        (nn.utils.parametrizations.weight_norm(nn.Linear(4, 2)), (3, 4), 3 * 4 * 2),
        (nn.Linear(4, 2).half(), (3, 4), 3 * 4 * 2),
        (nn.Linear(4, 2).double(), (3, 4), 3 * 4 * 2),
        (nn.Linear(4, 2), (3, 5, 4), 3 * 5 * 4 * 2),
        (nn.ConvTranspose2d(4, 2, 3), (3, 4, 5, 5), 3 * 5 * 5 * 4 * 2 * 3 * 3),
    ],
    ids=["weight_norm", "half", "double", "rows", "transposed"],
)
def test_other_modules_than_our_own(model: nn.Module, shape: tuple[int, ...], macs: int) -> None:
    summary = summarize(model, shape)
    assert summary.total_parameters == sum(parameter.numel() for parameter in model.parameters())
    assert summary.total_macs == macs


def test_a_batch_that_does_not_get_through_says_where() -> None:
    spec = presets.load("cnn")
    with pytest.raises(ValueError, match=r"CNN stops at layer1\.0\. This convolution expects 1 channel"):
        summarize(spec, (1, 3, 28, 28))
    with pytest.raises(ValueError, match=r"CNN cannot take a batch of \(1, 3, 28, 28\)"):
        summarize(spec.build(), (1, 3, 28, 28))


def test_train_mode_measures_what_training_does() -> None:
    """A single value per channel cannot be normalized in training; in evaluation it can."""
    model = nn.Sequential(nn.BatchNorm1d(4))
    assert summarize(model, (1, 4)).total_parameters == 8
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        summarize(model, (1, 4), mode="train")
