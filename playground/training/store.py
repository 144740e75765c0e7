"""The folder that holds the runs, shared by every server and command that works on it."""

from __future__ import annotations

import errno
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock

from playground.training.config import TrainConfig
from playground.training.errors import DamagedRunError, NoSuchRunError, RunDeletedError, StoreError
from playground.training.files import (
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    make_private_folder,
    remove_tree,
    write_atomically,
)
from playground.training.process_identity import ProcessIdentity
from playground.training.run import ACTIVE, Run
from playground.training.run_files import (
    CONFIG_NAME,
    RESERVE_BYTES,
    RESERVE_NAME,
    read_process,
    write_process,
)
from playground.training.run_index import RUN_ID, index_of

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "runs"
FOLDER_VARIABLE = "PLAYGROUND_RUNS"

_DELETED_NAME = re.compile(rf"\.deleted-([0-9a-f]{{6}}-)?{RUN_ID.pattern}", re.ASCII)
_HALF_MADE_NAME = re.compile(rf"\.{RUN_ID.pattern}", re.ASCII)
# Making a run's folder takes a moment; what is that old was left by a process that was killed at it.
_HALF_MADE_SECONDS = 3600.0


class RunStore:
    """A folder with one folder a run. Several processes may work on it: its lock guards who starts what."""

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = Path(folder or os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER).absolute()
        self._index = index_of(self.folder)

    def create(self, config: TrainConfig) -> Run:
        """Add a run that waits for its device; only this account can read its folder.

        Raises StoreError when the folder cannot be written, ConfigError for settings that could not be read again.
        """
        settings = config.to_json()
        TrainConfig.from_json(settings)
        # To the microsecond, so that runs of the same second keep their order.
        run_id = f"{datetime.now():%Y%m%d-%H%M%S%f}-{_short(config.network_name)}-{secrets.token_hex(3)}"
        unfinished = self.folder / f".{run_id}"
        try:
            make_private_folder(self.folder)
            unfinished.mkdir(PRIVATE_FOLDER)
            write_atomically(unfinished / RESERVE_NAME, bytes(RESERVE_BYTES))
            write_atomically(unfinished / CONFIG_NAME, settings.encode())
            return Run(unfinished.rename(self.folder / run_id))
        except OSError as error:
            remove_tree(unfinished)
            raise StoreError(_cannot("write", self.folder, error)) from error

    def runs(self) -> list[Run]:
        """Return the runs, the newest first; none while there is no folder.

        Raises StoreError when the folder cannot be read.
        """
        with self._readable():
            return [Run(self.folder / name) for name in self._index.names()]

    def get(self, run_id: str) -> Run:
        """Return the run of that id. Raises RunDeletedError when it is known to have been here, else NoSuchRunError."""
        if not RUN_ID.fullmatch(run_id):
            raise NoSuchRunError("This is not the id of a run, which looks like 20260102-030405000000-lenet-0a1b2c.")
        with self._readable():
            if run_id in self._index.names():
                return Run(self.folder / run_id)
        if self._index.has_seen(run_id):
            raise RunDeletedError(f"There is no run {run_id} here any more; it was deleted.")
        raise NoSuchRunError(f"There is no run {run_id} here; if there was one, it has been deleted.")

    def queued(self) -> list[Run]:
        """Return the runs that wait for their device, the oldest first. Raises StoreError as `runs` does."""
        return [run for run in self._open_runs() if run.status == "queued"]

    def working(self) -> list[Run]:
        """Return the runs that hold a device, the newest first. Raises StoreError as `runs` does."""
        return [run for run in reversed(self._open_runs()) if run.status in ACTIVE - {"queued"}]

    def assign(self, run: Run, process: ProcessIdentity) -> None:
        """Note which process works on the run from now on.

        Raises StoreError when the folder cannot be written.
        """
        try:
            write_process(run.folder, process)
        except OSError as error:
            raise StoreError(_cannot("write", self.folder, error)) from error

    def delete(self, run: Run) -> None:
        """Kill the run's process group and remove its folder; nothing when it is gone already.

        Of a run that is a link to another place, only the link is removed.
        """
        with self.lock():
            _kill_worker(run)
            removed = run.folder.with_name(f".deleted-{secrets.token_hex(3)}-{run.id}")
            try:
                run.folder.rename(removed)
            except FileNotFoundError:
                return
            except OSError as error:
                raise StoreError(_cannot("write", self.folder, error)) from error
        remove_tree(removed)

    def remove_leftovers(self) -> None:
        """Remove what processes left that were killed while they deleted a run or made one.

        Raises StoreError when the folder cannot be read.
        """
        with self._readable(), suppress(FileNotFoundError, NotADirectoryError):
            for path in self.folder.iterdir():
                if _is_leftover(path):
                    remove_tree(path)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the store: no other process starts or deletes a run meanwhile."""
        try:
            make_private_folder(self.folder)
            lock = FileLock(self.folder / ".lock", mode=PRIVATE_FILE)
            lock.acquire()
        except OSError as error:
            raise StoreError(_cannot("write", self.folder, error)) from error
        try:
            yield
        finally:
            lock.release()

    def _open_runs(self) -> list[Run]:
        with self._readable():
            return self._index.open_runs()

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(_cannot("read", self.folder, error)) from error


def _kill_worker(run: Run) -> None:
    # Where a damaged run does not tell its process, there is none to kill.
    with suppress(DamagedRunError):
        process = read_process(run.folder)
        if process:
            process.kill_group()


def _is_leftover(path: Path) -> bool:
    if _DELETED_NAME.fullmatch(path.name):
        return True
    if not _HALF_MADE_NAME.fullmatch(path.name):
        return False
    try:
        return time.time() - path.lstat().st_mtime > _HALF_MADE_SECONDS
    except FileNotFoundError:
        return False


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
