"""Training speed with the page open and the curve live, beside the bare resident loop run alone.

python -m benchmarks.live_training [--networks lenet cnn mlp] [--threads 1] [--repeats 3]

The run is started by a click on a page that has come to rest. Both have the same number of threads and take turns;
each run is compared with the bare loops right before and after it, since a machine can change its speed by the minute.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.app import PROJECT, browser, new_page, server, wait_for_warm_worker
from benchmarks.bare_loop import BATCH_SIZE, LEARNING_RATE
from benchmarks.measuring import Figure, print_figures
from playground.networks import presets
from playground.training import OPTIMIZERS, SCHEDULES, EpochEvent, RunStore, default_threads

# Enough epochs for 25 seconds or more: of these the next warm worker takes about three for its imports.
EPOCHS = {"lenet": 6, "cnn": 3, "mlp": 16}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure training while a page shows it.")
    parser.add_argument("--networks", nargs="+", choices=EPOCHS, default=list(EPOCHS))
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print(f"{options.threads} threads, medians of {options.repeats}")
    with tempfile.TemporaryDirectory() as folder:
        for network in options.networks:
            print_figures(_compare(network, options.threads, options.repeats, Path(folder)))


def _compare(network: str, threads: int, repeats: int, folder: Path) -> list[Figure]:
    bare = [_bare_alone(network, threads)]
    live = []
    for _ in range(repeats):
        live.append(_live(network, threads, folder))
        bare.append(_bare_alone(network, threads))
    ratios = [2 * speed / (before + after) for speed, before, after in zip(live, bare, bare[1:], strict=False)]
    print(f"{network}: ratios {', '.join(f'{ratio:.3f}' for ratio in ratios)}")
    return [
        Figure(f"{network}: bare resident loop alone", statistics.median(bare), "images/s"),
        Figure(f"{network}: run with its page open", statistics.median(live), "images/s"),
        Figure(f"{network}: run with its page open to bare", statistics.median(ratios), "x", 0.95),
    ]


def _bare_alone(network: str, threads: int) -> float:
    options = ["--network", network, "--threads", str(threads), "--epochs", str(EPOCHS[network])]
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.bare_loop", *options],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(finished.stdout)


def _live(network: str, threads: int, folder: Path) -> float:
    with browser() as chromium, server(folder) as url:
        page = new_page(chromium)
        wait_for_warm_worker(page, url)
        page.goto(f"{url}/train?{_settings(network, threads)}")
        page.locator(".js-plotly-plot").first.wait_for()
        page.wait_for_timeout(1500)
        page.locator(".st-key-start button").click()
        page.get_by_text("test images are classified").wait_for(timeout=300_000)
    run = RunStore(folder).runs()[0]
    return statistics.median(event.images_per_second for event in run.events() if isinstance(event, EpochEvent))


def _settings(network: str, threads: int) -> str:
    """Return the settings of the bare loop as the page's address has them: by their labels."""
    return urlencode(
        {
            "network": presets.info(network).label,
            "epochs": EPOCHS[network],
            "batch_size": BATCH_SIZE,
            "optimizer": OPTIMIZERS["adam"].label,
            "learning_rate": LEARNING_RATE,
            "schedule": SCHEDULES["constant"].label,
            "device": "cpu",
            "threads": threads,
        }
    )


if __name__ == "__main__":
    main()
