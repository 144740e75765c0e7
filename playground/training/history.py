"""The curve of a run so far, as columns that charts take; it grows with the event log."""

from __future__ import annotations

import threading
from pathlib import Path

from playground.training.event_log import EventLogReader
from playground.training.events import EndEvent, EpochEvent, StartEvent, StepEvent


class RunHistory:
    """What a run's log has said so far; several pages may share one, each `update` reads only what is new."""

    def __init__(self, folder: Path) -> None:
        self._reader = EventLogReader(folder)
        self._lock = threading.Lock()
        self.start: StartEvent | None = None
        self.end: EndEvent | None = None
        self.last_step: StepEvent | None = None
        self.steps: list[int] = []
        self.losses: list[float] = []
        self.epochs: list[EpochEvent] = []

    def update(self) -> RunHistory:
        """Read what is new in the log."""
        with self._lock:
            for event in self._reader.read():
                if isinstance(event, StepEvent):
                    self.last_step = event
                    self.steps.append(event.step)
                    self.losses.append(event.loss)
                elif isinstance(event, EpochEvent):
                    self.epochs.append(event)
                elif isinstance(event, StartEvent):
                    self.start = event
                else:
                    self.end = event
        return self

    @property
    def best(self) -> EpochEvent | None:
        """The epoch with the highest accuracy, the first of equals."""
        return max(self.epochs, key=lambda epoch: epoch.selection_accuracy, default=None)

    @property
    def total_steps(self) -> int | None:
        """The steps of the whole run, or None before it has started."""
        return self.start.steps_per_epoch * self.start.epochs if self.start else None

    @property
    def progress(self) -> float:
        """The fraction of the steps that are done."""
        if not self.last_step or not self.total_steps:
            return 0.0
        return min(1.0, self.last_step.step / self.total_steps)

    @property
    def seconds_left(self) -> float | None:
        """An estimate from the latest speed and the evaluations so far, or None before there is one."""
        if not (self.start and self.last_step and self.total_steps):
            return None
        images_per_epoch = self.start.training_images
        images_left = (self.total_steps - self.last_step.step) / self.start.steps_per_epoch * images_per_epoch
        training = images_left / max(self.last_step.images_per_second, 1.0)
        return training + (self.start.epochs - len(self.epochs)) * self._evaluation_seconds()

    def _evaluation_seconds(self) -> float:
        if not self.epochs or not self.start:
            return 0.0
        last = self.epochs[-1]
        return max(0.0, last.seconds - self.start.training_images / last.images_per_second)
