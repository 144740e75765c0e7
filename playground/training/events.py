"""What happens during a training run, as plain values that go into the event log and come back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal, get_args

EndStatus = Literal["finished", "stopped", "failed"]


@dataclass(frozen=True)
class StartEvent:
    """The data is loaded and the model built; the first step comes next."""

    kind: ClassVar[str] = "start"
    network: str
    device: str
    device_name: str
    threads: int
    parameters: int
    training_images: int
    test_images: int
    steps_per_epoch: int
    epochs: int
    time: float


@dataclass(frozen=True)
class StepEvent:
    """The batch loss of one training step (mean cross-entropy of its images, in nats), read about 10 times a second."""

    kind: ClassVar[str] = "step"
    step: int
    epoch: int
    loss: float
    learning_rate: float
    images_per_second: float


@dataclass(frozen=True)
class EpochEvent:
    """One pass over the training images has ended and the network was evaluated.

    ``train_loss`` is the mean over the training images, each as its step found it, the other losses are those after
    the last step, all means over images in nats (in older logs, ``train_loss`` is a mean over steps);
    accuracies are fractions in [0, 1]; ``seconds`` is the time of the epoch with its evaluation,
    ``images_per_second`` the speed of its training steps alone, both without pauses.
    """

    kind: ClassVar[str] = "epoch"
    epoch: int
    step: int
    train_loss: float
    test_loss: float
    test_accuracy: float
    seconds: float
    images_per_second: float
    validation_loss: float | None = None
    validation_accuracy: float | None = None

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
    step: int
    seconds: float


Event = StartEvent | StepEvent | EpochEvent | EndEvent

_TYPES: dict[str, type[Any]] = {type_.kind: type_ for type_ in get_args(Event)}


def to_dict(event: Event) -> dict[str, Any]:
    """Return the event as JSON values, its kind under ``"event"``."""
    return {"event": event.kind, **asdict(event)}


def from_dict(values: dict[str, Any]) -> Event:
    """Return the event that `to_dict` described.

    Raises KeyError or TypeError when the values describe none.
    """
    fields = dict(values)
    event: Event = _TYPES[fields.pop("event")](**fields)
    return event
