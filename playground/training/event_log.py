"""The event log of a run: a file of JSON lines that only grows, and survives a torn last line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from playground.strict_json import JsonError
from playground.training.errors import DamagedRunError
from playground.training.event_json import read_event, write_event
from playground.training.events import Event
from playground.training.files import PRIVATE_FILE
from playground.training.run_files import EVENT_LOG_NAME, damaged, read_part

# A line that is longer is none of ours.
_CHUNK_BYTES = 4_000_000


class EventLogWriter:
    """Appends events, each as one write, so that a killed process loses at most the line it was writing."""

    def __init__(self, folder: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._descriptor = os.open(folder / EVENT_LOG_NAME, flags, PRIVATE_FILE)
        self._torn = _ends_torn(folder / EVENT_LOG_NAME)

    def append(self, event: Event) -> None:
        """Write the event as one line.

        Raises OSError when the disk does not take it.
        """
        line = write_event(event) + b"\n"
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
        self._folder = folder
        self._offset = 0
        self._line = 1

    def read(self) -> list[Event]:
        """Return the events that were completed since the last call; none while there is no log.

        Raises DamagedRunError where a line is no event.
        """
        return list(self.new_events())

    def new_events(self) -> Iterator[Event]:
        """Give the same one by one, so that those before a damaged line are not lost."""
        chunk = None
        # At the end of what there is now it ends, however fast more comes.
        while chunk is None or len(chunk) == _CHUNK_BYTES:
            chunk = read_part(self._folder, EVENT_LOG_NAME, self._offset, _CHUNK_BYTES) or b""
            *lines, torn = chunk.split(b"\n")
            if len(torn) == _CHUNK_BYTES:
                raise self._damaged(f"it is longer than {_CHUNK_BYTES:,} bytes.")
            for line in lines:
                event = self._read_line(line)
                if event:
                    yield event

    def _read_line(self, line: bytes) -> Event | None:
        try:
            event = read_event(line)
        except JsonError as error:
            raise self._damaged(str(error)) from error
        self._offset += len(line) + 1
        self._line += 1
        return event

    def _damaged(self, reason: str) -> DamagedRunError:
        return damaged(self._folder, EVENT_LOG_NAME, f"in line {self._line:,}, {reason}")


def _ends_torn(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
