"""One training run as its folder shows it: its settings, what happened, how it stands, and its buttons."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playground.training.config import TrainConfig
from playground.training.errors import DamagedRunError, RunDeletedError, StoreError
from playground.training.event_log import EventLogReader
from playground.training.events import Event
from playground.training.files import PRIVATE_FILE
from playground.training.history import RunHistory, history_of
from playground.training.run_files import (
    EVENT_LOG_NAME,
    PAUSE_NAME,
    STOP_NAME,
    check_kinds,
    exists,
    file_version,
    read_config,
    read_process,
    read_worker_log,
)

RunStatus = Literal[
    "queued", "starting", "running", "paused", "finished", "stopped", "failed", "interrupted", "damaged", "deleted"
]
ACTIVE: frozenset[RunStatus] = frozenset({"queued", "starting", "running", "paused"})


@dataclass(frozen=True)
class Run:
    """A training run, by its folder; every property asks the folder anew."""

    folder: Path

    @property
    def id(self) -> str:
        """The run's name in its store."""
        return self.folder.name

    @property
    def config(self) -> TrainConfig:
        """The settings. Raises RunDeletedError when the run is gone, DamagedRunError when they cannot be read."""
        return read_config(self.folder)

    @property
    def device(self) -> str | None:
        """The device that the run wants or has; None when its settings cannot be read."""
        try:
            return self.config.device
        except StoreError:
            return None

    @property
    def history(self) -> RunHistory:
        """The curve up to now, as far as its log can be read."""
        return history_of(self.folder)

    @property
    def worker_log(self) -> str:
        """The last part of what the worker printed. Raises DamagedRunError when it cannot be read."""
        return read_worker_log(self.folder)

    @property
    def status(self) -> RunStatus:
        """How the run stands; "interrupted" when its process is gone and it never said that it ended."""
        try:
            status = self._sound_status()
        except StoreError:
            status = "damaged"
        # It may have been deleted between two files.
        return status if exists(self.folder) else "deleted"

    @property
    def damage(self) -> str | None:
        """Why the run is damaged, in a sentence; None where it is not."""
        try:
            self._sound_status()
        except DamagedRunError as error:
            return str(error)
        except RunDeletedError:
            pass
        return None

    @property
    def active(self) -> bool:
        """Whether the run waits for its device or works."""
        # Where the process is gone, the log need not be read to tell.
        return not self.abandoned and self.status in ACTIVE

    @property
    def abandoned(self) -> bool:
        """Whether the process that worked on the run is gone, whether or not the run came to its end."""
        try:
            process = read_process(self.folder)
        except DamagedRunError:
            return False
        return process is not None and not process.alive

    @property
    def stop_requested(self) -> bool:
        """Whether somebody has asked the run to end. Raises DamagedRunError."""
        return file_version(self.folder, STOP_NAME) is not None

    def events(self) -> list[Event]:
        """Return all that has happened so far. Raises DamagedRunError when a line of the log is no event."""
        return EventLogReader(self.folder).read()

    def pause(self) -> None:
        """Ask the worker to wait after the present step."""
        self._touch(PAUSE_NAME)

    def resume(self) -> None:
        """Let a paused worker go on."""
        with self._reached():
            (self.folder / PAUSE_NAME).unlink(missing_ok=True)

    def stop(self) -> None:
        """Ask the run to end after the present step; one that is still queued ends when its turn comes up."""
        self._touch(STOP_NAME)

    def wait(self, timeout: float | None = None) -> RunStatus:
        """Wait until the run has ended, at most ``timeout`` seconds, and return how it stands."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (status := self.status) in ACTIVE and (deadline is None or time.monotonic() < deadline):
            time.sleep(0.05)
        return status

    def _sound_status(self) -> RunStatus:
        """How the run stands. Raises DamagedRunError where a file cannot be read, RunDeletedError where none is."""
        read_config(self.folder)
        check_kinds(self.folder)
        process = read_process(self.folder)
        alive = process is not None and process.alive
        # The end is looked for after the process, which writes it and then goes.
        history = self.history
        if history.damage:
            raise DamagedRunError(history.damage)
        if history.end:
            return history.end.status
        if process is None:
            return "queued"
        if not alive:
            return "interrupted"
        if file_version(self.folder, PAUSE_NAME):
            return "paused"
        return "running" if file_version(self.folder, EVENT_LOG_NAME) else "starting"

    def _touch(self, name: str) -> None:
        with self._reached():
            (self.folder / name).touch(mode=PRIVATE_FILE)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise RunDeletedError(f"The run {self.id} was deleted.") from error
        except OSError as error:
            raise StoreError(f"The run {self.id} cannot be reached: {error.strerror}.") from error
