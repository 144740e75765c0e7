"""Files that are whole or not there, whenever the process or the machine stops, and that only this account reads."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def write_atomically(path: Path, data: bytes) -> None:
    """Write the file, private to the account, under a temporary name, sync it, and rename it over the old one.

    Raises OSError; the old file is then untouched and the temporary one gone.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb", opener=_private) as file:  # Path.open takes no opener
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def make_private_folder(folder: Path) -> None:
    """Make the folder for this account alone, and those above it; one that is there stays as it is. Raises OSError."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


@contextmanager
def private_files() -> Iterator[None]:
    """All files that this process makes meanwhile, whoever opens them, are private to the account."""
    before = os.umask(0o777 & ~PRIVATE_FOLDER)
    try:
        yield
    finally:
        os.umask(before)


def remove_tree(path: Path) -> None:
    """Remove a folder with all that is in it, a file, or a link but not what it leads to; what cannot be, stays."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE_FILE)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
