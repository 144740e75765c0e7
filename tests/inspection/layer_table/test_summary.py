from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
import torchvision
from hypothesis import given, settings
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from playground.inspection import StoppedError, Summary, build_torchvision_model, summarize
from playground.networks import Layer, NetworkSpec, presets
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
    assert [row.index for row in summary.layers] == list(range(len(summary.layers)))
    assert summary.parameter_bytes == sum(row.parameter_bytes for row in summary.rows)
    assert summary.total_flops == 2 * summary.total_macs


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
    assert [(row.path, row.type, row.input_shape, row.output_shape, row.parameters) for row in summary.layers] == [
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
    assert len(summary.layers) == 158
    assert summary.rows[4].path == "layer1.0.conv1"
    assert summary.rows[4].kernel_shape == (64, 64, 1, 1)
    assert summary.rows[4].output_shape == (1, 64, 56, 56)
    assert summary.parameter_bytes == 4 * 25_557_032
    steps = [(row.path, row.type) for row in summary.rows if row.kind == "function"]
    blocks = [path for path, module in resnet.named_modules() if type(module).__name__ == "Bottleneck"]
    assert steps == [*((path, "add") for path in blocks), ("", "flatten")]
    relus = [(row.use, row.note) for row in summary.rows if row.path == "layer1.0.relu"]
    assert relus == [(1, ""), (2, "use 2"), (3, "use 3")]
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


def assert_left_alone(model: nn.Module, before: dict[str, Any], randomness: torch.Tensor) -> None:
    """The module is as `state_of` found it, and the random numbers go on as if nothing had happened."""
    after = state_of(model)
    for key, value in before.pop("values").items():
        assert torch.equal(value, after["values"][key])
    after.pop("values")
    assert after == before
    assert torch.equal(torch.get_rng_state(), randomness)


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
    assert_left_alone(model, before, randomness)
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
    assert [(row.path, row.type, row.use, row.parameters, row.macs) for row in summary.rows] == [
        ("", "Shared", 1, 16, 0),
        ("twice", "Linear", 1, 20, 48),
        ("twice", "Linear", 2, 0, 48),
        ("other", "Linear", 1, 0, 48),
        ("", "matmul", 1, 0, 48),
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


class Everything(nn.Module):
    """What people write: functions, a dictionary, a tuple, a module that is not used, flow that depends on shapes."""

    def __init__(self) -> None:
        super().__init__()
        self.left = nn.Conv2d(3, 4, 3, padding=1)
        self.right = nn.Conv2d(3, 4, 1)
        self.lstm = nn.LSTM(4, 5, batch_first=True)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.unused = nn.Sequential(nn.Linear(7, 7), nn.ReLU())
        self.silent = nn.Dropout()
        self.query = nn.Parameter(torch.ones(1, 4, 4))

    def forward(self, x: torch.Tensor) -> dict[str, Any]:
        x = self.left(x) + self.right(x)
        while x.shape[-1] > 4:
            x = functional.max_pool2d(x, 2)
        tokens = x.flatten(2).transpose(1, 2)
        output, (hidden, cell) = self.lstm(tokens)
        seen, _ = self.attention(self.query.expand(len(x), -1, -1), tokens, tokens)
        return {"sequence": output, "last": (hidden, cell), "seen": torch.cat([seen, tokens], 1), "query": self.query}


def test_a_module_of_ones_own_has_rows_for_all_that_it_does() -> None:
    model = Everything()
    summary = summarize(model, (2, 3, 16, 16))
    assert_totals_are_sums(summary)
    assert summary.total_parameters == sum(parameter.numel() for parameter in model.parameters())
    functions = [(row.type, row.output_shape) for row in summary.rows if row.kind == "function"]
    assert functions == [
        ("add", (2, 4, 16, 16)),
        ("max_pool2d", (2, 4, 8, 8)),
        ("max_pool2d", (2, 4, 4, 4)),
        ("flatten", (2, 4, 16)),
        ("transpose", (2, 16, 4)),
        ("cat", (2, 20, 4)),
    ]
    rows = {row.path: row for row in summary.layers}
    assert rows[""].parameters == model.query.numel()
    assert rows["lstm"].output_shapes == ((2, 16, 5), (1, 2, 5), (1, 2, 5))
    assert rows["lstm"].macs == 2 * 16 * 4 * 5 * (4 + 5)
    assert rows["attention"].parameters == 3 * 4 * 4 + 3 * 4 + 4 * 4 + 4
    queries, keys = 2 * 4, 2 * 16
    assert rows["attention"].macs == (2 * queries + 2 * keys) * 4 * 4 + 2 * 2 * 4 * 16 * 4
    unused = {row.path: (row.type, row.parameters, row.note) for row in summary.rows if row.kind == "unused"}
    assert unused == {"unused": ("Sequential", 56, "not used"), "silent": ("Dropout", 0, "not used")}
    assert summary.activation_bytes == 4 * sum(
        math.prod(shape) for row in summary.rows if row.path for shape in row.output_shapes
    ) + 4 * sum(math.prod(row.output_shapes[0]) for row in summary.rows if row.kind == "function" and not row.path)


class LooksAtValues(nn.Module):
    """What the meta device cannot run: a decision about values, numbers on the CPU, and random ones."""

    def __init__(self) -> None:
        super().__init__()
        self.small = nn.Linear(4, 4)
        self.large = nn.Linear(4, 400)
        self.norm = nn.BatchNorm1d(4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.norm(self.small(x)) + torch.rand(4)
        return self.large(x) if x.sum() > 1e9 else x


@pytest.mark.parametrize("mode", ["eval", "train"])
def test_a_module_that_looks_at_values_is_run_on_a_copy(mode: Any) -> None:
    model = LooksAtValues()
    before, randomness = state_of(model), torch.get_rng_state()
    summary = summarize(model, (3, 4), mode=mode)
    assert [(row.path, row.type, row.macs) for row in summary.rows] == [
        ("small", "Linear", 48),
        ("norm", "BatchNorm1d", 0),
        ("", "add", 0),
        ("", "sum", 0),
        ("large", "Linear", 0),
    ]
    assert summary.rows[-1].note == "not used"
    assert_left_alone(model, before, randomness)


class _WithoutParameters(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[:, :2] if x.sum().item() == 0 else x


def test_a_module_without_parameters_may_look_at_values_too() -> None:
    summary = summarize(nn.Sequential(_WithoutParameters(), nn.Flatten()), (3, 4, 5))
    assert [row.output_shape for row in summary.rows] == [(3, 2, 5), (3, 10)]


def test_a_lazy_module_finds_its_shapes_in_the_copy_alone() -> None:
    model = nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(3))
    summary = summarize(model, (2, 3, 8, 8))
    assert [row.parameters for row in summary.rows] == [4 * 3 * 9 + 4, 8, 0, 4 * 6 * 6 * 3 + 3]
    assert isinstance(model[0].weight, nn.parameter.UninitializedParameter)
    assert isinstance(model[3], nn.LazyLinear)


@pytest.mark.parametrize("script", [torch.jit.script, lambda model: torch.jit.trace(model, torch.zeros(1, 4))])
def test_a_scripted_module_is_refused_in_a_sentence(script: Callable[[nn.Module], nn.Module]) -> None:
    with pytest.raises(ValueError, match="cannot be looked into"):
        summarize(nn.Sequential(script(nn.Linear(4, 2))), (1, 4))


def test_a_batch_has_no_negative_size() -> None:
    with pytest.raises(ValueError, match=r"cannot have the shape \(-1, 4\)"):
        summarize(nn.Linear(4, 2), (-1, 4))


def test_a_network_of_more_parameters_than_fit_anywhere_is_refused() -> None:
    huge = Layer("fc", "Linear", {"in_features": 10**7, "out_features": 10**6})
    with pytest.raises(StoppedError, match="the limit"):
        summarize(NetworkSpec("Huge", (huge,), (10**7,)), (1, 10**7))


def test_a_million_million_parameters_are_refused_before_anything_is_allocated() -> None:
    large = Layer("fc", "Linear", {"in_features": 10**6, "out_features": 10**6})
    with pytest.raises(ValueError, match="1,000,001,000,000 parameters"):
        summarize(NetworkSpec("Large", (large,), (10**6,)), (1, 10**6))


def test_a_batch_of_more_numbers_than_any_machine_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 17,179,869,184 numbers"):
        summarize(build_torchvision_model("googlenet"), (1, 3, 10**8, 10**8))


def test_a_model_that_stops_has_the_explanation_and_the_fixes_of_build() -> None:
    with pytest.raises(StoppedError) as stopped:
        summarize(build_torchvision_model("googlenet"), (1, 1, 224, 224))
    assert stopped.value.path == "conv1.conv"
    assert "expects 3 channels, but the input gives 1" in str(stopped.value)
    assert "set in_channels to 1" in str(stopped.value)


def test_the_operations_of_a_spec_have_rows() -> None:
    spec = presets.load("unet")
    summary = summarize(spec, (1, *spec.input_shape))
    concatenations = [row for row in summary.rows if row.type == "cat"]
    assert [row.output_shapes for row in concatenations] == [
        call.outputs for call in spec.trace((1, *spec.input_shape)).calls if call.type == "concatenate"
    ]
    assert concatenations


def test_words_go_into_an_embedding() -> None:
    model = nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 3))
    assert summarize(model, (2, 5)).total_macs == 2 * 5 * 4 * 3


def test_the_table_goes_as_far_as_the_batch_does() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(5, 4, 3))
    with pytest.raises(StoppedError, match=r"At 2: .* to have 5 channels, but got 4") as caught:
        summarize(model, (1, 3, 8, 8))
    assert caught.value.path == "2"
    assert [row.path for row in caught.value.summary.rows] == ["0", "1"]
    with pytest.raises(
        StoppedError,
        match=r"At 1: .* expects 5 channels, but the input gives 4\..*running_mean should contain 4 elements",
    ):
        summarize(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(5)), (1, 3, 8, 8))


