"""Training speed with the page open and the curve live, beside the bare resident loop run alone.

python -m benchmarks.live_training [--threads 1] [--repeats 3]

Both have the same number of threads and take turns.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.app import PROJECT, browser, new_page, server
from benchmarks.bare_loop import BATCH_SIZE, LEARNING_RATE
from benchmarks.measuring import Figure, interleaved_medians, print_figures
from playground.training import EpochEvent, RunStore, TrainConfig, default_threads, launch

# Enough epochs for 15 seconds or more; the first, in which the next warm worker starts, is left out.
EPOCHS = {"lenet": 3, "cnn": 2, "mlp": 6}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure training while a page shows it.")
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print(f"{options.threads} threads, medians of {options.repeats}")
    with tempfile.TemporaryDirectory() as folder:
        for network in EPOCHS:
            print_figures(_compare(network, options.threads, options.repeats, Path(folder)))


def _compare(network: str, threads: int, repeats: int, folder: Path) -> list[Figure]:
    speeds = interleaved_medians(
        {
            "bare": partial(_bare_alone, network, threads),
            "live": partial(_live, network, threads, folder),
        },
        repeats,
    )
    return [
        Figure(f"{network}: bare resident loop alone", speeds["bare"], "images/s"),
        Figure(f"{network}: run with its page open", speeds["live"], "images/s"),
        Figure(f"{network}: run with its page open to bare", speeds["live"] / speeds["bare"], "x", 0.95),
    ]


def _bare_alone(network: str, threads: int) -> float:
    command = [sys.executable, "-m", "benchmarks.bare_loop", "--network", network, "--threads", str(threads)]
    finished = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return float(finished.stdout)


def _live(network: str, threads: int, folder: Path) -> float:
    config = TrainConfig(
        network,
        epochs=EPOCHS[network],
        batch_size=BATCH_SIZE,
        optimizer="adam",
        learning_rate=LEARNING_RATE,
        schedule="constant",
        device="cpu",
        threads=threads,
    )
    with browser() as chromium, server(folder) as url:
        run = launch(config, RunStore(folder))
        page = new_page(chromium)
        page.goto(f"{url}/train?run={run.id}")
        page.get_by_text("test images are classified").wait_for(timeout=300_000)
    epochs = [event for event in run.events() if isinstance(event, EpochEvent)]
    return statistics.median(event.images_per_second for event in epochs[1:])


if __name__ == "__main__":
    main()
