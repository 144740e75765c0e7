from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from torch import nn

from playground.networks import Layer, NetworkSpec, presets, propagate
from playground.networks.layers import LAYER_TYPES
from playground.networks.operations import OPERATIONS
from playground.networks.spec import Forward, Step
from tests.networks.drawn_networks import first_failure, networks, networks_with_a_fault


def shapes_of_a_forward_pass(spec: NetworkSpec) -> list[tuple[str, tuple[int, ...], tuple[int, ...], int]]:
    """Path, input and output shape and parameters of every leaf, as hooks see them in a real forward pass."""
    seen = []
    model = spec.build().eval()
    for path, module in model.named_modules():
        if path and not isinstance(module, nn.Sequential):
            parameters = sum(parameter.numel() for parameter in module.parameters())
            module.register_forward_hook(
                lambda _, inputs, output, path=path, parameters=parameters: seen.append(
                    (path, tuple(inputs[0].shape), tuple(output.shape), parameters)
                )
            )
    with torch.no_grad():
        model(torch.zeros(2, *spec.input_shape))
    return seen


def rows(spec: NetworkSpec) -> list[tuple[str, tuple[int, ...], tuple[int, ...], int]]:
    trace = spec.trace((2, *spec.input_shape))
    assert trace.error is None
    return [(row.path, row.input_shape, row.output_shape, row.parameters) for row in trace.rows]


@pytest.mark.parametrize("name", presets.trainable_names())
def test_a_preset_has_the_shapes_of_a_real_forward_pass(name: str) -> None:
    spec = presets.load(name)
    assert rows(spec) == shapes_of_a_forward_pass(spec)
    assert spec.trace((7, *spec.input_shape)).output_shape == (7, 10)


@given(networks())
@settings(max_examples=100, deadline=None)
def test_a_drawn_network_has_the_shapes_of_a_real_forward_pass(spec: NetworkSpec) -> None:
    assert rows(spec) == shapes_of_a_forward_pass(spec)


@given(networks_with_a_fault())
@settings(max_examples=200, deadline=None)
def test_the_trace_stops_at_the_layer_at_which_torch_fails(spec: NetworkSpec) -> None:
    trace = spec.trace((2, *spec.input_shape))
    failed = first_failure(spec, (2, *spec.input_shape))
    assert (trace.error.path if trace.error else None) == failed
    assert (trace.output_shape is None) == (failed is not None)


@pytest.mark.parametrize(
    ("shape", "path", "message"),
    [
        ((2, 3, 28, 28), "conv.0", "expected input[2, 3, 28, 28] to have 1 channels, but got 3 channels"),
        ((2, 1, 32, 32), "fc.0", "mat1 and mat2 shapes cannot be multiplied (2x400 and 256x120)"),
        ((2, 1, 8, 8), "conv.3", "Kernel size can't be greater than actual input size"),
        ((2, 784), "conv.0", "Expected 3D (unbatched) or 4D (batched) input"),
    ],
)
def test_the_message_is_what_torch_says_on_the_cpu(shape: tuple[int, ...], path: str, message: str) -> None:
    spec = presets.load("lenet")
    error = spec.trace(shape).error
    assert error is not None
    assert error.path == path
    assert message in error.message
    with pytest.raises(RuntimeError) as raised:
        spec.build()(torch.zeros(shape))
    assert str(raised.value) == error.message


def test_the_rows_end_before_the_layer_that_fails() -> None:
    trace = presets.load("lenet").trace((2, 1, 32, 32))
    assert [row.path for row in trace.rows][-2:] == ["conv.5", "flatten"]
    assert trace.rows[-1].output_shape == (2, 400)


@pytest.mark.parametrize("shape", [(), (28,), (-1, 1, 28, 28), (2, 1, 28, "28"), (2**40, 2**40, 2**40, 2**40), (0, 0)])
def test_an_impossible_input_shape_is_an_error_and_no_exception(shape: tuple[int, ...]) -> None:
    assert presets.load("lenet").trace(shape).error is not None


