"""Starts runs in processes of their own, one a device at a time, and keeps one worker warm."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from playground.data import DATASETS, DataError, is_available
from playground.training.config import TrainConfig
from playground.training.devices import Device, resolve_device
from playground.training.errors import StoreError
from playground.training.event_log import EventLogWriter
from playground.training.events import EndEvent, EndStatus
from playground.training.loop import check_settings
from playground.training.process_identity import ProcessIdentity
from playground.training.run import Run
from playground.training.run_files import RESERVE_NAME
from playground.training.store import RunStore

_PROJECT = Path(__file__).resolve().parents[2]
TICK_SECONDS = 0.25
# A new worker's imports shall not compete with the first seconds of the run that took the last one.
_REFILL_AFTER_SECONDS = 4.0

_logger = logging.getLogger(__name__)

_launchers: dict[Path, Launcher] = {}
_launchers_lock = threading.Lock()


def launch(config: TrainConfig, store: RunStore | str | Path | None = None) -> Run:
    """Start the run, or queue it while its device is taken, and return it.

    Raises ConfigError, DataError or StoreError, each one sentence, when it cannot work.
    """
    store = store if isinstance(store, RunStore) else RunStore(store)
    return launcher_for(store).launch(config)


def launcher_for(store: RunStore) -> Launcher:
    """Return this process's launcher for the store."""
    with _launchers_lock:
        return _launchers.setdefault(store.folder, Launcher(store))


def check(config: TrainConfig, check_settings: Callable[[TrainConfig], None] = check_settings) -> None:
    """Raise ConfigError or DataError when the run could not work; what only the files tell is checked later."""
    info = DATASETS[config.dataset]
    # What came with the project and is missing now cannot be downloaded: the run says how to restore it.
    if not info.is_bundled and not is_available(config.dataset):
        raise DataError(f"{info.label} is not on this machine yet; download it first.")
    check_settings(config)


class Launcher:
    """Starts the queued runs of one store; its thread lives as long as the process."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._keep_warm = False
        self._warm: Worker | None = None
        self._busy: list[Worker] = []
        self._refill_at = 0.0
        self._devices: list[Device] | None = None
        self._logged = ""

    def launch(self, config: TrainConfig, check_settings: Callable[[TrainConfig], None] = check_settings) -> Run:
        """Start or queue a run. Raises ConfigError, DataError or StoreError, and what `check_settings` raises.

        That function traces the network; a server gives one that does so in its sandbox.
        """
        check(config, check_settings)
        run = self._store.create(config.on_device(resolve_device(config.device).name))
        self._start_thread()
        self._dispatch()
        return run

    def keep_warm(self, keep: bool = True) -> None:
        """From now on keep one worker ready, so that a run starts at once; or no longer replace the one there is."""
        self._keep_warm = keep
        self._start_thread()

    def dismiss(self) -> None:
        """End the worker that waits for a run, and keep none ready."""
        with self._lock:
            self._keep_warm = False
            if self._warm:
                self._warm.dismiss()
            self._warm = None

    @property
    def devices(self) -> list[Device] | None:
        """The machine's devices as the first warm worker found them, or None until it has."""
        if self._devices is None and self._warm:
            self._devices = self._warm.devices
        return self._devices

    @property
    def warm(self) -> bool:
        """Whether a worker is ready and waits for a run."""
        return self._warm is not None and self._warm.devices is not None

    def _start_thread(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="launcher", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        self._attempt(self._store.remove_leftovers)
        while True:
            before = time.thread_time()
            self._attempt(self._tick)
            # However many runs wait, looking at them takes a tenth of a core at most.
            time.sleep(max(TICK_SECONDS, 9 * (time.thread_time() - before)))

    def _attempt(self, act: Callable[[], None]) -> None:
        """Do it, and live on: a store that cannot be written now may be writable again later."""
        try:
            act()
        except Exception as error:  # whatever it was, the runs that come later are to be started
            if not isinstance(error, StoreError) and repr(error) != self._logged:
                self._logged = repr(error)
                _logger.exception("The launcher of %s goes on after an error.", self._store.folder)

    def _tick(self) -> None:
        with self._lock:
            self._busy = [worker for worker in self._busy if worker.alive]
            if self._warm and not self._warm.alive:
                self._warm = None
                self._refill_at = time.monotonic() + _REFILL_AFTER_SECONDS
            if self._keep_warm and self._warm is None and time.monotonic() >= self._refill_at:
                self._warm = Worker()
        if self._store.queued():
            self._dispatch()

    def _dispatch(self) -> None:
        with self._lock, self._store.lock():
            taken = {run.device for run in self._store.working()}
            for run in self._store.queued():
                # What hinders one run must not hinder the others; it is tried again.
                with contextlib.suppress(StoreError, OSError):
                    self._dispatch_run(run, taken)

    def _dispatch_run(self, run: Run, taken: set[str | None]) -> None:
        if run.stop_requested:
            _end_before_start(run, "stopped", "Stopped while it waited for its device.")
        # A folder that cannot be written would use up one worker after the other.
        elif run.config.device not in taken and os.access(run.folder, os.W_OK) and self._assign(run):
            taken.add(run.config.device)

    def _assign(self, run: Run) -> bool:
        """Whether a worker has the run now; else it ends with the reason."""
        try:
            worker = self._warm if self._warm and self._warm.alive else Worker()
        except (OSError, psutil.Error) as error:
            _end_before_start(run, "failed", f"No process can be started for this run: {error}.")
            return False
        self._warm = None
        self._refill_at = time.monotonic() + _REFILL_AFTER_SECONDS
        self._busy.append(worker)
        try:
            self._store.assign(run, worker.identity)
        except StoreError as error:
            worker.dismiss()
            _end_before_start(run, "failed", str(error))
            return False
        worker.assign(run)
        return True


class Worker:
    """A worker process: it leads a group of its own and outlives this process once it has a run."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "playground.training.worker"],
            cwd=_PROJECT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.identity = ProcessIdentity.of(self._process.pid)
        self.devices: list[Device] | None = None
        threading.Thread(target=self._read_devices, daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether the process runs; one that has ended is waited for."""
        return self._process.poll() is None

    def assign(self, run: Run) -> None:
        """Give the worker its run; it starts as soon as it is ready."""
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps({"run": str(run.folder)}) + "\n")
            self._process.stdin.close()

    def dismiss(self) -> None:
        """End the worker, which has no run."""
        assert self._process.stdin
        self._process.stdin.close()
        # It may be in the midst of its imports, and would finish them first.
        self._process.terminate()

    def _read_devices(self) -> None:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if line:
            self.devices = [Device(**values) for values in json.loads(line)["devices"]]


def _end_before_start(run: Run, status: EndStatus, message: str) -> None:
    (run.folder / RESERVE_NAME).unlink(missing_ok=True)
    with EventLogWriter(run.folder) as log:
        log.append(EndEvent(status, message, 0, 0.0))
