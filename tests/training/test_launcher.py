"""Runs in processes of their own: started, watched, stopped, killed, queued and deleted, as people and accidents do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
import torch

from playground.data import DataError, Subset
from playground.training import (
    ConfigError,
    EpochEvent,
    Run,
    RunDeletedError,
    RunStore,
    StartEvent,
    StepEvent,
    TrainConfig,
    checkpoint_path,
    launch,
    launcher_for,
    read_checkpoint,
    train,
)
from playground.training.run_files import RESERVE_NAME
from playground.training.worker import NICENESS
from tests.training.conftest import (
    PATIENCE,
    PROJECT,
    Server,
    endless,
    last_step,
    network,
    small,
    wait_for,
    wait_for_epoch,
    worker_of,
)
from tests.training.test_loop import Keep, same, without_times

StartServer = Callable[..., Server]


def loads(run: Run, name: str) -> dict[str, object]:
    """The run's checkpoint, whose weights fit its network."""
    checkpoint = read_checkpoint(checkpoint_path(run.folder, name))
    run.config.spec.build().load_state_dict(checkpoint["state_dict"])
    return checkpoint


def status_in_another_process(run: Run) -> str:
    code = "import sys; from playground.training import RunStore; print(RunStore(sys.argv[1]).get(sys.argv[2]).status)"
    command = [sys.executable, "-c", code, str(run.folder.parent), run.id]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.strip()


def test_a_run_trains_in_its_own_process_what_the_loop_trains_here(store: RunStore) -> None:
    config = small(network="lenet", validation=0.2)
    run = launch(config, store.folder)
    wait_for(lambda: run.status == "running", "the run")
    worker = worker_of(run)
    assert worker.nice() >= NICENESS
    assert os.getpgid(worker.pid) == worker.pid
    assert run.wait(PATIENCE) == "finished"

    keep = Keep()
    assert without_times(run.events()) == without_times(list(train(config, [keep])))
    assert same(keep.state.model.state_dict(), loads(run, "last")["state_dict"])
    assert loads(run, "best")["arch"] == "lenet"
    assert run.config == config
    assert store.runs() == [run]
    assert (run.history.progress, status_in_another_process(run)) == (1.0, "finished")
    assert not (run.folder / RESERVE_NAME).exists()
    assert (run.folder / "worker.log").read_text() == ""
    assert list(run.folder.glob("events.out.tfevents.*"))
    psutil.wait_procs([worker], timeout=PATIENCE)
    assert not worker.is_running()


def test_a_killed_worker_leaves_an_interrupted_run_whose_curve_and_checkpoint_are_whole(store: RunStore) -> None:
    run, next_run = launch(endless(), store), launch(small(epochs=1), store)
    wait_for_epoch(run, 2)
    before = run.events()
    worker_of(run).kill()
    assert run.wait(PATIENCE) == "interrupted"
    assert not run.active
    assert status_in_another_process(run) == "interrupted"

    events = run.events()
    assert events[: len(before)] == before
    steps = [event.step for event in events if isinstance(event, StepEvent)]
    assert steps == sorted(set(steps))
    assert loads(run, "last")["epoch"] >= 2
    assert loads(run, "best")["epoch"] >= 1
    assert run.history.end is None
    # The device is free again: who waited for it starts.
    assert next_run.wait(PATIENCE) == "finished"


def test_a_run_outlives_the_server_that_launched_it_even_before_its_worker_was_ready(
    start_server: StartServer,
) -> None:
    server = start_server()
    assert server.read() == "ready"
    run = server.launch(small(epochs=5))
    assert run.status == "starting"
    server.kill()
    assert run.status == "starting"
    assert run.wait(PATIENCE) == "finished"
    assert last_step(run) == 5 * 6
    assert status_in_another_process(run) == "finished"