@pytest.mark.parametrize(
    ("model", "shape", "kernel_shape"),
    [
        (nn.Conv2d(4, 6, (3, 5)), (1, 4, 8, 8), (4, 6, 3, 5)),
        (nn.ConvTranspose2d(4, 6, (3, 5)), (1, 4, 8, 8), (4, 6, 3, 5)),
        (nn.Linear(4, 6), (1, 4), (4, 6)),
        (nn.Embedding(4, 6), (1, 3), (4, 6)),
        (nn.LayerNorm((4, 12, 10)), (2, 4, 12, 10), (4, 12, 10)),
        (nn.RMSNorm((4, 12)), (2, 4, 12), (4, 12)),
        (nn.LayerNorm(4), (1, 4), (4,)),
        (nn.ReLU(), (1, 4), None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else None,
)
def test_a_kernel_shape_begins_with_what_comes_in(model: nn.Module, shape: Any, kernel_shape: Any) -> None:
    assert [row.kernel_shape for row in summarize(model, shape).rows] == [kernel_shape]


def test_tables_can_be_made_in_several_threads_at_once(resnet: nn.Module) -> None:
    """A server makes them for several people: neither counts what the other runs."""
    expected = summarize(resnet, (1, 3, 64, 64))
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(lambda _: summarize(resnet, (1, 3, 64, 64)), range(8))) == {expected}


class _WrongState(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(4, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        state = x.new_zeros(1, 3, 6), x.new_zeros(1, 3, 6)
        return self.lstm(x, state)[0]


def test_a_layer_of_several_inputs_fails_in_its_own_words() -> None:
    with pytest.raises(StoppedError, match=r"At lstm: Expected hidden\[0\] size \(1, 3, 5\), got \[1, 3, 6\]"):
        summarize(_WrongState(), (7, 3, 4))


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
