"""Predicted and measured peaks of training steps on this processor, printed as JSON.

A command of its own, since torch takes the instruction set that a variable limits it to when it is imported.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from playground.inspection import budget, build_torchvision_model
from playground.inspection.training_cost.instruction_set import instruction_set
from playground.networks import presets
from tests.inspection.training_cost.real_steps import RealStep, peak_on_cpu

TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "autocast": torch.float32}
NO_AUTOCAST = "An LSTM in autocast needs AVX-512, which this processor does not have; choose fp32 or bf16."


@dataclass(frozen=True)
class Peak:
    """What was predicted and what was measured for one training step; neither where both refuse it."""

    case: str
    least: int = 0
    most: int = 0
    is_bounded: bool = True
    measured: int = 0
    refusal: str = ""


@dataclass(frozen=True)
class Step:
    """A training step: a model, the shape of a sample, and how it is trained."""

    model: Callable[[], nn.Module]
    sample: tuple[int, ...]
    batch: int
    optimizer: str = "sgd"
    precision: str = "fp32"


class LastState(nn.Module):
    """Classes from the last state of an LSTM."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(20, 64, 2, batch_first=True)
        self.fc = nn.Linear(64, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(self.lstm(x)[0][:, -1])


def resnet18() -> nn.Module:
    model = build_torchvision_model("resnet18").to_empty(device="cpu")
    for each in model.state_dict().values():
        each.zero_()
    return model


def _behind(first: nn.Module, layer: nn.Module) -> Callable[[], nn.Module]:
    """A network in which the layer's input needs a gradient."""
    return lambda: nn.Sequential(first, nn.ReLU(), layer, nn.ReLU(), nn.Flatten())


NETWORKS = {
    **{
        f"{name} {precision}": Step(
            lambda name=name: presets.load(name).build(), (1, 28, 28), 64, "momentum", precision
        )
        for name in ("lenet", "cnn")
        for precision in TYPES
    },
    "lenet of 16": Step(presets.load("lenet").build, (1, 28, 28), 16, "adam"),
    "resnet18": Step(resnet18, (3, 64, 64), 6),
    **{f"lstm {precision}": Step(LastState, (28, 20), 64, "adam", precision) for precision in TYPES},
}

LAYERS = {
    "pointwise": (_behind(nn.Conv2d(8, 32, 1), nn.Conv2d(32, 64, 1)), (8, 24, 24)),
    "pointwise, strided": (_behind(nn.Conv2d(8, 32, 1), nn.Conv2d(32, 64, 1, stride=2)), (8, 24, 24)),
    "strided": (_behind(nn.Conv2d(3, 32, 3), nn.Conv2d(32, 64, 3, stride=2, padding=1)), (3, 26, 26)),
    "dilated": (_behind(nn.Conv2d(3, 32, 1), nn.Conv2d(32, 32, 3, dilation=2)), (3, 24, 24)),
    "in groups": (_behind(nn.Conv2d(3, 32, 1), nn.Conv2d(32, 64, 3, groups=4)), (3, 24, 24)),
    "depthwise": (_behind(nn.Conv2d(3, 32, 1), nn.Conv2d(32, 32, 5, groups=32)), (3, 24, 24)),
    "larger than its image": (_behind(nn.Conv2d(3, 64, 1), nn.Conv2d(64, 64, 5, padding=2)), (3, 4, 4)),
    "odd channels": (_behind(nn.Conv2d(2, 21, 3), nn.Conv2d(21, 33, 3)), (2, 24, 24)),
    "patches": (lambda: nn.Sequential(nn.Conv2d(3, 96, 16, stride=16), nn.Flatten()), (3, 96, 96)),
    "1d": (_behind(nn.Conv1d(4, 24, 5), nn.Conv1d(24, 48, 5)), (4, 200)),
    "3d": (_behind(nn.Conv3d(2, 16, 3), nn.Conv3d(16, 16, 3)), (2, 10, 14, 14)),
    "transposed": (_behind(nn.Conv2d(3, 32, 1), nn.ConvTranspose2d(32, 16, 2, stride=2)), (3, 16, 16)),
}
CONVOLUTIONS = {
    f"{name} {precision}": Step(model, sample, 8, precision=precision)
    for name, (model, sample) in LAYERS.items()
    for precision in ("fp32", "bf16")
}


def measure(name: str, step: Step) -> Peak:
    """Works out the peak of a step and measures it."""
    model = step.model().to(TYPES[step.precision])
    batch = torch.zeros(step.batch, *step.sample, dtype=TYPES[step.precision])
    options = {"optimizer": step.optimizer, "precision": step.precision, "device": "cpu"}
    try:
        predicted = budget(model, (1, *step.sample), batch_size=step.batch, **options)
    except ValueError as error:
        return Peak(name, refusal=f"{error}, {_refusal(model, batch, step)}")
    measured = peak_on_cpu(RealStep(model, batch, step.optimizer, step.precision))
    return Peak(name, predicted.least_peak, predicted.peak, predicted.is_bounded, measured)


def _refusal(model: nn.Module, batch: torch.Tensor, step: Step) -> str:
    try:
        RealStep(model, batch, step.optimizer, step.precision)
    except RuntimeError as error:
        return str(error)
    return ""


def main() -> None:
    """Print the instruction set and all peaks."""
    torch.set_num_threads(1)
    peaks = [dataclasses.asdict(measure(name, step)) for name, step in {**NETWORKS, **CONVOLUTIONS}.items()]
    kind = instruction_set()
    print(json.dumps({"kind": kind and kind.value, "peaks": peaks}))


if __name__ == "__main__":
    main()