def test_a_warm_worker_takes_the_run_and_goes_on_when_its_server_is_killed(start_server: StartServer) -> None:
    server = start_server("--warm")
    warm = psutil.Process(int(server.read()))
    run = server.launch(endless())
    assert worker_of(run) == warm
    wait_for_epoch(run)
    server.kill()
    wait_for_epoch(run, run.events()[-1].epoch + 10)
    run.stop()
    assert run.wait(PATIENCE) == "stopped"


def test_a_warm_worker_without_a_run_ends_when_its_server_is_killed(start_server: StartServer) -> None:
    server = start_server("--warm")
    idle = psutil.Process(int(server.read()))
    assert idle.is_running()
    server.kill()
    psutil.wait_procs([idle], timeout=PATIENCE)
    assert not idle.is_running()


def test_a_paused_run_takes_no_steps_until_it_goes_on(store: RunStore) -> None:
    run = launch(endless(), store)
    wait_for_epoch(run)
    worker = worker_of(run)

    run.pause()
    assert run.status == "paused"
    wait_for(lambda: not _has_news_after(run, worker, wakings=5), "the pause")
    used = sum(worker.cpu_times()[:2])
    assert not _has_news_after(run, worker, wakings=20)
    # It looks for the end of the pause 20 times a second, and computes nothing.
    assert sum(worker.cpu_times()[:2]) - used < 0.2
    step = last_step(run)

    run.resume()
    assert run.status == "running"
    wait_for(lambda: last_step(run) > step + 50, "further steps")
    run.pause()
    wait_for(lambda: not _has_news_after(run, worker, wakings=5), "the pause")
    run.stop()
    assert run.wait(PATIENCE) == "stopped"
    assert loads(run, "last")["step"] == run.events()[-1].step


def _has_news_after(run: Run, worker: psutil.Process, wakings: int) -> bool:
    """Whether the run's log grows until its worker, asleep between its looks at the pause, has woken so often.

    At work it may wake as often between two events, of which there are ten a second: hence also a second.
    """
    before = run.events()
    time.sleep(1)
    woken = worker.num_ctx_switches().voluntary + wakings
    wait_for(lambda: worker.num_ctx_switches().voluntary >= woken or not worker.is_running(), "the worker to wake")
    return run.events() != before


def test_runs_on_one_device_wait_for_each_other(store: RunStore) -> None:
    # Settings that cannot be read hold up nobody.
    broken = store.create(small())
    (broken.folder / "config.json").write_text('{"version": 99}')
    first, second, third = (launch(endless(seed=seed), store) for seed in range(3))
    assert broken.status == "damaged"
    assert "settings" in broken.damage

    wait_for_epoch(first)
    assert [run.status for run in (first, second, third)] == ["running", "queued", "queued"]
    assert store.working() == [first]
    assert store.queued() == [second, third]

    second.stop()
    assert second.wait(PATIENCE) == "stopped"
    assert second.events()[-1].message == "Stopped while it waited for its device."
    assert (first.status, third.status) == ("running", "queued")

    first.stop()
    assert first.wait(PATIENCE) == "stopped"
    wait_for_epoch(third)
    assert store.working() == [third]

    # A process that stands still cannot end by itself: it is killed.
    worker = worker_of(third)
    worker.suspend()
    store.delete(third)
    assert not third.folder.exists()
    psutil.wait_procs([worker], timeout=PATIENCE)
    assert not worker.is_running()
    assert (third.status, third.events()) == ("deleted", [])
    with pytest.raises(RunDeletedError):
        store.get(third.id)
    assert {path.name for path in store.folder.iterdir()} == {broken.id, first.id, second.id, ".lock"}


def test_two_servers_on_one_store_train_one_run_at_a_time(store: RunStore, start_server: StartServer) -> None:
    servers = [start_server(), start_server()]
    for server in servers:
        assert server.read() == "ready"
    # Both are asked before either is waited for.
    for server in servers:
        server.ask(small(epochs=20))
    runs = [store.get(server.read()) for server in servers]
    assert {run.wait(PATIENCE) for run in runs} == {"finished"}
    times = sorted(_training_time(run) for run in runs)
    assert all(earlier_end <= later_start for (_, earlier_end), (later_start, _) in pairwise(times)), times


