"""A store of thousands of runs: what the launcher and the Train page's list take, beside asking each run's folder.

python -m benchmarks.many_runs [--runs 3000] [--looks 20]

The launcher looks for queued runs four times a second, all day. Times are CPU seconds of this process; both ways to
look take turns, and must agree. One run is queued, the others have ended.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import Figure, interleaved_medians, print_figures
from playground.training import EndEvent, EpochEvent, Run, RunStore, StartEvent, StepEvent, TrainConfig
from playground.training.event_log import EventLogWriter
from playground.training.launcher import TICK_SECONDS
from playground.training.process_identity import ProcessIdentity
from playground.training.run_files import EVENT_LOG_NAME, PROCESS_NAME, write_process
from playground.training.run_index import RUN_ID

STEPS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a store of many runs.")
    parser.add_argument("--runs", type=int, default=3000)
    parser.add_argument("--looks", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "runs"
        _fill(RunStore(folder), options.runs)
        print(f"{options.runs:,} runs that have ended and one that waits; medians of {options.looks}")
        print_figures(_compare(folder, options.looks))


def _fill(store: RunStore, count: int) -> None:
    gone = ProcessIdentity(os.getpid(), 1.0)
    for _ in range(count):
        run = store.create(TrainConfig())
        write_process(run.folder, gone)
        with EventLogWriter(run.folder) as log:
            log.append(StartEvent("lenet", "cpu", "CPU", 1, 61_706, 60_000, 10_000, STEPS, 1, 0.0))
            for step in range(1, STEPS + 1):
                log.append(StepEvent(step, 1, 1 / step, 0.01, 10_000.0))
            log.append(EpochEvent(1, STEPS, 0.1, 0.1, 0.9, 6.0, 10_000.0))
            log.append(EndEvent("finished", "", STEPS, 6.0))
    store.create(TrainConfig())


def _compare(folder: Path, looks: int) -> list[Figure]:
    store = RunStore(folder)
    first = _seconds(store.queued)
    assert store.queued() == _ask_every_folder(folder)
    newest = store.runs()[:8]
    just_added = statistics.median(_seconds(store.queued) for _ in range(looks))
    # As a store is whose last run was added a while ago.
    os.utime(folder, (0, 0))
    medians = interleaved_medians(
        {
            "index": lambda: _seconds(store.queued),
            "folders": lambda: _seconds(lambda: _ask_every_folder(folder)),
            "names": lambda: _seconds(store.runs),
            "rows": lambda: _seconds(lambda: [(run.status, run.config, run.history.best) for run in newest]),
        },
        looks,
    )
    return [
        Figure("first look of a process", 1000 * first, "ms"),
        Figure("look: asking every folder", 1000 * medians["folders"], "ms"),
        Figure("look: what the process knows", 1000 * medians["index"], "ms"),
        Figure("look: the same, within seconds after a run was added", 1000 * just_added, "ms"),
        Figure("looks of a second: asking every folder", 100 * medians["folders"] / TICK_SECONDS, "% of a core"),
        Figure("looks of a second: what the process knows", 100 * medians["index"] / TICK_SECONDS, "% of a core"),
        Figure("asking every folder to what the process knows", medians["folders"] / medians["index"], "x", 20),
        Figure("Train page: the ids of all runs", 1000 * medians["names"], "ms"),
        Figure("Train page: how the 8 that are listed stand", 1000 * medians["rows"], "ms"),
    ]


def _ask_every_folder(folder: Path) -> list[Run]:
    """What is queued, as it was known before: by two files of each run."""
    runs = [Run(path) for path in sorted(folder.iterdir()) if RUN_ID.fullmatch(path.name)]
    return [
        run for run in runs if not (run.folder / PROCESS_NAME).exists() and not (run.folder / EVENT_LOG_NAME).exists()
    ]


def _seconds(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


if __name__ == "__main__":
    main()
