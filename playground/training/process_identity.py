"""Which process works on a run: its id with its start time, since ids are used again."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from playground.training.files import write_atomically

# Linux counts from the boot, whose time of day moves when the clock is set; an id comes round again far later.
_TOLERANCE_SECONDS = 5.0


@dataclass(frozen=True)
class ProcessIdentity:
    """A process id and when that process started, in seconds since 1970."""

    pid: int
    started: float

    @staticmethod
    def of(pid: int) -> ProcessIdentity:
        """Return the identity of a living process. Raises psutil.NoSuchProcess."""
        return ProcessIdentity(pid, psutil.Process(pid).create_time())

    @staticmethod
    def read(path: Path) -> ProcessIdentity | None:
        """Return the identity kept in a file, or None when there is none or it cannot be read."""
        try:
            return ProcessIdentity(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, path: Path) -> None:
        """Keep the identity in a file."""
        write_atomically(path, json.dumps(asdict(self)).encode())

    @property
    def alive(self) -> bool:
        """Whether this very process still runs; one that has ended but was not waited for does not."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < _TOLERANCE_SECONDS
            return same and bool(process.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    def kill_group(self) -> None:
        """Kill the process and, when it leads a group, all of its group; nothing when it no longer runs."""
        if not self.alive:
            return
        with contextlib.suppress(ProcessLookupError):
            if os.getpgid(self.pid) == self.pid:
                os.killpg(self.pid, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)
