"""What a process knows of the runs in a store from its earlier looks, so that it need not ask each folder anew."""

from __future__ import annotations

import functools
import math
import os
import re
import threading
import time
from pathlib import Path

from playground.training.run import ACTIVE, Run

RUN_ID = re.compile(r"[0-9]{8}-[0-9]{12}-\w+-[0-9a-f]{6}", re.ASCII)

# A change within the resolution of a file system's clock may leave the time of a folder as it was.
_RECENT_SECONDS = 5.0
# And a file system may not keep that time at all.
_TRUSTED_SECONDS = 10.0


class RunIndex:
    """The runs of one store: the names that were ever seen, and which of them are not over.

    A run that is over never begins again, so only runs that were added and those that are not over are asked. Whether
    any was added, the time of the store's folder tells, whoever added it. Threads may share an index.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._present: frozenset[str] = frozenset()
        self._open: set[str] = set()
        self._modified = 0
        self._listed_at = -math.inf

    def names(self) -> list[str]:
        """The ids of the runs, the newest first; none while there is no folder. Raises OSError."""
        with self._lock:
            self._list()
            return sorted(self._present, reverse=True)

    def open_runs(self) -> list[Run]:
        """The runs that are not known to be over, the oldest first. Raises OSError."""
        with self._lock:
            if self._may_have_changed():
                self._list()
            self._open = {name for name in self._open if not _is_over(Run(self._folder / name))}
            return [Run(self._folder / name) for name in sorted(self._open)]

    def has_seen(self, run_id: str) -> bool:
        """Whether a run of that id is here, or was at an earlier look."""
        with self._lock:
            return run_id in self._seen

    def _may_have_changed(self) -> bool:
        modified = _modified(self._folder)
        recent = abs(time.time_ns() - modified) < _RECENT_SECONDS * 1e9
        return recent or modified != self._modified or time.monotonic() - self._listed_at > _TRUSTED_SECONDS

    def _list(self) -> None:
        # Before the names: what is added in between changes it again.
        self._modified, self._listed_at = _modified(self._folder), time.monotonic()
        try:
            names = os.listdir(self._folder)  # noqa: PTH208 # of thousands: names cost less than paths
        except (FileNotFoundError, NotADirectoryError):
            names = []
        present = frozenset(name for name in names if RUN_ID.fullmatch(name))
        self._open = (self._open | (present - self._present)) & present
        self._present = present
        self._seen |= present


@functools.lru_cache(maxsize=64)
def index_of(folder: Path) -> RunIndex:
    """The index of this process for the store in that folder."""
    return RunIndex(folder)


def _modified(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _is_over(run: Run) -> bool:
    # One that is damaged may be mended, or be on its way into the store.
    return run.abandoned or run.status not in ACTIVE | {"damaged"}
