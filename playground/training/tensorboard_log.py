"""The run's events as TensorBoard event files, for ``tensorboard --logdir runs``."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from playground.training.events import EpochEvent, Event, StepEvent


class TensorBoardLog:
    """Writes scalars by step; they reach the disk within a second."""

    def __init__(self, folder: Path) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder), flush_secs=1)

    def append(self, event: Event) -> None:
        """Write the scalars of a step or an epoch; other events have none."""
        if isinstance(event, StepEvent | EpochEvent):
            for tag, value in _scalars(event).items():
                self._writer.add_scalar(tag, value, event.step)

    def close(self) -> None:
        """Write what is left and close the file."""
        self._writer.close()

    def __enter__(self) -> TensorBoardLog:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def _scalars(event: StepEvent | EpochEvent) -> dict[str, float]:
    if isinstance(event, StepEvent):
        return {
            "loss/batch": event.loss,
            "learning_rate": event.learning_rate,
            "images_per_second": event.images_per_second,
        }
    scalars = {
        "loss/training": event.train_loss,
        "loss/test": event.test_loss,
        "accuracy/test": event.test_accuracy,
        "loss/validation": event.validation_loss,
        "accuracy/validation": event.validation_accuracy,
    }
    return {tag: value for tag, value in scalars.items() if value is not None}
