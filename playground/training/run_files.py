"""The files of a run, read strictly: what a run does not write is refused with the file's name and the reason."""

from __future__ import annotations

import functools
import json
import os
import stat
from dataclasses import asdict, dataclass
from pathlib import Path

from playground.networks import SpecError
from playground.strict_json import JsonError, object_of, read_strictly
from playground.training.checkpoint import CHECKPOINT_FILES
from playground.training.config import MAX_BYTES, TrainConfig
from playground.training.errors import ConfigError, DamagedRunError, RunDeletedError
from playground.training.files import write_atomically
from playground.training.process_identity import ProcessIdentity

CONFIG_NAME = "config.json"
PROCESS_NAME = "process.json"
EVENT_LOG_NAME = "events.jsonl"
WORKER_LOG_NAME = "worker.log"
PAUSE_NAME = "pause"
STOP_NAME = "stop"
# Space that a run on a full disk gives back, so that it can still write why it ended.
RESERVE_NAME = "reserve"
RESERVE_BYTES = 64 * 1024

_MOST_PROCESS_BYTES = 1000
_SHOWN_LOG_BYTES = 5000
_LARGEST_PID = 2**31 - 1
_LATEST_START = 2**40


@dataclass(frozen=True)
class FileVersion:
    """Which file lies under a name, and as of when."""

    device: int
    inode: int
    size: int
    modified: int

    def may_have_become(self, later: FileVersion) -> bool:
        """Whether the other is the same file, which has at most grown."""
        return (self.device, self.inode) == (later.device, later.inode) and self.size <= later.size


def exists(folder: Path) -> bool:
    """Whether there is anything under the name of a run."""
    return os.path.lexists(folder)


def read_config(folder: Path) -> TrainConfig:
    """The run's settings. Raises RunDeletedError where there is no run, DamagedRunError where they cannot be read."""
    version = file_version(folder, CONFIG_NAME)
    if version is None:
        raise _without_config(folder)
    config = _read_config(folder, version)
    if isinstance(config, DamagedRunError):
        raise DamagedRunError(str(config))
    return config


def read_process(folder: Path) -> ProcessIdentity | None:
    """The process that works or worked on the run; None while there was none. Raises DamagedRunError."""
    data = read_part(folder, PROCESS_NAME, most=_MOST_PROCESS_BYTES + 1)
    if data is None:
        return None
    try:
        return _process_of(data)
    except (JsonError, UnicodeDecodeError) as error:
        raise damaged(folder, PROCESS_NAME, error) from error


def write_process(folder: Path, process: ProcessIdentity) -> None:
    """Note the process that works on the run from now on. Raises OSError."""
    write_atomically(folder / PROCESS_NAME, json.dumps(asdict(process)).encode())


def read_worker_log(folder: Path) -> str:
    """The last part of what the worker printed, "" where it printed nothing. Raises DamagedRunError."""
    version = file_version(folder, WORKER_LOG_NAME)
    start = max(0, version.size - _SHOWN_LOG_BYTES) if version else 0
    return (read_part(folder, WORKER_LOG_NAME, start, _SHOWN_LOG_BYTES) or b"").decode(errors="replace")


def check_kinds(folder: Path) -> None:
    """Raise DamagedRunError where something that is no file lies in place of a file of the run."""
    for name in (EVENT_LOG_NAME, WORKER_LOG_NAME, PAUSE_NAME, STOP_NAME, RESERVE_NAME, *CHECKPOINT_FILES.values()):
        file_version(folder, name)


def file_version(folder: Path, name: str) -> FileVersion | None:
    """The version of a file of the run, None where there is none. Raises DamagedRunError where it is no file."""
    try:
        found = (folder / name).stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise damaged(folder, name, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise damaged(folder, name, "it is no file.")
    return FileVersion(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def read_part(folder: Path, name: str, start: int = 0, most: int = MAX_BYTES) -> bytes | None:
    """At most so many bytes of a file of the run, from `start` on; None where there is no file.

    Raises DamagedRunError where it is no file or cannot be read.
    """
    if file_version(folder, name) is None:
        return None
    try:
        # Should it be a pipe by now, opening it would else wait for ever.
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            return os.pread(descriptor, most, start)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise damaged(folder, name, error) from error


def damaged(folder: Path, name: str, reason: Exception | str) -> DamagedRunError:
    """The error that says which file of which run cannot be read, and why."""
    if isinstance(reason, OSError):
        reason = f"{reason.strerror}."
    elif isinstance(reason, UnicodeDecodeError):
        reason = "it is no text in UTF-8."
    what = "The settings" if name == CONFIG_NAME else f"The file {name}"
    return DamagedRunError(f"{what} of the run {folder.name} cannot be read: {reason}")


def _without_config(folder: Path) -> DamagedRunError | RunDeletedError:
    if exists(folder):
        return damaged(folder, CONFIG_NAME, f"there is no {CONFIG_NAME}.")
    return RunDeletedError(f"The run {folder.name} was deleted.")


@functools.lru_cache(maxsize=256)
def _read_config(folder: Path, version: FileVersion) -> TrainConfig | DamagedRunError:
    """The settings, or why they cannot be read; found out once for each version of the file."""
    if version.size > MAX_BYTES:
        return damaged(folder, CONFIG_NAME, f"it is larger than {MAX_BYTES:,} bytes.")
    data = read_part(folder, CONFIG_NAME)
    if data is None:
        raise _without_config(folder)
    try:
        return TrainConfig.from_json(data.decode())
    except (ConfigError, SpecError, UnicodeDecodeError) as error:
        return damaged(folder, CONFIG_NAME, error)


def _process_of(data: bytes) -> ProcessIdentity:
    content = read_strictly(
        data.decode(),
        "a process",
        most_bytes=_MOST_PROCESS_BYTES,
        deepest=2,
        too_deep="it is nested too deep.",
        largest=_LATEST_START,
    )
    process = object_of(content, "it", ("pid", "started"))
    pid, started = process["pid"], process["started"]
    # 0 and less stand for groups of processes, 1 for the machine's first.
    if type(pid) is not int or not 1 < pid <= _LARGEST_PID:
        raise JsonError(f"pid must be a whole number from 2 to {_LARGEST_PID:,}.")
    if type(started) not in (int, float) or started < 0:
        raise JsonError("started must be a number of seconds since 1970.")
    return ProcessIdentity(pid, started)
