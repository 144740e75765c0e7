"""The curve of a run so far, as columns that charts take; it grows with the event log."""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from playground.training.errors import DamagedRunError
from playground.training.event_log import EventLogReader
from playground.training.events import EndEvent, EpochEvent, Event, StartEvent, StepEvent
from playground.training.run_files import EVENT_LOG_NAME, FileVersion, file_version


@dataclass(frozen=True)
class RunHistory:
    """What a run's log had said when it was read; `damage` says why the rest of it cannot be read.

    ``steps`` and ``losses`` are columns of equal length.
    """

    start: StartEvent | None = None
    end: EndEvent | None = None
    last_step: StepEvent | None = None
    steps: tuple[int, ...] = ()
    losses: tuple[float, ...] = ()
    epochs: tuple[EpochEvent, ...] = ()
    damage: str | None = None

    def followed_by(self, events: Sequence[Event]) -> RunHistory:
        """Return the history after these events, too."""
        if not events:
            return self
        steps = [event for event in events if isinstance(event, StepEvent)]
        return replace(
            self,
            start=next((event for event in events if isinstance(event, StartEvent)), self.start),
            end=next((event for event in events[-1:] if isinstance(event, EndEvent)), None),
            last_step=steps[-1] if steps else self.last_step,
            steps=self.steps + tuple(event.step for event in steps),
            losses=self.losses + tuple(event.loss for event in steps),
            epochs=self.epochs + tuple(event for event in events if isinstance(event, EpochEvent)),
        )

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
        return max(0.0, last.seconds - self.start.training_images / max(last.images_per_second, 1.0))


class HistoryReader:
    """Reads the history of one run again and again; threads may share it, each `read` reads only what is new."""

    _log: EventLogReader
    _version: FileVersion | None
    _history: RunHistory

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._begin()

    def read(self) -> RunHistory:
        """Return the history up to now."""
        with self._lock:
            try:
                self._read_on()
            except DamagedRunError as error:
                self._history = replace(self._history, damage=str(error))
            return self._history

    def _begin(self) -> None:
        self._log = EventLogReader(self._folder)
        self._version = None
        self._history = RunHistory()

    def _read_on(self) -> None:
        try:
            version = file_version(self._folder, EVENT_LOG_NAME)
        except DamagedRunError:
            self._begin()
            raise
        if version == self._version:
            return
        if not self._goes_on(version):
            self._begin()
        self._version = version
        events: list[Event] = []
        try:
            for event in self._log.new_events():
                events.append(event)
        finally:
            self._history = self._history.followed_by(events)

    def _goes_on(self, version: FileVersion | None) -> bool:
        """Whether that is what was read, and more: neither another log nor one that somebody has mended."""
        if self._version is None or version is None or self._history.end or self._history.damage:
            return False
        return self._version.may_have_become(version)


def history_of(folder: Path) -> RunHistory:
    """The history of a run up to now; what this process has read before is not read again."""
    return _reader(folder).read()


@functools.lru_cache(maxsize=200)
def _reader(folder: Path) -> HistoryReader:
    return HistoryReader(folder)
