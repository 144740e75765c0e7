from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.charts import loss_figure
from playground.training import (
    EndEvent,
    EpochEvent,
    Event,
    HistoryReader,
    Run,
    RunHistory,
    StartEvent,
    StepEvent,
    train,
)
from playground.training.event_log import EventLogWriter
from playground.training.run_files import EVENT_LOG_NAME
from tests.training.conftest import small


def start(images: int = 1000, steps_per_epoch: int = 10, epochs: int = 4) -> StartEvent:
    return StartEvent("cnn", "cpu", "CPU", 1, 10, images, 500, steps_per_epoch, epochs, 0.0)


def step(number: int, images_per_second: float = 100.0) -> StepEvent:
    return StepEvent(number, 1 + (number - 1) // 10, 1 / number, 0.1, images_per_second)


def epoch(number: int, accuracy: float = 0.9, seconds: float = 12.0) -> EpochEvent:
    return EpochEvent(number, 10 * number, 0.5, 0.4, accuracy, seconds, 100.0)


def history_of(folder: Path, *events: Event) -> RunHistory:
    with EventLogWriter(folder) as log:
        for event in events:
            log.append(event)
    return HistoryReader(folder).read()


def test_before_a_run_has_begun_there_is_nothing_to_say(tmp_path: Path) -> None:
    history = HistoryReader(tmp_path / "nowhere").read()
    assert history == RunHistory()
    assert (history.start, history.end, history.best, history.last_step) == (None, None, None, None)
    assert (history.progress, history.seconds_left, history.total_steps) == (0.0, None, None)
    history = history_of(tmp_path, start())
    assert (history.progress, history.seconds_left, history.total_steps) == (0.0, None, 40)


def test_it_grows_with_the_log(tmp_path: Path) -> None:
    reader = HistoryReader(tmp_path)
    with EventLogWriter(tmp_path) as log:
        for event in (start(), step(1), step(6), epoch(1, 0.8), step(11), epoch(2, 0.9), epoch(3, 0.9)):
            log.append(event)
            history = reader.read()
    assert history.start == start()
    assert (history.steps, history.losses) == ((1, 6, 11), (1, 1 / 6, 1 / 11))
    assert [event.epoch for event in history.epochs] == [1, 2, 3]
    assert history.last_step == step(11)
    assert history.best == epoch(2, 0.9)
    assert history.end is None


def test_the_time_left_is_that_of_the_images_and_the_evaluations_to_come(tmp_path: Path) -> None:
    # 30 of 40 steps are to come: 3,000 images at 100 a second.
    before_an_evaluation = history_of(tmp_path, start(), step(10))
    assert (before_an_evaluation.progress, before_an_evaluation.seconds_left) == (0.25, 30.0)
    # An epoch of 1,000 images at 100 a second took 12 seconds, so an evaluation takes 2, and three are to come.
    after_it = history_of(tmp_path, epoch(1))
    assert (after_it.progress, after_it.seconds_left) == (0.25, pytest.approx(36.0))


def test_at_the_end_no_time_is_left(tmp_path: Path) -> None:
    last = (*(epoch(number) for number in range(1, 5)), EndEvent("finished", "", 40, 50.0))
    history = history_of(tmp_path, start(), step(40), *last)
    assert (history.progress, history.seconds_left) == (1.0, pytest.approx(0.0))
    assert history.end == last[-1]


@given(
    steps=st.integers(1, 40),
    speed=st.floats(0, 1e9),
    done=st.integers(0, 4),
    seconds=st.floats(0, 1e6),
)
def test_whatever_the_speed_the_estimate_is_a_time(
    tmp_path_factory: pytest.TempPathFactory, steps: int, speed: float, done: int, seconds: float
) -> None:
    epochs = (epoch(number, seconds=seconds) for number in range(1, done + 1))
    history = history_of(tmp_path_factory.mktemp("run"), start(), step(steps, speed), *epochs)
    assert 0 < history.progress <= 1
    assert history.seconds_left is not None
    assert 0 <= history.seconds_left < 1e8


def test_of_a_real_run_progress_goes_up_to_one_and_the_time_left_down_to_none(tmp_path: Path) -> None:
    reader = HistoryReader(tmp_path)
    progress = []
    with EventLogWriter(tmp_path) as log:
        for event in train(small(epochs=3)):
            log.append(event)
            progress.append(reader.read().progress)
    history = reader.read()
    assert progress[0] == 0
    assert progress == sorted(progress)
    assert progress[-1] == 1
    assert history.seconds_left == pytest.approx(0.0)
    assert history.total_steps == history.steps[-1] == 18
    assert history.end
    assert len(history.epochs) == 3


@pytest.fixture
def _often_another_thread() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("_often_another_thread")
def test_readers_beside_a_writer_and_each_other_get_a_history_that_is_whole(tmp_path: Path) -> None:
    run, ended = Run(tmp_path), threading.Event()

    def write() -> None:
        with EventLogWriter(tmp_path) as log:
            for number in range(1, 5001):
                log.append(step(number))
                # From here on the curve is long, and grows while it is drawn.
                if number > 4800:
                    time.sleep(0.001)
        ended.set()

    def read() -> list[int]:
        lengths = []
        while not ended.is_set():
            history = run.history
            # Two columns of unequal length are refused.
            loss_figure(history.steps, history.losses)
            assert history.last_step == (step(history.steps[-1]) if history.steps else None)
            lengths.append(len(history.steps))
        return lengths

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(read) for _ in range(3)]
        threads.submit(write).result()
        for reader in readers:
            assert reader.result() == sorted(reader.result())
    assert run.history.steps == tuple(range(1, 5001))


def test_a_history_that_was_given_out_does_not_change(tmp_path: Path) -> None:
    reader = HistoryReader(tmp_path)
    with EventLogWriter(tmp_path) as log:
        log.append(step(1))
        before = reader.read()
        log.append(step(2))
        assert reader.read().steps == (1, 2)
    assert before.steps == (1,)
    assert reader.read() is reader.read()


def test_only_an_end_that_is_the_last_event_ends_a_run(tmp_path: Path) -> None:
    end = EndEvent("stopped", "", 1, 1.0)
    assert history_of(tmp_path, step(1), end).end == end
    assert history_of(tmp_path, step(2)).end is None
    assert history_of(tmp_path, end).end == end


def test_another_log_in_the_place_of_the_first_is_read_from_its_beginning(tmp_path: Path) -> None:
    reader = HistoryReader(tmp_path)
    log = tmp_path / EVENT_LOG_NAME
    for numbers in ((1, 2), (3,), (4, 5, 6)):
        with EventLogWriter(tmp_path) as writer:
            for number in numbers:
                writer.append(step(number))
        assert reader.read().steps == numbers
        log.unlink()
        assert reader.read() == RunHistory()


def test_an_end_of_any_length_ends_the_run(tmp_path: Path) -> None:
    end = EndEvent("failed", "x" * 100_000, 1, 1.0)
    assert history_of(tmp_path, start(), step(1), end).end == end