@pytest.mark.parametrize(
    "layer",
    [
        Layer("a", "NoSuchLayer"),
        Layer("a", "Linear"),
        Layer("a", "Linear", {"in_features": "784", "out_features": 10}),
        Layer("a", "Linear", {"in_features": 28, "out_features": 2**40, "bias": 3}),
        Layer("a", "Linear", {"in_features": 2**62, "out_features": 2**62}),
        Layer("a", "Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": (1, 2, 3)}),
        Layer("a", "MaxPool2d", {"kernel_size": (2, 2, 2)}),
        Layer("a", "MaxPool2d", {"kernel_size": ()}),
        Layer("a", "AdaptiveAvgPool2d", {"output_size": (1, 2, 3)}),
        Layer("a", "AvgPool2d", {"kernel_size": 2, "divisor_override": 0}),
        Layer("a", "Sequential", {"x": 1}),
        Layer("a", "ReLU", children=(Layer("b", "ReLU"),)),
        Layer("forward", "ReLU"),
    ],
)
def test_a_bad_layer_is_named_with_a_cause_and_never_raises(layer: Layer) -> None:
    error = NetworkSpec("Net", (Layer("start", "Identity"), layer), (1, 28, 28)).trace((2, 1, 28, 28)).error
    assert error is not None
    assert error.path == layer.name
    assert error.cause
    assert error.message


def test_a_large_network_is_traced_without_its_weights() -> None:
    spec = NetworkSpec(
        "Large", (Layer("fc", "Linear", {"in_features": 1_000_000, "out_features": 1_000_000}),), (1_000_000,)
    )
    trace = spec.trace((1, 1_000_000))
    assert trace.parameters == 1_000_001_000_000
    assert trace.output_shape == (1, 1_000_000)


def test_a_network_without_layers_passes_its_input_on() -> None:
    assert NetworkSpec("Empty", (), (1, 28, 28)).trace((2, 1, 28, 28)).output_shape == (2, 1, 28, 28)


