"""How long a person waits: first paint and shapes, first point after the click, a rerun while a run trains.

python -m benchmarks.pages [--repeats 7]

Each with its alternative: a home page that imports torch first, a file that is run, a click without a warm worker, a
page at rest.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.app import browser, new_page, server, wait_for_warm_worker
from benchmarks.measuring import Figure, interleaved_medians, percentile, print_figures, ratio
from playground.networks import presets

_TORCH_FIRST = """import torch, torchvision, streamlit as st
st.title("Torch Playground")
"""

# Resolves with the milliseconds from the click on Start to the first drawn point.
_CLICK_TO_FIRST_POINT = """key => new Promise(resolve => {
    const drawn = () => {
        const chart = document.querySelector(".st-key-loss_chart .js-plotly-plot");
        return chart && chart.data && chart.data.length > 0 && chart.data[0].x.length > 0;
    };
    const started = performance.now();
    document.querySelector(`.st-key-${key} button`).click();
    const look = () => drawn() ? resolve(performance.now() - started) : requestAnimationFrame(look);
    look();
})"""

# Resolves with the milliseconds from the click on an option to the caption that describes the new network.
_OPTION_TO_CAPTION = """label => new Promise(resolve => {
    const caption = () => document.querySelector(".st-key-network_description").innerText;
    const before = caption();
    const option = [...document.querySelectorAll("[role=option]")].find(node => node.innerText.trim() === label);
    const started = performance.now();
    option.click();
    const look = () => caption() !== before ? resolve(performance.now() - started) : requestAnimationFrame(look);
    look();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what a person waits for.")
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder:
        print_figures(_first_paint(Path(folder), repeats))
        print_figures(_first_shapes(Path(folder), repeats))
        print_figures(_first_point(Path(folder), repeats))
        print_figures(_reruns(Path(folder), 5 * repeats))


def _first_paint(folder: Path, repeats: int) -> list[Figure]:
    torch_first = folder / "torch_first.py"
    torch_first.write_text(_TORCH_FIRST)
    seconds = interleaved_medians(
        {
            "ours": lambda: _cold_paint(folder / "runs", None),
            "torch first": lambda: _cold_paint(folder / "runs", torch_first),
        },
        repeats,
    )
    return [
        Figure("first paint of the home page, cold server", seconds["ours"], "s", 1.5, at_least=False),
        Figure("first paint of a page that imports torch first", seconds["torch first"], "s"),
        ratio("first paint to that", seconds["ours"], seconds["torch first"], 0.6),
    ]


def _cold_paint(runs: Path, script: Path | None) -> float:
    with browser() as chromium, server(runs, script) if script else server(runs) as url:
        page = new_page(chromium)
        started = time.perf_counter()
        page.goto(url, wait_until="commit")
        page.get_by_role("heading", name="Torch Playground").wait_for()
        return time.perf_counter() - started


def _first_shapes(folder: Path, repeats: int) -> list[Figure]:
    file = folder / "lenet.py"
    file.write_text(presets.load("lenet").to_code())
    seconds = interleaved_medians(
        {"ours": lambda: _cold_shapes(folder / "runs"), "the file": lambda: _run(file)},
        repeats,
    )
    return [
        Figure("first shapes of LeNet on Build, cold server", seconds["ours"], "s"),
        Figure("the file that Build gives for LeNet, run", seconds["the file"], "s"),
    ]


def _cold_shapes(runs: Path) -> float:
    with browser() as chromium, server(runs) as url:
        page = new_page(chromium)
        started = time.perf_counter()
        page.goto(f"{url}/build", wait_until="commit")
        page.get_by_text("44,426 parameters").first.wait_for()
        return time.perf_counter() - started


def _run(file: Path) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, str(file)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _first_point(folder: Path, repeats: int) -> list[Figure]:
    warm, home, cold = [], [], []
    with browser() as chromium:
        for _ in range(repeats):
            with server(folder / "runs") as url:
                page = new_page(chromium)
                page.goto(f"{url}/train")
                page.locator(".js-plotly-plot").first.wait_for()
                cold.append(_click_to_first_point(page, "start"))
                _stop(page)
                wait_for_warm_worker(page, url)
                page.goto(f"{url}/train")
                page.locator(".js-plotly-plot").first.wait_for()
                page.wait_for_timeout(1500)
                warm.append(_click_to_first_point(page, "start"))
                _stop(page)
                wait_for_warm_worker(page, url)
                page.wait_for_timeout(1500)
                home.append(_click_to_first_point(page, "train_now"))
                _stop(page)
    return [
        Figure("click to first point, warm worker, median", statistics.median(warm), "s", 1.0, at_least=False),
        Figure(
            "click on the home page to first point, warm worker, median",
            statistics.median(home),
            "s",
            1.0,
            at_least=False,
        ),
        Figure("click to first point, fresh server, median", statistics.median(cold), "s"),
        ratio("warm worker to fresh server", statistics.median(warm), statistics.median(cold), 0.5),
    ]


def _click_to_first_point(page: Page, key: str) -> float:
    milliseconds: float = page.evaluate(_CLICK_TO_FIRST_POINT, key)
    return milliseconds / 1000


def _stop(page: Page) -> None:
    page.locator(".st-key-run_stop button").click()
    page.locator(".st-key-run_stop").wait_for(state="hidden")


def _reruns(folder: Path, repeats: int) -> list[Figure]:
    with browser() as chromium, server(folder / "runs") as url:
        page = new_page(chromium)
        wait_for_warm_worker(page, url)
        _open_for_a_long_run(page, url)
        resting = _time_reruns(page, repeats)
        # Choosing a network has set its own number of epochs.
        _open_for_a_long_run(page, url)
        page.locator(".st-key-start button").click()
        page.get_by_text("images/s").wait_for()
        training = _time_reruns(page, repeats)
        _stop(page)
    return [
        Figure("page rerun while a run trains, median", statistics.median(training), "s", 0.3, at_least=False),
        Figure("page rerun while a run trains, p95", percentile(training, 95), "s", 0.7, at_least=False),
        Figure("page rerun at rest, median", statistics.median(resting), "s"),
        Figure("page rerun at rest, p95", percentile(resting, 95), "s"),
        ratio("page rerun while a run trains to at rest", statistics.median(training), statistics.median(resting), 2),
    ]


def _open_for_a_long_run(page: Page, url: str) -> None:
    page.goto(f"{url}/train?epochs=50")
    page.locator(".js-plotly-plot").first.wait_for()
    page.wait_for_timeout(3000)


def _time_reruns(page: Page, repeats: int) -> list[float]:
    """Switch the network again and again; the caption under it comes with the rerun."""
    seconds = []
    for repeat in range(repeats):
        page.get_by_role("combobox", name="Network").click()
        label = "Logistic regression" if repeat % 2 == 0 else "LeNet"
        page.get_by_role("option", name=label, exact=True).wait_for()
        milliseconds: float = page.evaluate(_OPTION_TO_CAPTION, label)
        seconds.append(milliseconds / 1000)
        page.wait_for_timeout(700)
    return seconds


if __name__ == "__main__":
    main()
