from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.training import EndEvent, Run, RunDeletedError, RunStore, StoreError, launch
from playground.training.event_log import EventLogWriter
from playground.training.store import DEFAULT_FOLDER, FOLDER_VARIABLE
from tests.training.conftest import PROJECT, network, small

LINEAR = (("Flatten", {}), ("Linear", {"in_features": 784, "out_features": 10}))


def end(run: Run) -> None:
    with EventLogWriter(run.folder) as log:
        log.append(EndEvent("finished", "", 1, 1.0))


def test_a_run_is_found_again_with_its_settings(store: RunStore) -> None:
    config = small(network=network(*LINEAR), seed=5)
    run = store.create(config)
    again = RunStore(store.folder)
    assert again.runs() == again.queued() == [run]
    assert again.get(run.id) == run
    assert again.get(run.id).config == config
    assert (run.status, run.active, run.events()) == ("queued", True, [])
    assert run.wait(timeout=0) == "queued"


def test_the_newest_run_comes_first_and_the_oldest_is_started_first(store: RunStore) -> None:
    runs = [store.create(small(network=name)) for name in ("mlp", "cnn", "lenet", "mlp")]
    assert store.runs() == runs[::-1]
    assert store.queued() == runs
    assert store.working() == []


def test_a_run_that_has_ended_waits_no_more(store: RunStore) -> None:
    run = store.create(small())
    end(run)
    assert (run.status, run.active) == ("finished", False)
    assert store.queued() == store.working() == []
    assert store.runs() == [run]


@pytest.mark.parametrize(
    "name",
    ["Réseau", "क्षि", "สวัสดี", "深" * 100, "𠀀" * 100, "a" * 100],
    ids=["French", "Hindi", "Thai", "100 Chinese letters", "100 rare letters", "100 letters"],
)
def test_a_network_of_any_name_makes_a_run_that_is_found(store: RunStore, name: str) -> None:
    run = store.create(small(network=network(*LINEAR, name=name)))
    assert store.runs() == store.queued() == [run]
    assert store.get(run.id).config.network_name == name
    assert run.id.isascii()


@pytest.mark.parametrize(
    "run_id",
    ["", ".", "..", "../../etc", "/etc", "20260101-120000000000-lenet-abc123", ".lock", "a/b", "a\0b", "x" * 300, "é"],
)
def test_a_run_that_is_not_there_is_a_deleted_one(store: RunStore, run_id: str) -> None:
    store.create(small())
    with pytest.raises(RunDeletedError, match="deleted"):
        store.get(run_id)


def test_a_folder_beside_the_store_is_no_run_of_it(store: RunStore, tmp_path: Path) -> None:
    (tmp_path / "20260101-120000000000-lenet-abc123").mkdir()
    store.create(small())
    with pytest.raises(RunDeletedError):
        store.get("../20260101-120000000000-lenet-abc123")


def test_a_deleted_run_says_so_wherever_it_is_asked(store: RunStore) -> None:
    run, other = store.create(small()), store.create(small())
    store.delete(run)
    assert not run.folder.exists()
    assert store.runs() == [other]
    assert (run.status, run.active, run.events()) == ("deleted", False, [])
    for ask in (lambda: run.config, run.stop, run.pause, lambda: store.get(run.id)):
        with pytest.raises(RunDeletedError, match="deleted"):
            ask()
    run.resume()
    store.delete(run)
    assert run.wait() == "deleted"
    assert [path for path in store.folder.iterdir() if path.name not in (other.id, ".lock")] == []


def test_a_store_without_a_folder_is_empty_and_makes_it_when_needed(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "deep" / "runs")
    assert store.runs() == store.queued() == store.working() == []
    run = store.create(small())
    assert store.runs() == [run]


def test_what_is_no_run_is_passed_over(store: RunStore) -> None:
    run = store.create(small())
    (store.folder / "notes.txt").write_text("mine")
    (store.folder / "folder").mkdir()
    (store.folder / f".{run.id}").mkdir()
    assert store.runs() == [run]


def test_the_lock_is_held_by_one_at_a_time(store: RunStore) -> None:
    inside = []
    most = []

    def work() -> None:
        for _ in range(50):
            with RunStore(store.folder).lock():
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 200
    assert max(most) == 1


def test_the_folder_is_the_one_asked_for_or_of_the_environment_or_the_projects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    assert RunStore().folder == DEFAULT_FOLDER == PROJECT / "runs"
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert RunStore().folder == tmp_path
    monkeypatch.chdir(tmp_path)
    assert RunStore("mine").folder == tmp_path / "mine"


def below_a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "runs"


def a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("")
    return tmp_path / "file"


def with_a_name_too_long(tmp_path: Path) -> Path:
    return tmp_path / ("x" * 300)


def a_loop_of_links(tmp_path: Path) -> Path:
    (tmp_path / "link").symlink_to(tmp_path / "link")
    return tmp_path / "link" / "runs"


@pytest.mark.parametrize("place", [below_a_file, a_file, with_a_name_too_long, a_loop_of_links])
def test_a_store_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path, place: Callable[[Path], Path]) -> None:
    store = RunStore(place(tmp_path))
    for ask in (lambda: store.create(small()), lambda: launch(small(), store), lambda: store.lock().__enter__()):
        with pytest.raises(StoreError) as caught:
            ask()
        assert str(store.folder) in str(caught.value)
        assert FOLDER_VARIABLE in str(caught.value)


@pytest.mark.parametrize("place", [with_a_name_too_long, a_loop_of_links])
def test_a_store_that_cannot_be_listed_is_said_in_a_sentence(tmp_path: Path, place: Callable[[Path], Path]) -> None:
    store = RunStore(place(tmp_path))
    for ask in (store.runs, store.queued, store.working, lambda: store.get("20260101-120000000000-lenet-abc123")):
        with pytest.raises(StoreError, match=re.escape(f"({store.folder}) cannot be read: ")):
            ask()


def test_a_disk_that_can_only_be_read_is_said_in_a_sentence(mount: Callable[[str], Path]) -> None:
    store = RunStore(mount("ro") / "runs")
    assert store.runs() == []
    for ask in (lambda: store.create(small()), lambda: launch(small(), store), lambda: store.lock().__enter__()):
        with pytest.raises(StoreError, match=r"cannot be written: Read-only file system\. Make it writable"):
            ask()


def test_a_disk_that_is_full_is_said_in_a_sentence_and_nothing_is_left_on_it(mount: Callable[[str], Path]) -> None:
    store = RunStore(mount("size=40k"))
    for ask in (lambda: store.create(small()), lambda: launch(small(), store)):
        with pytest.raises(StoreError, match=r"is full; free some space or delete runs"):
            ask()
        assert [path for path in store.folder.iterdir() if path.name != ".lock"] == []


def test_settings_that_cannot_be_read_are_said_in_a_sentence(store: RunStore) -> None:
    run = store.create(small())
    (run.folder / "config.json").write_text('{"version": 2}')
    with pytest.raises(StoreError, match=f"settings of the run {run.id} cannot be read"):
        _ = run.config
