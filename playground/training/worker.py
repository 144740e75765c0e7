"""The process in which one run trains.

It imports torch, says that it is ready, and waits for the folder of a run on its standard input. When the input
closes instead, because the server went away, it ends. Once it has a run it needs no server any more.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path

from playground.data import DataError, load
from playground.networks import SpecError
from playground.training.checkpoint import CheckpointWriter
from playground.training.devices import available_devices, default_threads
from playground.training.errors import TrainingError
from playground.training.event_log import EventLogWriter
from playground.training.events import EndEvent
from playground.training.files import PRIVATE_FILE, private_files
from playground.training.hooks import Hook, TrainState
from playground.training.loop import train
from playground.training.run_files import PAUSE_NAME, RESERVE_NAME, STOP_NAME, WORKER_LOG_NAME, read_config
from playground.training.tensorboard_log import TensorBoardLog

# Below the server, so that pages stay quick while a run trains.
NICENESS = 10
_PAUSE_POLL_SECONDS = 0.05
_LONGEST_MESSAGE = 5000
# How torch says so for a GPU, and for a CPU under Linux and Windows.
_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")


def main() -> None:
    """Warm up, wait for a run, train it."""
    os.nice(NICENESS)
    _warm_up()
    devices = [asdict(device) for device in available_devices()]
    # The server may have gone away after it gave this worker a run.
    with contextlib.suppress(BrokenPipeError):
        print(json.dumps({"devices": devices}), flush=True)
    line = sys.stdin.readline()
    if line:
        folder = Path(json.loads(line)["run"])
        _redirect_output(folder / WORKER_LOG_NAME)
        run_in_folder(folder)


def run_in_folder(folder: Path) -> None:
    """Train what the folder's settings say and write all that happens into the folder."""
    started = time.perf_counter()
    recorder = _Recorder(folder)
    with private_files(), EventLogWriter(folder) as log:
        try:
            recorder.record(log)
        except Exception as error:  # whatever ended the run, its log must say so
            (folder / RESERVE_NAME).unlink(missing_ok=True)
            log.append(EndEvent("failed", _readable(_explain(error)), recorder.step, time.perf_counter() - started))
    (folder / RESERVE_NAME).unlink(missing_ok=True)


class ControlFiles(Hook):
    """Stops or pauses the run when a file of that name lies in its folder."""

    def __init__(self, folder: Path) -> None:
        self._pause = os.fspath(folder / PAUSE_NAME)
        self._stop = os.fspath(folder / STOP_NAME)

    def on_step_end(self, state: TrainState) -> None:
        """Wait while paused; ask the loop to stop."""
        started = time.perf_counter()
        while os.path.exists(self._pause) and not os.path.exists(self._stop):  # noqa: PTH110 # at each step: twice as fast
            time.sleep(_PAUSE_POLL_SECONDS)
            state.paused_seconds += time.perf_counter() - started
            started = time.perf_counter()
        state.stop_requested = os.path.exists(self._stop)  # noqa: PTH110 # likewise


class _Recorder:
    """Trains and writes events; knows at which step the run is when it fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.step = 0

    def record(self, log: EventLogWriter) -> None:
        config = read_config(self._folder)
        if config.threads is None:
            import torch

            torch.set_num_threads(default_threads())
        hooks = (ControlFiles(self._folder), CheckpointWriter(self._folder))
        with TensorBoardLog(self._folder) as board:
            for event in train(config, hooks):
                self.step = getattr(event, "step", self.step)
                log.append(event)
                board.append(event)


def _warm_up() -> None:
    """Import what a run needs, read MNIST, and take one step, whose first time costs a second."""
    import torch
    import torch.utils.tensorboard  # imported now, so that no run waits for it

    from playground.networks import presets
    from playground.training.optimizers import build_optimizer

    # A damaged file is the business of the run that wants it.
    with contextlib.suppress(DataError):
        load("mnist", train=True)
        load("mnist", train=False)
    with torch.random.fork_rng(devices=[]):
        model = presets.load("lenet").build()
        optimizer = build_optimizer("adam", model.parameters(), 0.01, "cpu")
        images = torch.zeros(2, 1, 28, 28)
        loss = torch.nn.functional.cross_entropy(model(images), torch.zeros(2, dtype=torch.long))
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        optimizer.step()


def _redirect_output(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(descriptor, stream.fileno())
    os.close(descriptor)


def _explain(error: Exception) -> str:
    """The sentence for a person; what nobody foresaw also goes into the worker's log with its traceback."""
    # Building a layer that is too large is a SpecError.
    if isinstance(error, MemoryError) or any(words in str(error).lower() for words in _OUT_OF_MEMORY):
        return "The memory of the device is used up. Choose a smaller batch size or a smaller network."
    if isinstance(error, TrainingError | DataError | SpecError):
        return str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return (
            "The disk is full, so the run ended; what was saved before is kept. "
            "Free some space or delete runs, then start again."
        )
    # Where this fails, too, the sentence is still to be written.
    with contextlib.suppress(OSError):
        traceback.print_exception(error)
    first_line = next(iter(str(error).splitlines()), type(error).__name__)[:500]
    return f"The run ended with an error that nobody foresaw: {first_line} (its worker.log says where)."


def _readable(message: str) -> str:
    """The message as a page can show it: of some length, and without bytes of a path that are no text."""
    return message.encode(errors="replace").decode()[:_LONGEST_MESSAGE]


if __name__ == "__main__":
    main()
