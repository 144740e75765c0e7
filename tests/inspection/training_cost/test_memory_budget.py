from __future__ import annotations

import resource
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torchvision
from torch import nn

from playground.inspection import Budget, StoppedError, budget, build_torchvision_model, summarize
from playground.inspection.meta_copy import build_on_meta
from playground.inspection.training_cost.optimizer_memory import OPTIMIZERS
from playground.networks import Layer, NetworkSpec, presets
from tests.inspection.layer_table.test_summary import assert_left_alone, state_of
from tests.inspection.training_cost.real_steps import (
    RealStep,
    assert_predicted,
    peak_on_cpu,
    peak_on_cuda,
    saved_bytes,
)

SMALL = ["lenet", "cnn", "cnn_25_50"]
TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "autocast": torch.float32}


def real_model(name: str) -> nn.Module:
    if name in SMALL:
        return presets.load(name).build()
    model = build_torchvision_model(name).to_empty(device="cpu")
    for each in model.state_dict().values():
        each.zero_()
    return model


def image_shape(name: str, side: int = 64) -> tuple[int, ...]:
    return (1, 28, 28) if name in SMALL else (3, side, side)


@pytest.mark.parametrize(
    ("name", "batch", "precision"),
    [
        *((name, batch, precision) for name in SMALL for batch in (16, 100) for precision in ("fp32", "bf16")),
        *((name, batch, "fp32") for name in ("resnet18", "resnet50") for batch in (2, 5)),
        ("resnet18", 2, "bf16"),
    ],
)
def test_what_autograd_saves_is_known_to_the_byte(name: str, batch: int, precision: str) -> None:
    model = real_model(name).to(TYPES[precision])
    shape = image_shape(name)
    predicted = budget(model, (1, *shape), batch_size=batch, precision=precision, device="cpu")
    images = torch.zeros(batch, *shape, dtype=TYPES[precision])
    assert predicted.saved_activations == saved_bytes(model, images)
    assert predicted.input == images.nbytes


def test_what_resnet_50_saves_of_images_of_full_size_is_known_to_the_byte() -> None:
    model = real_model("resnet50")
    predicted = budget(model, (1, 3, 224, 224), batch_size=2, device="cpu")
    assert predicted.saved_activations == saved_bytes(model, torch.zeros(2, 3, 224, 224))
    assert predicted.weight_casts == 0


@pytest.mark.parametrize("name", [*SMALL, "resnet18"])
def test_autocast_saves_smaller_activations_and_copies_of_the_weights(name: str) -> None:
    model, shape = real_model(name), image_shape(name)
    predicted = budget(model, (1, *shape), batch_size=8, precision="autocast", device="cpu")
    saved = saved_bytes(model, torch.zeros(8, *shape), autocast=True)
    assert predicted.saved_activations + predicted.weight_casts == saved
    multiplied = (module for module in model.modules() if isinstance(module, nn.Conv2d | nn.Linear))
    assert predicted.weight_casts == sum(2 * module.weight.numel() for module in multiplied)


@pytest.mark.parametrize("precision", TYPES)
@pytest.mark.parametrize(
    "norm",
    [
        *(
            lambda: nn.BatchNorm2d(8),
            lambda: nn.BatchNorm2d(8, affine=False),
            lambda: nn.InstanceNorm2d(8, affine=True),
        ),
        *(lambda: nn.GroupNorm(2, 8), lambda: nn.GroupNorm(2, 8, affine=False)),
        *(lambda: nn.LayerNorm(8), lambda: nn.LayerNorm(8, elementwise_affine=False)),
    ],
)
def test_what_a_normalization_saves_is_known_to_the_byte(norm: Callable[[], nn.Module], precision: str) -> None:
    layers = (nn.Conv2d(3, 8, 3, bias=False), norm(), nn.Flatten(), nn.Linear(8 * 8 * 8, 3, bias=False))
    model = nn.Sequential(*layers).to(TYPES[precision])
    predicted = budget(model, (1, 3, 10, 10), batch_size=4, precision=precision, device="cpu")
    saved = saved_bytes(model, torch.zeros(4, 3, 10, 10, dtype=TYPES[precision]), autocast=precision == "autocast")
    assert predicted.saved_activations + predicted.weight_casts == saved


