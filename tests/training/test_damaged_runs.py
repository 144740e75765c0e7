"""A run whose files are not what a run writes is said to be damaged, can be deleted, and holds up no other."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.training import RunStore, StoreError, launch, launcher
from tests.training.conftest import PATIENCE, small, wait_for
from tests.training.damages import DAMAGES, EPOCH, START, damaged_run, ended_run


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_run_is_said_to_be_one_and_can_be_deleted(store: RunStore, name: str) -> None:
    run = damaged_run(store, name)
    assert run.status == "damaged"
    assert not run.active
    assert run.wait() == "damaged"
    reason = run.damage
    assert reason
    assert f"the run {run.id} cannot be read: " in reason
    assert reason.endswith(".")
    file = name.partition(": ")[0]
    assert file in reason or file in {"start", "step", "epoch", "end", "log", "folder", "config.json"}

    assert store.runs() == [run]
    assert store.queued() == store.working() == []
    store.delete(run)
    assert run.status == "deleted"
    assert [path.name for path in store.folder.iterdir()] == [".lock"]


def test_damaged_runs_hold_up_no_other(store: RunStore) -> None:
    damaged = [damaged_run(store, name) for name in DAMAGES]
    runs = [launch(small(epochs=1, seed=seed), store) for seed in range(2)]
    assert [run.wait(PATIENCE) for run in runs] == ["finished", "finished"]
    assert {run.status for run in damaged} == {"damaged"}


def test_a_run_that_is_mended_is_damaged_no_more(store: RunStore) -> None:
    run = ended_run(store)
    for name in ("process.json", "config.json", "events.jsonl"):
        content = (run.folder / name).read_bytes()
        (run.folder / name).write_bytes(content.replace(b'"', b"'"))
        assert run.status == "damaged"
        (run.folder / name).write_bytes(content)
        assert run.status == "finished"
        assert run.history.damage is None


def test_what_can_be_read_of_a_damaged_run_is_read(store: RunStore) -> None:
    run = damaged_run(store, "end: status bogus")
    assert (run.history.start, run.history.epochs, run.history.end) == (START, (EPOCH,), None)
    assert run.config == small()
    with pytest.raises(StoreError, match="in line 4, the field 'status' of the event 'end' cannot be \"bogus\""):
        run.events()


def test_a_queued_run_that_is_damaged_starts_when_it_is_mended(store: RunStore) -> None:
    run = store.create(small(epochs=1))
    config = run.folder / "config.json"
    settings = config.read_text()
    config.write_text("")
    other = launch(small(epochs=1), store)
    assert other.wait(PATIENCE) == "finished"
    assert (run.status, store.queued()) == ("damaged", [])
    config.write_text(settings)
    assert run.wait(PATIENCE) == "finished"


def test_the_launcher_goes_on_whatever_a_look_at_the_store_raises(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks = []

    def fail(asked: RunStore) -> list[object]:
        looks.append(asked.folder)
        raise ArithmeticError("whatever")

    with monkeypatch.context() as patch:
        run = launch(small(epochs=1), store)
        assert run.wait(PATIENCE) == "finished"
        patch.setattr(RunStore, "queued", fail)
        wait_for(lambda: looks.count(store.folder) > 1, "two looks")
    # It is said once.
    assert sum(str(store.folder) in record.getMessage() for record in caplog.records) == 1
    waiting = store.create(small(epochs=1))
    assert waiting.wait(PATIENCE) == "finished"


def test_a_queued_run_in_a_place_that_is_read_only_holds_up_no_other_and_takes_no_worker(
    store: RunStore, mount: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.create(small())
    disk = mount("size=1m")
    shutil.copytree(run.folder, disk / run.id)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    shutil.rmtree(run.folder)
    run.folder.symlink_to(disk / run.id)
    workers = []
    begin = launcher.Worker.__init__
    monkeypatch.setattr(launcher.Worker, "__init__", lambda worker: (workers.append(worker), begin(worker))[1])
    other = launch(small(epochs=1), store)
    assert other.wait(PATIENCE) == "finished"
    assert run.status == "queued"
    assert len(workers) == 1


def test_of_a_run_that_is_a_link_only_the_link_is_deleted(store: RunStore, tmp_path: Path) -> None:
    run = ended_run(store)
    elsewhere = run.folder.rename(tmp_path / "elsewhere")
    run.folder.symlink_to(elsewhere)
    assert run.status == "finished"
    assert store.runs() == [run]
    store.delete(run)
    assert run.status == "deleted"
    assert [path.name for path in store.folder.iterdir()] == [".lock"]
    assert (elsewhere / "config.json").exists()
