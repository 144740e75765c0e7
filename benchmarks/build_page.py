"""How long the Build page takes from an edit in the middle of ResNet-50 to the new shapes on the screen.

python -m benchmarks.build_page [--repeats 10]

The alternative is what a person does without the page: run the file with the edited network and look at what it says.
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

from benchmarks.app import browser, new_page, server
from benchmarks.measuring import Figure, percentile, print_figures, ratio
from playground.networks import presets

_DRAFT = "5e5e5e5e5e50"

# Resolves with the milliseconds from the next click or Enter to another text in the place.
_INPUT_TO_TEXT = """selector => new Promise(resolve => {
    const text = () => document.querySelector(selector)?.innerText ?? "";
    const before = text();
    const begin = event => {
        if (event.type === "keydown" && event.key !== "Enter") return;
        const started = performance.now();
        removeEventListener("click", begin, true);
        removeEventListener("keydown", begin, true);
        const look = () => text() !== before ? resolve(performance.now() - started) : requestAnimationFrame(look);
        look();
    };
    addEventListener("click", begin, true);
    addEventListener("keydown", begin, true);
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure an edit on the Build page.")
    parser.add_argument("--repeats", type=int, default=10)
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder:
        drafts = Path(folder) / "drafts"
        drafts.mkdir()
        (drafts / f"{_DRAFT}.json").write_text(presets.load("resnet50").to_json(), encoding="utf-8")
        with browser() as chromium, server(Path(folder) / "runs") as url:
            page = new_page(chromium)
            page.goto(f"{url}/build?draft={_DRAFT}")
            page.get_by_text("25,557,032 parameters").first.wait_for(timeout=60_000)
            first = _add_a_layer(page)
            added = [_add_a_layer(page) for _ in range(repeats)]
            _select(page, "layer3", "layer3-2", "layer3-2-conv2")
            broken = [_break_and_undo(page, width) for width in range(300, 300 + repeats)]
        file = Path(folder) / "resnet50.py"
        file.write_text(presets.load("resnet50").to_code(), encoding="utf-8")
        run = statistics.median(_run(file) for _ in range(3))
    print_figures(
        [
            Figure("a layer added after layer2, first edit", first, "s", 0.5, at_least=False),
            Figure("a layer added after layer2, median", statistics.median(added), "s", 0.5, at_least=False),
            Figure("a layer added after layer2, p95", percentile(added, 95), "s"),
            Figure("a width changed to the fault and its fixes, median", statistics.median(broken), "s", 0.5, False),
            Figure("a width changed to the fault and its fixes, p95", percentile(broken, 95), "s"),
            Figure("run the exported file instead", run, "s"),
            ratio("a layer added to that", statistics.median(added), run, 0.25),
            ratio("a width changed to that", statistics.median(broken), run, 0.25),
        ]
    )


def _add_a_layer(page: Page) -> float:
    """Add a pooling layer in the middle, after which all layers give smaller feature maps; then take it back."""
    _select(page, "layer2")
    page.locator(".st-key-palette_group button").filter(has_text="Pooling").click()
    _at_rest(page)
    seconds = _time(page, ".st-key-row_layer4", lambda: page.locator(".st-key-add_MaxPool2d button").first.click())
    _undo(page)
    return seconds


def _break_and_undo(page: Page, width: int) -> float:
    """Change the width of the selected convolution, so that the layer after it cannot work; then take it back."""
    # After an undo, the field has a version after its key.
    field = page.locator("[class*=st-key-argument_Conv2d_layer3-2-conv2_out_channels] input")
    field.fill(str(width))
    seconds = _time(page, ".st-key-fault", lambda: field.press("Enter"))
    _undo(page)
    return seconds


def _time(page: Page, selector: str, act: object) -> float:
    page.evaluate(f"selector => {{ window.measured = ({_INPUT_TO_TEXT})(selector) }}", selector)
    assert callable(act)
    act()
    milliseconds: float = page.evaluate("window.measured")
    _at_rest(page)
    return milliseconds / 1000


def _select(page: Page, *keys: str) -> None:
    for key in keys:
        page.locator(f".st-key-select_{key} button").first.click()
        _at_rest(page)


def _undo(page: Page) -> None:
    page.locator(".st-key-undo button").first.click()
    _at_rest(page)


def _at_rest(page: Page) -> None:
    """Wait until the page has answered and the graph, which comes a moment later, has been drawn."""
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    page.wait_for_timeout(1500)


def _run(file: Path) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, str(file)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
