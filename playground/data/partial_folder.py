"""Temporary folders of running downloads: named after their process, gone when it has ended.

`.partial-<data set>-<process id>-<start time of the process>/` lies beside the finished data sets, on the
same file system, so that what it holds is published by one rename. A process id alone can be given to a new
process; with the start time it names one for good.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil

ARCHIVES = "archives"
"""The folder, inside the temporary one, that the fetched files go to."""


@contextlib.contextmanager
def partial_folder(downloads: Path, name: str) -> Iterator[Path]:
    """A new folder for this process; whatever is left in it is removed at the end."""
    process = psutil.Process()
    folder = downloads / f".partial-{name}-{process.pid}-{process.create_time():.0f}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_partial_folder(downloads: Path, name: str, pid: int) -> Path | None:
    """The folder of the download of `name` in that process, if there is one."""
    return next(downloads.glob(f".partial-{name}-{pid}-*"), None)


def remove_stale_folders(downloads: Path, name: str) -> None:
    """Remove what downloads of `name` left whose processes ended without cleaning up."""
    for folder in downloads.glob(f".partial-{name}-*-*"):
        pid, start_time = folder.name.rsplit("-", 2)[1:]
        if not _is_running(int(pid), int(start_time)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(pid: int, start_time: int) -> bool:
    try:
        process = psutil.Process(pid)
        # The system's idea of when it was booted, and so of start times, can shift by a second.
        same_process = abs(process.create_time() - start_time) <= 2
        return bool(same_process and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
