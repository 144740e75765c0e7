from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from playground.training import EpochEvent, Event, RunStore, StepEvent
from playground.training.tensorboard_log import TensorBoardLog
from playground.training.worker import run_in_folder
from tests.training.conftest import PATIENCE, small, wait_for

TAGS = {
    "loss/batch": (StepEvent, "loss"),
    "learning_rate": (StepEvent, "learning_rate"),
    "images_per_second": (StepEvent, "images_per_second"),
    "loss/training": (EpochEvent, "train_loss"),
    "loss/test": (EpochEvent, "test_loss"),
    "accuracy/test": (EpochEvent, "test_accuracy"),
    "loss/validation": (EpochEvent, "validation_loss"),
    "accuracy/validation": (EpochEvent, "validation_accuracy"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """A store with a finished run."""
    store = RunStore(tmp_path_factory.mktemp("runs"))
    run_in_folder(store.create(small(epochs=3, validation=0.2)).folder)
    return store


def scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    accumulator = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    accumulator.Reload()
    tags = accumulator.Tags()["scalars"]
    return {tag: [(scalar.step, scalar.value) for scalar in accumulator.Scalars(tag)] for tag in tags}


def test_the_event_files_say_what_the_log_says(store: RunStore) -> None:
    (run,) = store.runs()
    found = scalars(run.folder)
    assert found.keys() == TAGS.keys()
    for tag, (kind, name) in TAGS.items():
        events = [event for event in run.events() if isinstance(event, kind)]
        # The files hold float32.
        assert found[tag] == [(event.step, float(np.float32(getattr(event, name)))) for event in events], tag
        assert len(found[tag]) >= 3


def test_without_a_split_there_are_no_scalars_of_validation(tmp_path: Path) -> None:
    with TensorBoardLog(tmp_path) as board:
        board.append(EpochEvent(1, 6, 0.5, 0.4, 0.9, 1.0, 1000.0))
    assert scalars(tmp_path) == {
        "loss/training": [(6, pytest.approx(0.5))],
        "loss/test": [(6, pytest.approx(0.4))],
        "accuracy/test": [(6, pytest.approx(0.9))],
    }


def test_the_scalars_reach_the_disk_while_the_run_goes_on(tmp_path: Path) -> None:
    with TensorBoardLog(tmp_path) as board:
        event: Event = StepEvent(1, 1, 2.3, 0.1, 1000.0)
        board.append(event)
        wait_for(lambda: scalars(tmp_path).get("loss/batch"), "the first scalar")


@pytest.fixture
def server(store: RunStore) -> Iterator[http.client.HTTPConnection]:
    """A connection to `tensorboard --logdir` over the store, on a port of its own choice."""
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(store.folder), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        lines = iter(process.stderr.readline, "")
        port = next(int(found[1]) for line in lines if (found := re.search(r"http://localhost:(\d+)", line)))
        # What it goes on to say has to go somewhere.
        drain = threading.Thread(target=process.stderr.read)
        drain.start()
        connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE)
        yield connection
        connection.close()
        process.terminate()
        process.wait()
        drain.join()


def test_tensorboard_shows_the_run(store: RunStore, server: http.client.HTTPConnection) -> None:
    (run,) = store.runs()

    def get(path: str) -> object:
        server.request("GET", f"/data/plugin/scalars/{path}")
        return json.load(server.getresponse())

    tags = wait_for(lambda: get("tags"), "the run in TensorBoard")
    assert isinstance(tags, dict)
    assert tags.keys() == {run.id}
    assert tags[run.id].keys() == TAGS.keys()
    shown = get(f"scalars?run={run.id}&tag=accuracy%2Ftest")
    assert isinstance(shown, list)
    accuracies = [event.test_accuracy for event in run.events() if isinstance(event, EpochEvent)]
    assert [value for _, _, value in shown] == pytest.approx(accuracies)