@pytest.mark.parametrize(
    ("name", "batch", "optimizer", "precision"),
    [
        *((name, batch, "adam", "fp32") for name in SMALL for batch in (16, 100)),
        *((name, 64, "momentum", precision) for name in SMALL for precision in ("bf16", "autocast")),
        *(("resnet18", batch, "sgd", "fp32") for batch in (2, 6)),
        *(("resnet50", batch, "adam", "fp32") for batch in (2, 4)),
    ],
)
def test_the_peak_of_a_real_step_is_predicted(name: str, batch: int, optimizer: str, precision: str) -> None:
    model, shape = real_model(name).to(TYPES[precision]), image_shape(name)
    predicted = budget(model, (1, *shape), batch_size=batch, optimizer=optimizer, precision=precision, device="cpu")
    images = torch.zeros(batch, *shape, dtype=TYPES[precision])
    assert_predicted(predicted, peak_on_cpu(RealStep(model, images, optimizer, precision)))


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@pytest.mark.parametrize("precision", ["fp32", "autocast"])
@pytest.mark.parametrize(
    ("name", "batch"),
    [
        *((name, batch) for name in SMALL for batch in (2048, 8192)),
        *((name, b) for name in ("resnet18", "resnet50") for b in (32, 128)),
    ],
)
def test_the_peak_on_a_gpu_is_predicted(name: str, batch: int, precision: str) -> None:
    model, shape = real_model(name).cuda(), image_shape(name, 224)
    predicted = budget(model, (1, *shape), batch_size=batch, precision=precision)
    assert predicted.device == "cuda"
    measured = peak_on_cuda(RealStep(model, torch.zeros(batch, *shape, device="cuda"), "adam", precision))
    assert predicted.peak == pytest.approx(measured, rel=0.1)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_optimizer_keeps_and_takes_what_is_said(name: str) -> None:
    """Almost all of this network are the weights of one layer, so that the step of the optimizer is the peak."""
    model = nn.Sequential(nn.Linear(64, 1000, bias=False), nn.Linear(1000, 2, bias=False))
    batch = torch.zeros(2, 64)
    predicted = budget(model, (1, 64), batch_size=2, optimizer=name, device="cpu")
    step = RealStep(model, batch, name, "fp32")
    weights = sum(each.nbytes for each in model.parameters())
    states = sum(each.nbytes for each in step.state() if each.dim())
    assert predicted.optimizer_state == states
    assert predicted.gradients == predicted.parameters == weights
    assert predicted.peak == pytest.approx(peak_on_cpu(step), rel=0.02)
    assert predicted.peak_phase == ("step" if OPTIMIZERS[name].temporaries else "backward")


@pytest.mark.parametrize("spelled", ["SGD with momentum", "sgd_momentum", "Momentum", "SGD+momentum"])
def test_an_optimizer_may_be_spelled_as_people_spell_it(spelled: str) -> None:
    assert budget(presets.load("mlp"), (1, 1, 28, 28), batch_size=2, optimizer=spelled).optimizer == "momentum"


def test_the_parts_add_up() -> None:
    predicted = budget(presets.load("lenet"), (1, 1, 28, 28), batch_size=8, optimizer="AdamW", device="cpu")
    assert predicted.parameters == predicted.gradients == 44_426 * 4
    assert predicted.optimizer_state == 2 * predicted.parameters
    assert predicted.total == sum(predicted.parts.values())
    fields = {name for name, value in vars(predicted).items() if isinstance(value, int)}
    assert set(predicted.parts) == fields - {"batch_size", "least_peak", "peak", "is_bounded"}


def test_what_is_frozen_has_no_gradient_and_no_state() -> None:
    model = presets.load("mlp").build()
    model.get_submodule("fc1").requires_grad_(False)
    predicted = budget(model, (1, 1, 28, 28), batch_size=4, optimizer="adam", device="cpu")
    assert predicted.gradients == 4 * (500 * 10 + 10)
    assert predicted.optimizer_state == 2 * predicted.gradients
    assert predicted.parameters == 4 * 397_510