def test_what_torch_loads_at_first_is_not_counted_as_tracing() -> None:
    """In a new process that takes a second, and on a busy machine many: with the limit it failed the network."""
    code = (
        "import sys; from playground.networks import presets, propagate\n"
        "propagate.MOST_SECONDS = 0.5\n"
        "sys.exit(presets.load('mlp').trace((2, 1, 28, 28)).error is not None)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_tracing_that_takes_too_long_ends_with_a_sentence_and_the_rows_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """No two of these layers are alike, so that nothing known helps; all of them take several times the limit."""
    monkeypatch.setattr(propagate, "MOST_SECONDS", 1.0)
    layers = (
        Layer(f"layer{width}", "TransformerEncoderLayer", {"d_model": 8, "nhead": 2, "dim_feedforward": width})
        for width in range(1, 2001)
    )
    trace = NetworkSpec("Long", tuple(layers), (16, 8)).trace((2, 16, 8))
    assert trace.error is not None
    assert "more than 1 second" in trace.error.message
    assert trace.error.path == trace.rows[-1].path


def test_tracing_leaves_the_random_numbers_alone() -> None:
    torch.manual_seed(0)
    before = torch.get_rng_state()
    presets.load("cnn").trace((2, 3, 28, 28))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("shape", [(), (5,), (2, 5), (2, 3, 5), (2, 3, 5, 5), (2, 3, 5, 5, 5), (0, 3, 5, 5)])
@pytest.mark.parametrize("kind", [kind.name for kind in LAYER_TYPES])
def test_no_layer_without_its_arguments_raises_on_any_rank(kind: str, shape: tuple[int, ...]) -> None:
    trace = NetworkSpec("Net", (Layer("a", kind),), (3, 5, 5)).trace(shape)
    assert (trace.error is None) == (trace.output_shape is not None)


def test_a_network_is_traced_as_it_predicts() -> None:
    """A single sample cannot be normalized in training, and can in evaluation."""
    spec = NetworkSpec("Net", (Layer("norm", "BatchNorm1d", {"num_features": 4}),), (4,))
    assert spec.trace((1, 4)).output_shape == (1, 4)


@pytest.mark.parametrize("name", ["unet", "ghostnet", "deeplabv3_resnet50"])
def test_the_calls_of_containers_are_those_of_a_real_forward_pass(name: str) -> None:
    spec = presets.load(name)
    shape = (2, 3, 64, 64)
    seen = []
    model = spec.build().eval()
    for path, module in model.named_modules():
        module.register_forward_hook(
            lambda _, inputs, output, path=path: seen.append(
                (path, tuple(tuple(each.shape) for each in inputs), (tuple(output.shape),))
            )
        )
    with torch.no_grad():
        model(torch.zeros(shape))
    calls = spec.trace(shape).calls
    assert [(call.path, call.inputs, call.outputs) for call in calls if call.type not in OPERATIONS] == seen


def test_an_operation_is_a_call_in_the_container_that_applies_it() -> None:
    net = Layer(
        "block",
        "Module",
        children=(Layer("conv", "Conv2d", {"in_channels": 1, "out_channels": 4, "kernel_size": 3}),),
        forward=Forward((Step("y", child="conv"), Step(operation="chunk", inputs=("y",)), Step(operation="item"))),
    )
    calls = NetworkSpec("Net", (net,), (1, 8, 8)).trace((2, 1, 8, 8)).calls
    assert [(call.path, call.type) for call in calls] == [
        ("block.conv", "Conv2d"),
        ("block", "chunk"),
        ("block", "item"),
        ("block", "Module"),
        ("", "Module"),
    ]
    assert calls[1].outputs == ((2, 2, 6, 6), (2, 2, 6, 6))


def test_a_layer_that_is_switched_off_gives_what_it_was_given() -> None:
    off = Layer("off", "Conv2d", {"in_channels": 1, "out_channels": 4, "kernel_size": 3}, enabled=False)
    trace = NetworkSpec("Net", (off, Layer("relu", "ReLU")), (1, 8, 8)).trace((2, 1, 8, 8))
    assert [(call.path, call.outputs) for call in trace.calls][:2] == [
        ("off", ((2, 1, 8, 8),)),
        ("relu", ((2, 1, 8, 8),)),
    ]
    assert [row.path for row in trace.rows] == ["relu"]


@pytest.mark.parametrize(
    ("steps", "at"),
    [
        ((Step("y", child="conv"), Step(operation="add", inputs=("y", "x"))), 1),
        ((Step("y", child="conv"), Step(operation="relu", inputs=("z",))), 1),
        ((Step(operation="relu"), Step(child="gone")), 1),
        ((Step(operation="relu"), Step("y", operation="relu"), Step(operation="no_such_operation")), 2),
    ],
)
def test_a_step_that_cannot_work_is_named_by_its_index(steps: tuple[Step, ...], at: int) -> None:
    conv = Layer("conv", "Conv2d", {"in_channels": 1, "out_channels": 4, "kernel_size": 3})
    block = Layer("block", "Module", children=(conv,), forward=Forward(steps))
    error = NetworkSpec("Net", (Layer("start", "ReLU"), block), (1, 8, 8)).trace((2, 1, 8, 8)).error
    assert error is not None
    assert (error.path, error.step) == ("block", at)


def test_a_fault_in_a_layer_is_at_no_step_of_its_own() -> None:
    conv = Layer("conv", "Conv2d", {"in_channels": 3, "out_channels": 4, "kernel_size": 3})
    block = Layer("block", "Module", children=(conv,), forward=Forward((Step(child="conv"),)))
    error = NetworkSpec("Net", (block,), (1, 8, 8)).trace((2, 1, 8, 8)).error
    assert error is not None
    assert (error.path, error.step) == ("block.conv", None)
