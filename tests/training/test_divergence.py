"""A loss that is no finite number is blamed on what is to blame: real small networks of each kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
import torch

from playground.data import BatchAugmentation
from playground.networks import NetworkSpec
from playground.training import DivergedError, Hook, TrainConfig, TrainState, train
from tests.training.conftest import network, small

LARGE_STEPS = "the steps are too large. Try a learning rate ten times smaller, or the one-cycle schedule"
NO_STEP = "no step is to blame"
LINEAR = network(
    ("Flatten", {}),
    ("Linear", {"in_features": 784, "out_features": 50}),
    ("Linear", {"in_features": 50, "out_features": 10}),
)


def code(forward: str) -> NetworkSpec:
    """A network with a linear layer and this forward."""
    lines = "\n        ".join(forward.strip().split("\n"))
    spec = NetworkSpec.from_code(
        f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 32)
        self.softmax = nn.Softmax(dim=1)
        self.fc = nn.Linear(32, 10)

    def forward(self, images):
        {lines}
"""
    )
    return replace(spec, input_shape=(1, 28, 28))


@dataclass(frozen=True)
class Spoil(BatchAugmentation):
    """Puts a value into one pixel of an image, such as a faulty augmentation does."""

    value: float = float("nan")

    label: ClassVar[str] = "Spoil"
    explanation: ClassVar[str] = "Spoils an image."

    @staticmethod
    def function() -> Callable[..., torch.Tensor]:
        return spoil


def spoil(images: torch.Tensor, _generator: torch.Generator, value: float) -> torch.Tensor:
    images = images.float()
    images[-1, 0, 5, 5] = value
    return images


