"""What happens during a training run, as plain values."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

EndStatus = Literal["finished", "stopped", "failed"]


@dataclass(frozen=True)
class Within:
    """The range of a number in an event, both ends included; so no number is NaN or infinite."""

    low: float
    high: float


_LARGEST = sys.float_info.max

Count = Annotated[int, Within(0, 2**53)]
Number = Annotated[float, Within(-_LARGEST, _LARGEST)]
Amount = Annotated[float, Within(0, _LARGEST)]
Fraction = Annotated[float, Within(0, 1)]


@dataclass(frozen=True)
class StartEvent:
    """The data is loaded and the model built; the first step comes next."""

    kind: ClassVar[str] = "start"
    network: str
    device: str
    device_name: str
    threads: Count
    parameters: Count
    training_images: Count
    test_images: Count
    steps_per_epoch: Count
    epochs: Count
    time: Number


@dataclass(frozen=True)
class StepEvent:
    """The batch loss of one training step (mean cross-entropy of its images, in nats), read about 10 times a second."""

    kind: ClassVar[str] = "step"
    step: Count
    epoch: Count
    loss: Number
    learning_rate: Number
    images_per_second: Amount


@dataclass(frozen=True)
class EpochEvent:
    """One pass over the training images has ended and the network was evaluated.

    ``train_loss`` is the mean over the training images, each as its step found it, the other losses are those after
    the last step, all means over images in nats (in older logs, ``train_loss`` is a mean over steps);
    accuracies are fractions in [0, 1]; ``seconds`` is the time of the epoch with its evaluation,
    ``images_per_second`` the speed of its training steps alone, both without pauses.
    """

    kind: ClassVar[str] = "epoch"
    epoch: Count
    step: Count
    train_loss: Number
    test_loss: Number
    test_accuracy: Fraction
    seconds: Amount
    images_per_second: Amount
    validation_loss: Number | None = None
    validation_accuracy: Fraction | None = None

    @property
    def selection_accuracy(self) -> float:
        """The accuracy by which the best epoch is chosen: on the validation images if there are any."""
        return self.test_accuracy if self.validation_accuracy is None else self.validation_accuracy

    @property
    def selection_images(self) -> Literal["test", "validation"]:
        """On which images `selection_accuracy` was measured."""
        return "test" if self.validation_accuracy is None else "validation"


@dataclass(frozen=True)
class EndEvent:
    """The run is over; ``message`` says why when it did not simply finish, ``seconds`` is its wall time."""

    kind: ClassVar[str] = "end"
    status: EndStatus
    message: str
    step: Count
    seconds: Amount


Event = StartEvent | StepEvent | EpochEvent | EndEvent
