"""The event log of a run: a file of JSON lines that only grows, and survives a torn last line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType

from playground.training.events import EndEvent, Event, from_dict, to_dict

EVENT_LOG_NAME = "events.jsonl"
_TAIL_BYTES = 4096


class EventLogWriter:
    """Appends events, each as one write, so that a killed process loses at most the line it was writing."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(
            folder / EVENT_LOG_NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644
        )
        self._torn = _ends_torn(folder / EVENT_LOG_NAME)

    def append(self, event: Event) -> None:
        """Write the event as one line.

        Raises OSError when the disk does not take it.
        """
        line = json.dumps(to_dict(event), allow_nan=False).encode() + b"\n"
        # The part of a line that a killed process or a full disk left stays alone on its line.
        rest = b"\n" + line if self._torn else line
        self._torn = True
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._torn = False

    def close(self) -> None:
        """Sync the log to the disk and close it."""
        os.fsync(self._descriptor)
        os.close(self._descriptor)

    def __enter__(self) -> EventLogWriter:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


class EventLogReader:
    """Reads a growing event log, each line once."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / EVENT_LOG_NAME
        self._offset = 0

    def read(self) -> list[Event]:
        """Return the events that were completed since the last call; none while there is no log."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                fresh = file.read()
        except FileNotFoundError:
            return []
        complete = fresh[: fresh.rfind(b"\n") + 1]
        self._offset += len(complete)
        return _parse_lines(complete)


def read_end(folder: Path) -> EndEvent | None:
    """Return the event that ended the run, or None while there is none. Reads the end of the log only."""
    try:
        with (folder / EVENT_LOG_NAME).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            tail = file.read()
    except FileNotFoundError:
        return None
    last = _parse_lines(tail[: tail.rfind(b"\n") + 1])[-1:]
    return last[0] if last and isinstance(last[0], EndEvent) else None


def _parse_lines(data: bytes) -> list[Event]:
    events = []
    for line in data.splitlines():
        try:
            events.append(from_dict(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError):
            # A line that a killed process or a full disk left torn.
            continue
    return events


def _ends_torn(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