def message(config: TrainConfig) -> str:
    with pytest.raises(DivergedError) as caught:
        list(train(config))
    return str(caught.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_images_that_are_no_numbers_are_to_blame(value: float) -> None:
    said = message(small(augmentation=(Spoil(value),)))
    assert said.startswith(
        "The loss became NaN (not a number) at step 1; the images of that step hold values that are "
    )
    assert "Leave out the pipeline and the augmentations" in said
    assert "learning rate" not in said


GIVES_IT_ITSELF = {
    "log of zeros": (
        "x = torch.relu(self.hidden(images.flatten(1))).log()\nreturn self.fc(x)",
        "log in the forward of Net",
        "x.clamp(min=1e-6)",
    ),
    "root of negative numbers": (
        "x = self.hidden(images.flatten(1)).sqrt()\nreturn self.fc(x)",
        "sqrt in the forward of Net",
        "above 0",
    ),
    "0 / 0": (
        "x = torch.relu(self.hidden(images.flatten(1)))\nx = x / x\nreturn self.fc(x)",
        "division in the forward of Net",
        "divisor",
    ),
    "overflow of exp": (
        "x = (self.hidden(images.flatten(1)) * 1000).exp()\nreturn self.fc(x)",
        "exp in the forward of Net",
        "small",
    ),
    "overflow of a layer": ("x = self.fc(self.hidden(images.flatten(1)) * 3e38)\nreturn x", "", "large"),
    "softmax of infinity": (
        "x = self.softmax(torch.relu(self.hidden(images.flatten(1))).log() * 0)\nreturn self.fc(x)",
        "log in the forward of Net",
        "above 0",
    ),
    "what is not finite, but comes to nothing": (
        "x = self.hidden(images.flatten(1))\nx = torch.exp(-(x * 1000).exp())\ny = x - x\nreturn self.fc(y / y)",
        "division in the forward of Net",
        "divisor",
    ),
}


@pytest.mark.parametrize("name", GIVES_IT_ITSELF)
def test_a_network_that_gives_it_by_itself_is_to_blame_and_the_place_is_named(name: str) -> None:
    forward, where, remedy = GIVES_IT_ITSELF[name]
    said = message(small(network=code(forward)))
    assert " at step 1; no step is to blame: " in said, said
    assert where in said, said
    assert remedy in said, said
    assert "learning rate" not in said


def test_scores_whose_loss_overflows_are_to_blame() -> None:
    said = message(small(network=code("x = self.fc(self.hidden(images.flatten(1)))\nreturn x * 1e38")))
    assert "at step 1; no step is to blame: the network's scores are too large" in said


# Where a ReLU follows in the backward pass, it takes the infinite derivative at 0 out again.
ONLY_THE_GRADIENT = {
    "root of zeros": (
        "x = (self.hidden(images.flatten(1)) * 0).sqrt()\nreturn self.fc(x)",
        "sqrt in the forward of Net",
    ),
    "power of zeros": (
        "x = (self.hidden(images.flatten(1)) * 0) ** 0.5\nreturn self.fc(x)",
        "pow in the forward of Net",
    ),
    "root that comes to nothing, and one that does not": (
        "x = self.hidden(images.flatten(1))\nx = (x * 0) ** 0.5 + x\nx = torch.relu(x).sqrt()\nreturn self.fc(x)",
        "pow in the forward of Net",
    ),
}


@pytest.mark.parametrize("epochs_and_batch", [(2, 100), (1, 600)], ids=["found in a step", "found in the evaluation"])
@pytest.mark.parametrize("name", ONLY_THE_GRADIENT)
def test_a_gradient_is_to_blame_where_the_loss_is_finite(name: str, epochs_and_batch: tuple[int, int]) -> None:
    forward, where = ONLY_THE_GRADIENT[name]
    epochs, batch_size = epochs_and_batch
    said = message(small(network=code(forward), epochs=epochs, batch_size=batch_size))
    assert "no step is to blame: with the starting weights, the loss is finite but its gradient is not. " in said, said
    assert f"The derivative of {where} is not finite; keep" in said, said
    assert "learning rate" not in said


def test_steps_that_are_too_large_are_to_blame_where_the_starting_weights_are_not() -> None:
    said = message(small(network=LINEAR, optimizer="sgd", learning_rate=100, schedule="constant", epochs=20))
    assert LARGE_STEPS in said
    assert NO_STEP not in said
    assert "Where that does not help" not in said


def test_what_may_have_no_derivative_is_named_beside_too_large_steps() -> None:
    spec = code("x = self.hidden(images.flatten(1))\nx = (x * x + 1).sqrt()\nreturn self.fc(x)")
    said = message(small(network=spec, optimizer="sgd", learning_rate=100, schedule="constant", epochs=50))
    assert LARGE_STEPS in said
    assert "Where that does not help, keep its input above 0" in said
    assert "sqrt in the forward of Net" in said


class SpoilAtTheStart(Hook):
    """Spoils a weight, which neither the seed nor the settings tell."""

    def on_train_start(self, state: TrainState) -> None:
        with torch.no_grad():
            next(state.model.parameters()).fill_(float("nan"))


def test_steps_are_never_to_blame_before_there_was_one() -> None:
    with pytest.raises(
        DivergedError, match=r"at step 1; no step was taken yet, so the network gives it by itself\. Look"
    ):
        list(train(small(), [SpoilAtTheStart()]))


def test_a_division_by_a_number_is_under_no_suspicion() -> None:
    spec = code("x = self.hidden(images.flatten(1)) / 2\nreturn self.fc(x ** 2)")
    said = message(small(network=spec, optimizer="sgd", learning_rate=100, schedule="constant", epochs=50))
    assert said.endswith("which starts small.")


def test_a_network_that_gives_it_only_in_evaluation_is_to_blame() -> None:
    """In training mode, dropout with p = 1 hides what the logarithm gives."""
    spec = code("""
x = torch.relu(self.hidden(images.flatten(1)))
y = F.dropout(x, p=1.0, training=self.training)
return self.fc(x) + (y * 0 - y).sqrt().sum(1, keepdim=True)""")
    said = message(small(network=spec, epochs=1, batch_size=600))
    assert said.startswith("The loss on the test images became NaN (not a number) at step 1; no step is to blame: ")
    assert "sqrt in the forward of Net" in said