def test_the_model_and_the_random_numbers_are_left_alone() -> None:
    model = presets.load("cnn").build().eval()
    model.insert = nn.Dropout(0.5)
    calls: list[object] = []
    model.get_submodule("layer2").register_forward_hook(lambda *_: calls.append(1))
    before, randomness = state_of(model), torch.get_rng_state()
    for precision in TYPES:
        budget(model, (1, 1, 28, 28), batch_size=4, precision=precision)
    assert_left_alone(model, before, randomness)
    assert calls == []
    assert all(each.grad is None for each in model.parameters())


def test_no_weights_are_allocated() -> None:
    layers = tuple(Layer(f"fc{index}", "Linear", {"in_features": 2**15, "out_features": 2**15}) for index in range(2))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    predicted = budget(NetworkSpec("Wide", layers, (2**15,)), (1, 2**15), batch_size=2**20, device="cpu")
    assert predicted.parameters > 2**33
    assert predicted.saved_activations == 2**20 * 2**15 * 4
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2**18


class _Decides(nn.Module):
    """Looks at values, gives a dictionary, and shares a weight."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.second = nn.Linear(4, 4)
        self.second.weight = self.first.weight

    def forward(self, x: torch.Tensor) -> dict[str, Any]:
        x = self.first(x).relu()
        return {"out": self.second(x) if x.sum() < 1e9 else x, "size": len(x)}


def test_a_module_that_looks_at_values_is_run_on_a_copy() -> None:
    model = _Decides()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    predicted = budget(model, (1, 4), batch_size=3, device="cpu")
    assert predicted.saved_activations == 3 * 4 * 4
    assert predicted.parameters == predicted.gradients == 4 * (16 + 4 + 4)
    assert all(torch.equal(value, model.state_dict()[name]) for name, value in before.items())


@pytest.mark.parametrize(
    ("model", "shape", "saved"),
    [
        (nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 3)), (1, 5), 2 * 5 * 4 * 4),
        (nn.Sequential(nn.LazyLinear(6), nn.ReLU(), nn.LazyLinear(3)), (1, 5), 2 * 6 * 4),
        (nn.Sequential(nn.Linear(5, 6, bias=False), nn.Identity()), (1, 5), 0),
    ],
    ids=["words", "lazy", "linear"],
)
def test_other_inputs_and_modules(model: nn.Module, shape: tuple[int, ...], saved: int) -> None:
    assert budget(model, shape, batch_size=2, device="cpu").saved_activations == saved


def test_several_outputs_have_several_losses() -> None:
    """GoogLeNet gives a tuple of three in training."""
    model = build_on_meta(lambda: torchvision.models.googlenet(init_weights=False))
    predicted = budget(model, (1, 3, 224, 224), batch_size=2, device="cpu")
    assert predicted.peak > predicted.parameters + predicted.optimizer_state + predicted.saved_activations / 2
    assert predicted.parameters == summarize(model, (1, 3, 224, 224), mode="train").parameter_bytes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"optimizer": "lion"}, "choose sgd, momentum"),
        ({"precision": "fp8"}, "choose fp32, bf16 or autocast"),
        ({"batch_size": 0}, "at least 1 sample"),
        ({"device": "tpu"}, "choose auto, cpu or cuda"),
        ({"input_shape": ()}, "needs a batch dimension"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        predict(**arguments)


def predict(input_shape: tuple[int, ...] = (1, 1, 28, 28), batch_size: int = 2, **arguments: Any) -> Budget:
    return budget(presets.load("lenet"), input_shape, batch_size=batch_size, **arguments)


def test_a_batch_that_does_not_get_through_says_where() -> None:
    with pytest.raises(StoppedError, match=r"LeNet stops at conv\.0"):
        predict((1, 3, 28, 28))
    with pytest.raises(StoppedError, match=r"At 0: .* to have 3 channels, but got 1"):
        budget(nn.Sequential(nn.Conv2d(3, 4, 3)), (1, 1, 8, 8), batch_size=2)
    with pytest.raises(StoppedError, match="more than 1 value per channel"):
        budget(nn.Sequential(nn.BatchNorm1d(4)), (1, 4), batch_size=1)
    with pytest.raises(ValueError, match="no tensor of floating-point numbers"):
        budget(_Counts(), (1, 4), batch_size=1)


class _Counts(nn.Module):
    def forward(self, x: torch.Tensor) -> int:
        return len(x)
