"""One training run as its folder shows it: its settings, what happened, how it stands, and its buttons."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playground.training.config import TrainConfig
from playground.training.errors import RunDeletedError, StoreError
from playground.training.event_log import EVENT_LOG_NAME, EventLogReader, read_end
from playground.training.events import Event
from playground.training.process_identity import ProcessIdentity

RunStatus = Literal[
    "queued", "starting", "running", "paused", "finished", "stopped", "failed", "interrupted", "deleted"
]
ACTIVE: frozenset[RunStatus] = frozenset({"queued", "starting", "running", "paused"})

CONFIG_NAME = "config.json"
PROCESS_NAME = "process.json"
WORKER_LOG_NAME = "worker.log"
PAUSE_NAME = "pause"
STOP_NAME = "stop"


@dataclass(frozen=True)
class Run:
    """A training run, by its folder; every property reads the folder anew."""

    folder: Path

    @property
    def id(self) -> str:
        """The run's name in its store."""
        return self.folder.name

    @property
    def config(self) -> TrainConfig:
        """The settings. Raises RunDeletedError when the run is gone, StoreError when they cannot be read."""
        try:
            return TrainConfig.from_json((self.folder / CONFIG_NAME).read_text())
        except FileNotFoundError as error:
            raise RunDeletedError(f"The run {self.id} was deleted.") from error
        except (OSError, ValueError) as error:
            raise StoreError(f"The settings of the run {self.id} cannot be read: {error}") from error

    @property
    def device(self) -> str | None:
        """The device that the run wants or has; None when its settings cannot be read."""
        try:
            return self.config.device
        except StoreError:
            return None

    @property
    def status(self) -> RunStatus:
        """How the run stands; "interrupted" when its process is gone and it never said that it ended."""
        if not (self.folder / CONFIG_NAME).exists():
            return "deleted"
        identity = ProcessIdentity.read(self.folder / PROCESS_NAME)
        alive = identity is not None and identity.alive
        # The end is looked for after the process, which writes it and then goes.
        end = read_end(self.folder)
        if end:
            return end.status
        if identity is None:
            return "queued"
        if not alive:
            return "interrupted"
        if (self.folder / PAUSE_NAME).exists():
            return "paused"
        return "running" if (self.folder / EVENT_LOG_NAME).exists() else "starting"

    @property
    def active(self) -> bool:
        """Whether the run waits for its device or works."""
        return self.status in ACTIVE

    def events(self) -> list[Event]:
        """Return all that has happened so far."""
        return EventLogReader(self.folder).read()

    def pause(self) -> None:
        """Ask the worker to wait after the present step."""
        self._touch(PAUSE_NAME)

    def resume(self) -> None:
        """Let a paused worker go on."""
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

    def _touch(self, name: str) -> None:
        try:
            (self.folder / name).touch()
        except FileNotFoundError as error:
            raise RunDeletedError(f"The run {self.id} was deleted.") from error
        except OSError as error:
            raise StoreError(f"The run {self.id} cannot be reached: {error.strerror}.") from error
