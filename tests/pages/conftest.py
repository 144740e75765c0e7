"""Pages in this process by Streamlit's AppTest; each test has a run folder of its own."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from playground.data import Subset
from playground.training import Run, RunStore, TrainConfig
from playground.training.process_identity import ProcessIdentity
from playground.training.run_files import write_process
from playground.training.worker import run_in_folder
from playground.ui.runs import launcher
from playground.ui.sandboxed import sandbox_is_ready
from playground.ui.warm_up import begin_warm_up, keep_a_worker_warm, torch_is_ready

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
# A character as `plain` writes it, alone or in a directive that parts it from its neighbours.
ESCAPED = re.compile(r"(:color\[)?(?:&#(\d+);|\\([!-/:-@\[-`{-~]))(?(1)\])")

# Settings none of which is the page's default, for a run that takes a moment.
SMALL = TrainConfig(
    network="logistic_regression",
    epochs=2,
    batch_size=50,
    optimizer="nesterov",
    learning_rate=0.02,
    schedule="cosine",
    device="cpu",
    seed=7,
    subset=Subset(classes=(3, 5), first=600),
    validation=0.25,
    threads=1,
)


def open_page(script: str = "pages/train.py", **address: str) -> AppTest:
    """The page as someone sees it who opens its address."""
    page = AppTest.from_file(ROOT / "app.py", default_timeout=30)
    if script != "app.py":
        page.switch_page(script)
    for name, value in address.items():
        page.query_params[name] = value
    return page.run()


def assert_no_traceback(page: AppTest) -> None:
    assert [exception.message for exception in page.exception] == []


def field(page: AppTest, key: str) -> Any:
    """The field of this key; one that was given another value is another widget, with a version after the key."""
    fields = [*page.text_input, *page.number_input, *page.selectbox]
    return next(each for each in fields if each.key and each.key.partition("~")[0] == key)


def as_shown(markdown: str) -> str:
    """What a person reads where the page wrote `plain(text)`: the text."""
    return ESCAPED.sub(lambda found: chr(int(found[2])) if found[2] else found[3], markdown)


def sentences(page: AppTest) -> list[str]:
    """What the page says in boxes."""
    return [as_shown(box.value) for kind in (page.error, page.warning, page.info, page.success) for box in kind]


def ancestors(page: AppTest, key: str) -> list[str]:
    """The types of the blocks around the element with this key, the outermost first."""

    def find(block: Block, path: list[str]) -> list[str] | None:
        for child in block.children.values():
            if isinstance(child, Element) and getattr(child, "key", None) == key:
                return path
            if isinstance(child, Block) and (found := find(child, [*path, child.type or ""])) is not None:
                return found
        return None

    found = find(page.main, [])
    assert found is not None, f"there is no {key}"
    return found


def charts(page: AppTest) -> list[dict[str, Any]]:
    """The figures of the page's live charts, as they are sent to the browser."""
    return [json.loads(chart.proto.bytes) for chart in page.get("bidi_component")]


def modes(*paths: Path) -> tuple[int, ...]:
    """Who may read and write these."""
    return tuple(stat.S_IMODE(path.stat().st_mode) for path in paths)


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def _warm_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The same, should other tests run between two of this folder: the worker waits for runs there."""
    return {name: str(tmp_path_factory.mktemp("warm")) for name in ("PLAYGROUND_RUNS", "PLAYGROUND_DOWNLOADS")}


@pytest.fixture(scope="package", autouse=True)
def _warm_server(_warm_folders: dict[str, str]) -> Iterator[None]:
    """This process is like a server that has run for a while: torch is imported, and a worker waits for a run.

    The worker gets none, so that no other takes its place later; it ends with this process.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, folder in _warm_folders.items():
            patch.setenv(name, folder)
        begin_warm_up()
        keep_a_worker_warm()
        wait_for(sandbox_is_ready, "the sandbox")
        wait_for(torch_is_ready, "torch")
        wait_for(lambda: launcher().warm, "a warm worker")
        yield


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunStore]:
    """The store that the pages of this test show."""
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path / "runs"))
    store = RunStore()
    store.folder.mkdir()
    yield store
    for run in store.runs():
        store.delete(run)


@pytest.fixture(scope="package")
def _recorded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[TrainConfig], Run]:
    """Train settings in this process, each once, apart from any store that a page shows."""
    store = RunStore(tmp_path_factory.mktemp("recorded"))
    runs: dict[TrainConfig, Run] = {}

    def record(config: TrainConfig) -> Run:
        if config not in runs:
            threads = torch.get_num_threads()
            runs[config] = store.create(config)
            run_in_folder(runs[config].folder)
            torch.set_num_threads(threads)
        return runs[config]

    return record


@pytest.fixture
def past_run(store: RunStore, _recorded: Callable[[TrainConfig], Run]) -> Callable[..., Run]:
    """Put runs that have ended into the store: `past_run(config)` returns one."""

    def add(config: TrainConfig = SMALL) -> Run:
        recorded = _recorded(config)
        return Run(Path(shutil.copytree(recorded.folder, store.folder / recorded.id)))

    return add


@pytest.fixture
def finished(past_run: Callable[..., Run]) -> Run:
    run = past_run()
    assert run.status == "finished"
    return run


@pytest.fixture
def failed(past_run: Callable[..., Run]) -> Run:
    """A run that asked for more images than there are of its class, which only the data tells."""
    run = past_run(TrainConfig(network="mlp", device="cpu", subset=Subset(classes=(0,), first=7000), threads=1))
    assert run.status == "failed"
    return run


@pytest.fixture
def interrupted(past_run: Callable[..., Run]) -> Run:
    """A run whose log stops before its end and whose process is gone."""
    run = past_run(TrainConfig(network="mlp", device="cpu", subset=Subset(first=600), threads=1))
    log = run.folder / "events.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as gone:
        write_process(run.folder, ProcessIdentity.of(gone.pid))
    assert run.status == "interrupted"
    return run
