"""What a worker writes into the folder of its run, called in this process; `test_launcher.py` starts real ones."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from playground.data.augmentation import RandomCrop
from playground.training import EndEvent, RunStore, TrainConfig, TrainState, default_threads, train
from playground.training.run_files import RESERVE_NAME
from playground.training.worker import ControlFiles, run_in_folder
from tests.training.conftest import network, small
from tests.training.test_loop import without_times

# 1.6 petabytes: more than any machine has and than a process could address.
# Just within what is traced: they pass the check before the start, and no machine has the memory.
TOO_LARGE_TO_RUN = network(
    ("Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": 1, "padding": 45_000}),
    ("AdaptiveAvgPool2d", {"output_size": 1}),
    ("Flatten", {}),
    ("Linear", {"in_features": 1, "out_features": 10}),
)
TOO_LARGE_TO_BUILD = network(
    ("Flatten", {}),
    ("Linear", {"in_features": 784, "out_features": 10**9}),
    ("Linear", {"in_features": 10**9, "out_features": 10}),
)
DIVERGING = network(
    ("Flatten", {}),
    ("Linear", {"in_features": 784, "out_features": 50}),
    ("Linear", {"in_features": 50, "out_features": 10}),
)


def end_of(store: RunStore, config: TrainConfig) -> EndEvent:
    run = store.create(config)
    run_in_folder(run.folder)
    assert not (run.folder / RESERVE_NAME).exists()
    end = run.events()[-1]
    assert isinstance(end, EndEvent)
    assert run.status == end.status
    return end


def test_the_folder_tells_what_the_loop_told(store: RunStore) -> None:
    config = small(validation=0.2)
    run = store.create(config)
    run_in_folder(run.folder)
    assert without_times(run.events()) == without_times(list(train(config)))
    assert run.status == "finished"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            small(network=DIVERGING, optimizer="sgd", learning_rate=100, schedule="constant", epochs=9),
            r"^The loss .*became .* at step \d+; .* Try a learning rate ten times smaller",
        ),
        (small(batch_size=601), r"^The batch size 601 is larger than the 600 training images; choose at most 600\.$"),
        (small(network=TOO_LARGE_TO_RUN), r"^The memory of the device is used up\. Choose a smaller batch size"),
        (small(network=TOO_LARGE_TO_BUILD), r"^The memory of the device is used up\. Choose a smaller batch size"),
        (small(dataset="kmnist"), r"^Kuzushiji-MNIST is not in .*; download it first"),
        (small(device="cuda:99"), r"^This machine has no device cuda:99; choose auto or one of: .*cpu"),
        (
            small(augmentation=(RandomCrop(10**9),)),
            r"^The run ended with an error that nobody foresaw: Storage size [^\n]* \(its worker\.log says where\)\.$",
        ),
    ],
    ids=["diverges", "batch size", "memory of a run", "memory of a layer", "data", "device", "unforeseen"],
)
def test_a_run_that_fails_says_why_in_a_sentence(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, config: TrainConfig, message: str
) -> None:
    monkeypatch.setenv("PLAYGROUND_DOWNLOADS", str(store.folder / "downloads"))
    end = end_of(store, config)
    assert end.status == "failed"
    assert re.search(message, end.message), end.message


def test_only_what_nobody_foresaw_goes_to_the_log_with_its_traceback(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    end_of(store, small(batch_size=601))
    assert capsys.readouterr().err == ""
    end_of(store, small(augmentation=(RandomCrop(10**9),)))
    assert "Traceback" in capsys.readouterr().err


def test_a_run_that_fails_late_names_its_step(store: RunStore) -> None:
    end = end_of(store, small(network=DIVERGING, optimizer="sgd", learning_rate=100, schedule="constant", epochs=9))
    assert end.step > 0


def test_settings_that_cannot_be_read_end_the_run(store: RunStore) -> None:
    run = store.create(small())
    (run.folder / "config.json").write_text("{}")
    run_in_folder(run.folder)
    assert run.events()[-1].status == "failed"
    assert run.status == "damaged"


# TensorBoard writes in a thread of its own, which fails first.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_on_a_disk_without_a_byte_left_the_run_still_says_so(
    mount: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    full = RunStore(mount("size=1m"))
    run = full.create(small())
    with (full.folder / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(4096))
    run_in_folder(run.folder)
    assert run.status == "failed"
    assert run.events()[-1].message.startswith("The disk is full, so the run ended; what was saved before is kept.")
    assert capsys.readouterr().err == ""


def test_the_threads_are_those_of_the_settings_or_leave_one_core_to_the_page(store: RunStore) -> None:
    run = store.create(small(epochs=1, threads=None))
    torch.set_num_threads(default_threads() + 1)
    run_in_folder(run.folder)
    assert run.events()[0].threads == default_threads()
    run = store.create(small(epochs=1, threads=2))
    run_in_folder(run.folder)
    assert run.events()[0].threads == 2


def test_the_time_of_a_pause_is_counted_and_a_stop_ends_it(tmp_path: Path) -> None:
    state = TrainState(small(), *[None] * 4)  # type: ignore[arg-type] # nothing here looks at the model
    controls = ControlFiles(tmp_path)
    controls.on_step_end(state)
    assert (state.paused_seconds, state.stop_requested) == (0.0, False)

    for pauses, (name, change) in enumerate([("pause", Path.unlink), ("stop", Path.touch)], start=1):
        (tmp_path / "pause").touch()
        timer = threading.Timer(0.3, change, [tmp_path / name])
        before, started = state.paused_seconds, time.perf_counter()
        timer.start()
        controls.on_step_end(state)
        assert 0.2 < state.paused_seconds - before <= time.perf_counter() - started
        assert state.stop_requested == (pauses == 2)
