from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.training import DamagedRunError, EndEvent, Event, EventLogReader, StepEvent, event_log
from playground.training.event_log import EventLogWriter
from playground.training.run_files import EVENT_LOG_NAME
from tests.training.conftest import PROJECT, wait_for
from tests.training.test_events import any_event

END = EndEvent("finished", "", 30, 1.5)


def step(number: int) -> StepEvent:
    return StepEvent(number, 1, 1 / number, 0.1, 1000.0)


def write(folder: Path, *events: Event) -> None:
    with EventLogWriter(folder) as log:
        for event in events:
            log.append(event)


@given(st.lists(any_event(), max_size=5))
def test_what_is_written_is_read(events: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), *events)
        assert EventLogReader(Path(folder)).read() == events


@given(st.lists(any_event(), min_size=1, max_size=4), st.data())
def test_a_log_cut_at_any_byte_loses_at_most_its_last_line(events: list[Event], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, *events)
        path = folder / EVENT_LOG_NAME
        content = path.read_bytes()
        cut = data.draw(st.integers(0, len(content)), "cut")
        path.write_bytes(content[:cut])
        whole = events[: content[:cut].count(b"\n")]
        reader = EventLogReader(folder)
        assert reader.read() == whole

        write(folder, END)
        # Where only the line break was cut off, the next event brings it.
        lost_a_line_break = content[cut : cut + 1] == b"\n"
        completed = [events[len(whole)]] if lost_a_line_break else []
        assert reader.read() == [*completed, END]
        assert EventLogReader(folder).read() == [*whole, *completed, END]


@given(st.binary(max_size=200))
def test_a_reader_refuses_what_is_neither_an_event_nor_torn(noise: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / EVENT_LOG_NAME).write_bytes(noise)
        write(folder, step(1), END)
        if all(line.strip(b"\0") == b'{"event": "'[: len(line.strip(b"\0"))] for line in noise.split(b"\n")):
            assert EventLogReader(folder).read() == [step(1), END]
        else:
            with pytest.raises(
                DamagedRunError, match=rf"events\.jsonl of the run {folder.name} cannot be read: in line"
            ):
                EventLogReader(folder).read()


def test_a_damaged_line_is_named_and_what_stands_before_it_is_read(tmp_path: Path) -> None:
    write(tmp_path, step(1), step(2))
    with (tmp_path / EVENT_LOG_NAME).open("ab") as log:
        log.write(b'{"event": "end"}\n')
    reader, found = EventLogReader(tmp_path), []
    for _ in range(2):
        with pytest.raises(DamagedRunError, match="in line 3, the event 'end' has no"):
            found.extend(reader.new_events())
    assert found == [step(1), step(2)]


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    with (tmp_path / EVENT_LOG_NAME).open("wb") as log:
        log.truncate(2**40)
    with pytest.raises(DamagedRunError, match="in line 1, it is longer than"):
        EventLogReader(tmp_path).read()


def test_a_log_of_many_chunks_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "_CHUNK_BYTES", 200)
    events = [step(number) for number in range(1, 50)]
    write(tmp_path, *events)
    assert EventLogReader(tmp_path).read() == events


def test_a_reader_gives_each_event_once(tmp_path: Path) -> None:
    reader = EventLogReader(tmp_path)
    with EventLogWriter(tmp_path) as log:
        for number in range(1, 6):
            log.append(step(number))
            assert reader.read() == [step(number)]
        assert reader.read() == []


def test_a_reader_waits_for_the_rest_of_a_line(tmp_path: Path) -> None:
    write(tmp_path, step(1))
    line = (tmp_path / EVENT_LOG_NAME).read_bytes()
    reader = EventLogReader(tmp_path)
    for end in range(len(line)):
        (tmp_path / EVENT_LOG_NAME).write_bytes(line[:end])
        assert reader.read() == []
    (tmp_path / EVENT_LOG_NAME).write_bytes(line)
    assert reader.read() == [step(1)]


def test_a_reader_follows_another_process_that_writes(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from playground.training import StepEvent
from playground.training.event_log import EventLogWriter
with EventLogWriter(Path({str(tmp_path)!r})) as log:
    for number in range(1, 20_001):
        log.append(StepEvent(number, 1, 1 / number, 0.1, 1000.0))
"""
    reader, found, reads = EventLogReader(tmp_path), [], 0
    with subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT) as writer:
        while len(found) < 20_000:
            fresh = wait_for(lambda: reader.read() or writer.poll() is not None, "events")
            assert isinstance(fresh, list), "the writer ended early"
            found += fresh
            reads += 1
    assert found == [step(number) for number in range(1, 20_001)]
    assert reads > 1
    assert writer.returncode == 0


def test_there_is_nothing_to_read_before_there_is_a_log(tmp_path: Path) -> None:
    reader = EventLogReader(tmp_path / "nowhere")
    assert reader.read() == []
    (tmp_path / "nowhere").mkdir()
    assert reader.read() == []
    write(tmp_path / "nowhere", step(1))
    assert reader.read() == [step(1)]


def test_after_a_write_that_the_disk_cut_short_the_next_event_is_whole(tmp_path: Path) -> None:
    with EventLogWriter(tmp_path) as log:
        log.append(step(1))
        size = (tmp_path / EVENT_LOG_NAME).stat().st_size
        with files_of_at_most(size + 20), pytest.raises(OSError, match="File too large"):
            log.append(step(2))
        assert (tmp_path / EVENT_LOG_NAME).stat().st_size == size + 20
        log.append(END)
    assert EventLogReader(tmp_path).read() == [step(1), END]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file grows beyond this many bytes: the write is cut short and the next one fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
