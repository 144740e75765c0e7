from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.training import EndEvent, EpochEvent, Event, RunHistory, StartEvent, StepEvent, train
from playground.training.event_log import EventLogWriter
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
    return RunHistory(folder).update()


def test_before_a_run_has_begun_there_is_nothing_to_say(tmp_path: Path) -> None:
    history = RunHistory(tmp_path / "nowhere").update()
    assert (history.start, history.end, history.best, history.last_step) == (None, None, None, None)
    assert (history.progress, history.seconds_left, history.total_steps) == (0.0, None, None)
    history = history_of(tmp_path, start())
    assert (history.progress, history.seconds_left, history.total_steps) == (0.0, None, 40)


def test_it_grows_with_the_log(tmp_path: Path) -> None:
    history = RunHistory(tmp_path)
    with EventLogWriter(tmp_path) as log:
        for event in (start(), step(1), step(6), epoch(1, 0.8), step(11), epoch(2, 0.9), epoch(3, 0.9)):
            log.append(event)
            history.update()
    assert history.start == start()
    assert (history.steps, history.losses) == ([1, 6, 11], [1, 1 / 6, 1 / 11])
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
    history = RunHistory(tmp_path)
    progress = []
    with EventLogWriter(tmp_path) as log:
        for event in train(small(epochs=3)):
            log.append(event)
            progress.append(history.update().progress)
    assert progress[0] == 0
    assert progress == sorted(progress)
    assert progress[-1] == 1
    assert history.seconds_left == pytest.approx(0.0)
    assert history.total_steps == history.steps[-1] == 18
    assert history.end
    assert len(history.epochs) == 3
