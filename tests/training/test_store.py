from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.training import EndEvent, NoSuchRunError, Run, RunDeletedError, RunStore, StoreError, launch, run_index
from playground.training.event_log import EventLogWriter
from playground.training.process_identity import ProcessIdentity
from playground.training.run_files import write_process
from playground.training.store import DEFAULT_FOLDER, FOLDER_VARIABLE
from playground.training.worker import run_in_folder
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


def test_what_waits_and_works_is_known_at_once_whichever_process_changed_it(store: RunStore) -> None:
    assert store.queued() == []
    first = store.create(small())
    assert store.queued() == [first]
    # As another process does it, which shares nothing with this one but the folder.
    copy = Run(Path(shutil.copytree(first.folder, store.folder / "20200102-030405000000-lenet-0a1b2c")))
    assert store.queued() == [copy, first]
    write_process(first.folder, ProcessIdentity.of(os.getpid()))
    assert (store.queued(), store.working()) == ([copy], [first])
    end(first)
    shutil.rmtree(copy.folder)
    assert store.queued() == store.working() == []


def test_a_run_that_came_without_a_change_of_the_folders_time_is_found_later(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store.create(small())
    long_ago = time.time_ns() - 10**12
    os.utime(store.folder, ns=(long_ago, long_ago))
    assert store.queued() == [first]
    second = store.create(small())
    os.utime(store.folder, ns=(long_ago, long_ago))
    assert store.queued() == [first]
    monkeypatch.setattr(run_index, "_TRUSTED_SECONDS", 0.0)
    assert store.queued() == [first, second]


def test_runs_that_are_over_are_asked_once(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        end(store.create(small()))
    waiting = store.create(small())
    assert store.queued() == [waiting]
    asked = []
    status = Run.status.fget
    assert status
    monkeypatch.setattr(Run, "status", property(lambda run: asked.append(run) or status(run)))
    assert store.queued() == [waiting]
    assert set(asked) == {waiting}


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
def test_a_run_that_is_not_there_and_was_not_seen_is_not_said_to_be_deleted(store: RunStore, run_id: str) -> None:
    store.create(small())
    with pytest.raises(NoSuchRunError) as caught:
        store.get(run_id)
    assert not isinstance(caught.value, RunDeletedError)
    is_id = run_id.startswith("2026")
    assert str(caught.value).startswith(f"There is no run {run_id} here" if is_id else "This is not the id of a run")


def test_a_run_that_was_seen_and_is_gone_is_a_deleted_one_whoever_deleted_it(store: RunStore) -> None:
    run, other = store.create(small()), store.create(small())
    assert store.runs() == [other, run]
    shutil.rmtree(run.folder)
    RunStore(store.folder).delete(other)
    for gone in (run, other):
        with pytest.raises(RunDeletedError, match=f"no run {gone.id} here any more; it was deleted"):
            RunStore(store.folder).get(gone.id)


def test_a_folder_beside_the_store_is_no_run_of_it(store: RunStore, tmp_path: Path) -> None:
    (tmp_path / "20260101-120000000000-lenet-abc123").mkdir()
    store.create(small())
    with pytest.raises(NoSuchRunError):
        store.get("../20260101-120000000000-lenet-abc123")


def test_a_deleted_run_says_so_wherever_it_is_asked(store: RunStore) -> None:
    run, other = store.create(small()), store.create(small())
    store.delete(run)
    assert not run.folder.exists()
    assert (run.status, run.active, run.events()) == ("deleted", False, [])
    for ask in (lambda: run.config, run.stop, run.pause):
        with pytest.raises(RunDeletedError, match="deleted"):
            ask()
    assert store.runs() == [other]
    run.resume()
    store.delete(run)
    assert run.wait() == "deleted"
    assert [path for path in store.folder.iterdir() if path.name not in (other.id, ".lock")] == []


def test_a_store_without_a_folder_is_empty_and_makes_it_when_needed(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "deep" / "runs")
    assert store.runs() == store.queued() == store.working() == []
    run = store.create(small())
    assert store.runs() == [run]


def test_a_run_is_private_to_the_account(store: RunStore) -> None:
    shared = os.umask(0)
    try:
        run = store.create(small(epochs=1))
        run_in_folder(run.folder)
        run.pause()
        run.stop()
        with store.lock():
            write_process(run.folder, ProcessIdentity.of(os.getpid()))
    finally:
        os.umask(shared)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (store.folder, *store.folder.rglob("*"))}
    assert {path for path, mode in modes.items() if mode != (0o700 if path.is_dir() else 0o600)} == set()
    assert {path.name for path in modes} >= {"config.json", "pause", "stop", "events.jsonl", "last.pth.tar", ".lock"}
    assert any(path.name.startswith("events.out.tfevents") for path in modes)


def test_what_killed_processes_left_is_removed_and_nothing_else(store: RunStore, tmp_path: Path) -> None:
    run = store.create(small())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").touch()
    deleted = [store.folder / f".deleted-{run.id}", store.folder / f".deleted-0a1b2c-{run.id}"]
    shutil.copytree(run.folder, deleted[0])
    deleted[1].symlink_to(elsewhere)
    old, fresh, mine = (store.folder / name for name in (f".{run.id[:-1]}0", f".{run.id[:-1]}1", ".deleted-mine"))
    for folder in (old, fresh, mine):
        folder.mkdir()
    os.utime(old, (0, 0))
    RunStore(store.folder).remove_leftovers()
    assert {path.name for path in store.folder.iterdir()} == {run.id, fresh.name, mine.name}
    assert (elsewhere / "mine").exists()
    RunStore(tmp_path / "nowhere").remove_leftovers()


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


def test_buttons_of_a_run_on_a_disk_that_became_read_only_say_so(mount: Callable[[str], Path]) -> None:
    store = RunStore(mount("size=1m"))
    run = store.create(small())
    run.pause()
    subprocess.run(["mount", "-o", "remount,ro", str(store.folder)], check=True)
    for ask in (run.resume, run.pause, run.stop):
        with pytest.raises(StoreError, match=f"{run.id} cannot be reached: Read-only file system"):
            ask()
    with pytest.raises(StoreError, match="cannot be written: Read-only file system"):
        store.delete(run)
    assert run.status == "queued"


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
