"""What the tests of `playground.training` share: small settings, stores, servers, and the end of every process."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
from hypothesis import settings

from playground.data import Subset
from playground.networks import Layer, NetworkSpec
from playground.training import EpochEvent, Run, RunStore, StepEvent, TrainConfig

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0
MARK = "PLAYGROUND_TESTS_TRAINING"

# How long an example takes says nothing here: the first use of torch and a busy machine are slow.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

T = TypeVar("T")


def small(**overrides: Any) -> TrainConfig:
    """Settings that train in a moment: zeros and ones, of these 600, one thread."""
    values: dict[str, Any] = {
        "network": "logistic_regression",
        "epochs": 2,
        "device": "cpu",
        "subset": Subset(classes=(0, 1), first=600),
        "threads": 1,
    }
    return TrainConfig(**{**values, **overrides})


def endless(**overrides: Any) -> TrainConfig:
    """Settings whose run has an epoch a few times a second and does not end by itself while a test looks at it."""
    return small(**{"epochs": 10_000, "learning_rate": 1e-5, "schedule": "constant", **overrides})


def network(
    *layers: tuple[str, dict[str, Any]], name: str = "Own", shape: tuple[int, ...] = (1, 28, 28)
) -> NetworkSpec:
    """A spec of these layers, called layer0, layer1, ..."""
    named = (Layer(f"layer{index}", type_, arguments) for index, (type_, arguments) in enumerate(layers))
    return NetworkSpec(name, tuple(named), shape)


def wait_for(get: Callable[[], T], what: str) -> T:
    """The first value of `get` that is true."""
    deadline = time.monotonic() + PATIENCE
    while not (value := get()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)
    return value


def wait_for_epoch(run: Run, number: int = 1) -> EpochEvent:
    """The run's first event of an epoch of at least this number."""

    def find() -> EpochEvent | None:
        assert run.status in ("queued", "starting", "running"), (run.status, run.events()[-1:])
        epochs = (event for event in run.events() if isinstance(event, EpochEvent) and event.epoch >= number)
        return next(epochs, None)

    return wait_for(find, f"epoch {number}")


def last_step(run: Run) -> int:
    """The newest step in the run's log."""
    return max((event.step for event in run.events() if isinstance(event, StepEvent)), default=0)


def worker_of(run: Run) -> psutil.Process:
    """The process that works on the run."""
    return psutil.Process(json.loads((run.folder / "process.json").read_text())["pid"])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    store = RunStore(tmp_path / "runs")
    yield store
    # Where a test failed, its queued runs shall not start during the next one.
    for run in store.queued():
        store.delete(run)


@pytest.fixture(scope="package", autouse=True)
def _mark() -> Iterator[str]:
    """Marks every process that is started from here on, so that it is found whoever its parent is by then."""
    os.environ[MARK] = secrets.token_hex(8)
    yield os.environ[MARK]
    del os.environ[MARK]


@pytest.fixture(autouse=True)
def _no_process_left(_mark: str) -> Iterator[None]:
    """Every process that a test started is gone afterwards, by itself."""
    yield
    _, left = psutil.wait_procs(_marked_processes(_mark), timeout=PATIENCE)
    names = [f"{process.pid} {process.cmdline()}" for process in left if process.is_running()]
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    assert not names


def _marked_processes(mark: str) -> set[psutil.Process]:
    found = set()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.add(process)
    return found


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a small file system in memory with the options given, and returns its folder."""
    mounted: list[Path] = []

    def mount(options: str) -> Path:
        if not sys.platform.startswith("linux") or shutil.which("mount") is None:
            pytest.skip("needs Linux with the command mount")
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}; start the tests as root")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class Server:
    """A process that launches runs, as the app's server does; see `server.py`."""

    def __init__(self, store: RunStore, *options: str) -> None:
        self._store = store
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.training.server", str(store.folder), *options],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self) -> str:
        """The next line that the server prints."""
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def ask(self, config: TrainConfig) -> None:
        """Ask the server to launch a run."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(json.loads(config.to_json())) + "\n")
        self.process.stdin.flush()

    def launch(self, config: TrainConfig) -> Run:
        """Launch a run and return it."""
        self.ask(config)
        return self._store.get(self.read())

    def kill(self) -> None:
        """End the server as `kill -9` does."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream
            stream.close()


@pytest.fixture
def start_server(store: RunStore) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*options: str) -> Server:
        servers.append(Server(store, *options))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()
