"""Which process works on a run: its id with its start time, since ids are used again."""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass

import psutil

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

    @property
    def alive(self) -> bool:
        """Whether this very process still runs; one that has ended but was not waited for does not."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < _TOLERANCE_SECONDS
            return same and bool(process.status() != psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return False

    def kill_group(self) -> None:
        """Kill the process and, when it leads a group, all of its group; nothing when it no longer runs."""
        if not self.alive:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getpgid(self.pid) == self.pid:
                os.killpg(self.pid, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)