def _training_time(run: Run) -> tuple[float, float]:
    """When the run's first step began, and a time before which its last one did not end."""
    (start,) = (event for event in run.events() if isinstance(event, StartEvent))
    return start.time, start.time + sum(event.seconds for event in run.events() if isinstance(event, EpochEvent))


@pytest.mark.parametrize(
    ("config", "field"),
    [
        (small(network="lenet", dataset="mnist", batch_size=601), "batch_size"),
        (small(subset=Subset(indices=(1, 2, 3))), "batch_size"),
        (small(validation=0.9), "batch_size"),
        (small(subset=Subset(first=60_001)), "subset"),
        (small(subset=Subset(classes=(0,), first=5_924)), "subset"),
        (small(subset=Subset(classes=(10,))), "subset"),
        (small(subset=Subset(first=1), validation=0.9, batch_size=1), "validation"),
        (small(network="mlp_batchnorm", subset=Subset(first=1), batch_size=1), "subset"),
        (small(network="mlp_batchnorm", subset=Subset(first=601), batch_size=100), "batch_size"),
        (small(network=network(("Flatten", {}), ("AdaptiveAvgPool1d", {"output_size": 10}))), "network"),
        (small(device="cuda:99"), "device"),
        (small(network=network(("Flatten", {}), ("Linear", {"in_features": 3, "out_features": 10}))), "network"),
    ],
)
def test_what_cannot_work_is_said_before_there_is_a_run(store: RunStore, config: TrainConfig, field: str) -> None:
    with pytest.raises(ConfigError) as caught:
        launch(config, store)
    assert caught.value.field == field
    assert store.runs() == []


def test_data_that_are_not_here_are_said_before_there_is_a_run(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DOWNLOADS", str(store.folder / "downloads"))
    with pytest.raises(DataError, match="Kuzushiji-MNIST is not on this machine yet; download it first"):
        launch(small(dataset="kmnist"), store)
    assert store.runs() == []


def test_a_disk_that_is_full_after_the_settings_were_written_fails_the_run_with_a_sentence(
    mount: Callable[[str], Path],
) -> None:
    # A page of settings beside the reserve: the next file, which notes the process, has no room.
    store = RunStore(mount("size=68k"))
    run = launch(small(), store)
    assert run.status == "failed"
    assert run.events()[-1].message.endswith("is full; free some space or delete runs, then start again.")


def test_a_disk_that_fills_up_fails_the_run_with_a_sentence_and_keeps_its_checkpoint(
    mount: Callable[[str], Path],
) -> None:
    store = RunStore(mount("size=2m"))
    run = launch(endless(), store)
    wait_for_epoch(run, 2)
    filler = (store.folder / "filler").open("wb", buffering=0)
    with filler:
        while run.active:
            try:
                filler.write(bytes(4096))
            except OSError:
                wait_for(lambda: not run.active, "the end")
    assert run.status == "failed"
    assert run.events()[-1].message.startswith("The disk is full, so the run ended; what was saved before is kept.")
    assert loads(run, "last")["epoch"] >= 1
    assert loads(run, "best")["epoch"] >= 1
    assert [event.epoch for event in run.events() if isinstance(event, EpochEvent)][:2] == [1, 2]


def test_one_launcher_serves_a_store(store: RunStore, tmp_path: Path) -> None:
    assert launcher_for(store) is launcher_for(RunStore(store.folder))
    assert launcher_for(store) is not launcher_for(RunStore(tmp_path / "other"))
    assert not launcher_for(store).warm
    assert launcher_for(store).devices is None


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_a_run_on_the_gpu_and_one_on_the_cpu_train_at_the_same_time(store: RunStore) -> None:
    runs = [launch(endless(device=device), store) for device in ("cuda", "cpu")]
    for run in runs:
        wait_for_epoch(run)
    assert [run.status for run in runs] == ["running", "running"]
    for run in runs:
        run.stop()
        assert run.wait(PATIENCE) == "stopped"
