"""The versions of a draft in a file, a line for each edit, undo and redo: they outlive the tab and the server."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from playground.training.files import write_atomically

EDIT, UNDO, REDO = "edit", "undo", "redo"

# What was done longer ago than this much of a file is not read again.
_MOST_BYTES = 8_000_000


@dataclass(frozen=True)
class History:
    """The versions of a network, as `pack` writes them: those before, this one, and those that were undone."""

    past: tuple[str, ...]
    present: str
    future: tuple[str, ...] = ()


def read_history(file: Path) -> History | None:
    """The history in a file; None where there is none. A line that was not written to its end does not count."""
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - _MOST_BYTES))
            text = stream.read().decode("ascii", errors="replace")
    except OSError:
        return None
    past: list[str] = []
    future: list[str] = []
    for line in text.split("\n")[:-1]:
        action, _, version = line.partition(" ")
        if action == EDIT:
            past.append(version)
            future.clear()
        elif action == UNDO and len(past) > 1:
            future.insert(0, past.pop())
        elif action == REDO and future:
            past.append(future.pop(0))
    return History(tuple(past[:-1]), past[-1], tuple(future)) if past else None


def append_to_history(file: Path, action: str, after: History) -> None:
    """Write what was done, after which the history is this, to the end of the file, or all where there is no file.

    Raises OSError.
    """
    if not file.exists():
        versions = (*after.past, after.present, *after.future)
        lines = [*(f"{EDIT} {version}" for version in versions), *[UNDO] * len(after.future)]
        write_atomically(file, "".join(f"{line}\n" for line in lines).encode())
        return
    line = f"{EDIT} {after.present}" if action == EDIT else action
    with file.open("ab") as stream:
        stream.write(f"{line}\n".encode())
