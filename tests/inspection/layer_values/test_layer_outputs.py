from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from playground.inspection import summarize
from playground.inspection.layer_values.layer_choices import layer_choices
from playground.inspection.layer_values.layer_outputs import layer_outputs
from playground.inspection.layer_values.weighted_network import network_with_weights
from playground.inspection.recording import tensors_in
from playground.networks import presets


def networks() -> dict[str, Callable[[], tuple[nn.Module, torch.Tensor]]]:
    """Models in train mode, of presets, torchvision and plain torch, each with a batch of one."""

    def preset(name: str, *shape: int) -> tuple[nn.Module, torch.Tensor]:
        return presets.load(name).build(), torch.randn(1, *shape)

    def published(name: str, side: int) -> tuple[nn.Module, torch.Tensor]:
        return network_with_weights(name).train(), torch.randn(1, 3, side, side)

    encoder = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
    return {
        "lenet": lambda: preset("lenet", 1, 28, 28),
        "cnn": lambda: preset("cnn", 1, 28, 28),
        "resnet18": lambda: preset("resnet18", 3, 64, 64),
        "squeezenet1_1": lambda: published("squeezenet1_1", 64),
        "shufflenet_v2_x0_5": lambda: published("shufflenet_v2_x0_5", 64),
        "transformer": lambda: (nn.TransformerEncoder(encoder, 2, enable_nested_tensor=False), torch.randn(1, 5, 16)),
        "lstm": lambda: (nn.Sequential(nn.LSTM(4, 8)), torch.randn(1, 5, 4)),
    }


@pytest.mark.parametrize("name", networks())
def test_the_outputs_are_those_that_a_forward_hook_sees(name: str) -> None:
    model, batch = networks()[name]()
    choices = layer_choices(summarize(model, tuple(batch.shape)))
    assert choices
    seen: dict[str, list[tuple[torch.Tensor, ...]]] = {}
    model.eval()

    def keep(path: str) -> Callable[..., None]:
        def hook(_: nn.Module, __: Any, output: Any) -> None:
            seen.setdefault(path, []).append(tuple(tensor.clone() for tensor in tensors_in(output)))

        return hook

    handles = [module.register_forward_hook(keep(path)) for path, module in model.named_modules()]
    with torch.no_grad():
        model(batch)
    for handle in handles:
        handle.remove()
    model.train()
    for choice in choices[:: max(1, len(choices) // 12)]:
        outputs = layer_outputs(model, batch, choice.path, choice.use)
        expected = seen[choice.path][choice.use - 1]
        assert tuple(tuple(output.shape) for output in outputs) == choice.output_shapes
        assert len(outputs) == len(expected) > 0
        assert all(torch.equal(*pair) for pair in zip(outputs, expected, strict=True)), choice


def test_the_model_of_the_caller_is_as_before() -> None:
    model = presets.load("cnn").build()
    model.layer1.eval()
    calls: list[str] = []
    model.layer2.register_forward_hook(lambda *_: calls.append("hook of the caller"))
    state = {name: value.clone() for name, value in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    hooks = [len(module._forward_hooks) for module in model.modules()]
    random = torch.get_rng_state()
    layer_outputs(model, torch.randn(1, 1, 28, 28, generator=torch.Generator()), "layer2.0")
    assert [module.training for module in model.modules()] == modes
    assert [len(module._forward_hooks) for module in model.modules()] == hooks
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), random)
    assert calls == []
    assert all(parameter.requires_grad for parameter in model.parameters())


class Noisy(nn.Module):
    """It counts its calls in a buffer and draws random numbers, also in eval mode."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls.add_(1)
        return x + torch.rand(())


def test_buffers_and_random_numbers_of_the_caller_are_as_before() -> None:
    model = nn.Sequential(Noisy(), nn.Linear(2, 2))
    random = torch.get_rng_state()
    layer_outputs(model, torch.zeros(1, 2), "1")
    assert model[0].calls == 0
    assert torch.equal(torch.get_rng_state(), random)


class Refusing(nn.Module):
    def forward(self, _: torch.Tensor) -> torch.Tensor:
        raise AssertionError("nothing after the layer is run")


def test_the_pass_ends_with_the_layer() -> None:
    model = nn.Sequential(nn.Linear(4, 3), Refusing())
    batch = torch.randn(1, 4)
    assert torch.equal(layer_outputs(model, batch, "0")[0], model[0](batch))
    with pytest.raises(AssertionError, match="nothing after"):
        layer_outputs(model, batch, "1")


def test_a_layer_that_runs_again_has_several_outputs() -> None:
    linear = nn.Linear(4, 4)
    model = nn.Sequential(linear, nn.ReLU(), linear)
    batch = torch.randn(1, 4)
    assert torch.equal(layer_outputs(model, batch, "0", use=2)[0], model(batch))
    with pytest.raises(LookupError, match="only 2 times"):
        layer_outputs(model, batch, "0", use=3)


def test_what_is_not_there_or_does_not_run_is_told() -> None:
    class Unused(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used, self.unused = nn.Linear(2, 2), nn.Linear(2, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.used(x)

    with pytest.raises(LookupError, match="no layer 'head'"):
        layer_outputs(Unused(), torch.zeros(1, 2), "head")
    with pytest.raises(LookupError, match="runs not"):
        layer_outputs(Unused(), torch.zeros(1, 2), "unused")


def test_several_may_look_into_one_model_at_a_time() -> None:
    model = presets.load("lenet").build().eval()
    batches = [torch.randn(1, 1, 28, 28) for _ in range(4)]
    paths = ["conv.0", "conv.3", "fc.0", "fc.4"]
    expected = [layer_outputs(model, batch, path)[0] for batch, path in zip(batches, paths, strict=True)]
    wrong: list[str] = []

    def look(batch: torch.Tensor, path: str, output: torch.Tensor) -> None:
        for _ in range(30):
            if not torch.equal(layer_outputs(model, batch, path)[0], output):
                wrong.append(path)

    threads = [threading.Thread(target=look, args=each) for each in zip(batches, paths, expected, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
