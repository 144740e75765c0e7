"""The folder that holds the runs, shared by every server and command that works on it."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock

from playground.training.config import TrainConfig
from playground.training.errors import RunDeletedError, StoreError
from playground.training.event_log import EVENT_LOG_NAME
from playground.training.files import write_atomically
from playground.training.process_identity import ProcessIdentity
from playground.training.run import CONFIG_NAME, PROCESS_NAME, Run

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "runs"
FOLDER_VARIABLE = "PLAYGROUND_RUNS"

# Space that a run on a full disk gives back, so that it can still write why it ended.
RESERVE_NAME = "reserve"
RESERVE_BYTES = 64 * 1024

_RUN_ID = re.compile(r"[0-9]{8}-[0-9]{12}-\w+-[0-9a-f]{6}")


class RunStore:
    """A folder with one folder a run. Several processes may work on it: its lock guards who starts what."""

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = Path(folder or os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER).absolute()

    def create(self, config: TrainConfig) -> Run:
        """Add a run that waits for its device.

        Raises StoreError when the folder cannot be written.
        """
        # To the microsecond, so that runs of the same second keep their order.
        run_id = f"{datetime.now():%Y%m%d-%H%M%S%f}-{_short(config.network_name)}-{secrets.token_hex(3)}"
        unfinished = self.folder / f".{run_id}"
        try:
            unfinished.mkdir(parents=True)
            (unfinished / RESERVE_NAME).write_bytes(bytes(RESERVE_BYTES))
            write_atomically(unfinished / CONFIG_NAME, config.to_json().encode())
            return Run(unfinished.rename(self.folder / run_id))
        except OSError as error:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise StoreError(_cannot("write", self.folder, error)) from error

    def runs(self) -> list[Run]:
        """Return the runs, the newest first; none while there is no folder.

        Raises StoreError when the folder cannot be read.
        """
        try:
            names = sorted((path.name for path in self.folder.iterdir()), reverse=True)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise StoreError(_cannot("read", self.folder, error)) from error
        return [Run(self.folder / name) for name in names if _RUN_ID.fullmatch(name)]

    def get(self, run_id: str) -> Run:
        """Return the run of that id. Raises RunDeletedError when there is none."""
        run = Run(self.folder / run_id)
        if run not in self.runs():
            raise RunDeletedError("There is no such run here any more; it was deleted.")
        return run

    def queued(self) -> list[Run]:
        """Return the runs that wait for their device, the oldest first."""
        return [
            run
            for run in reversed(self.runs())
            if not (run.folder / PROCESS_NAME).exists() and not (run.folder / EVENT_LOG_NAME).exists()
        ]

    def working(self) -> list[Run]:
        """Return the runs that hold a device, the newest first."""
        return [run for run in self.runs() if (run.folder / PROCESS_NAME).exists() and run.active]

    def assign(self, run: Run, process: ProcessIdentity) -> None:
        """Note which process works on the run from now on.

        Raises StoreError when the folder cannot be written.
        """
        try:
            process.write(run.folder / PROCESS_NAME)
        except OSError as error:
            raise StoreError(_cannot("write", self.folder, error)) from error

    def delete(self, run: Run) -> None:
        """Kill the run's process group and remove its folder; nothing when it is gone already."""
        with self.lock():
            identity = ProcessIdentity.read(run.folder / PROCESS_NAME)
            if identity:
                identity.kill_group()
            removed = run.folder.with_name(f".deleted-{run.id}")
            try:
                run.folder.rename(removed)
            except FileNotFoundError:
                return
            except OSError as error:
                raise StoreError(_cannot("write", self.folder, error)) from error
        shutil.rmtree(removed, ignore_errors=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the store: no other process starts or deletes a run meanwhile."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / ".lock")
            lock.acquire()
        except OSError as error:
            raise StoreError(_cannot("write", self.folder, error)) from error
        try:
            yield
        finally:
            lock.release()


def _short(name: str) -> str:
    """Return what of a network's name suits a file name and an address; a Python name can have any script."""
    return re.sub(r"[^A-Za-z0-9_]", "", name)[:40] or "network"


def _cannot(do: Literal["read", "write"], folder: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"The disk that holds the runs ({folder}) is full; free some space or delete runs, then start again."
    done, able = {"read": ("read", "readable"), "write": ("written", "writable")}[do]
    return (
        f"The folder for the runs ({folder}) cannot be {done}: {error.strerror}. "
        f"Make it {able}, or set {FOLDER_VARIABLE} to another folder and start the app again."
    )
