"""How long the Pixels page takes from a control to the new picture, on a photograph of 12 million pixels.

python -m benchmarks.pixels_page [--repeats 3]

Every operation at its defaults, and those that take longest, which show a preview first. The alternative is what a
person does without the page: run the script again and look at the file.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from benchmarks.app import browser, new_page, server
from benchmarks.measuring import Figure, percentile, print_figures, ratio
from playground.images import load_sample
from playground.images.opencv import OPERATIONS, Chain, Operation

_SIZE = (4000, 3000)
_PATIENCE_MS = 120_000

# Resolves with the milliseconds from the click on the button of that label to another picture, loaded. The picture is
# in the shadow root of its component.
_CLICK_TO_PICTURE = """([key, label]) => new Promise(resolve => {
    const picture = () => {
        for (const node of document.querySelectorAll(".st-key-pixels_compare, .st-key-pixels_compare *")) {
            const found = (node.shadowRoot ?? node).querySelector(".compare-slider-after");
            if (found) return found;
        }
    };
    const before = picture().src;
    const buttons = [...document.querySelectorAll(`.st-key-${key} button`)];
    const button = buttons.find(node => node.innerText.trim() === label);
    const started = performance.now();
    button.click();
    const look = () => {
        const now = picture();
        if (now && now.src !== before && now.complete) resolve(performance.now() - started);
        else requestAnimationFrame(look);
    };
    look();
})"""

# What takes longest, with the key of its kernel's size, which goes to its end, and what the code says then.
_SLOW = {
    "median of 31 x 31, colours": ("Median blur", "median_blur", "cv2.medianBlur(image, 31)"),
    "bilateral filter of 15, colours": ("Bilateral filter", "bilateral_filter", "cv2.bilateralFilter(image, 15,"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the Pixels page.")
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder:
        photograph = _photograph(Path(folder))
        with browser() as chromium, server(Path(folder) / "runs") as url:
            page = new_page(chromium)
            _open(page, url, photograph)
            quick = [seconds for _ in range(repeats) for seconds in _each_operation(page)]
            slow = {name: _slow(page, *how) for name, how in _SLOW.items()}
        script = statistics.median(_run_script(photograph) for _ in range(3))
    figures = [
        Figure("an operation to its picture, median", statistics.median(quick), "s", 0.3, at_least=False),
        Figure("an operation to its picture, p95", percentile(quick, 95), "s", 0.5, at_least=False),
    ]
    for name, (preview, whole) in slow.items():
        figures.append(Figure(f"{name}: to the preview", preview, "s", 0.5, at_least=False))
        figures.append(Figure(f"{name}: to the picture at full size", whole, "s"))
    to_script = ratio("an operation to that", statistics.median(quick), script, 1)
    print_figures([*figures, Figure("run the script instead", script, "s"), to_script])


def _photograph(folder: Path) -> Path:
    """A JPEG of 12 million pixels with the noise of a camera."""
    pixels = np.asarray(load_sample("astronaut").resize(_SIZE)).astype(np.int16)
    noise = np.random.default_rng(0).normal(0, 6, pixels.shape).astype(np.int16)
    path = folder / "photograph.jpg"
    Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8)).save(path, quality=90)
    return path


def _open(page: Page, url: str, photograph: Path) -> None:
    page.goto(f"{url}/pixels")
    # Until then torch is being imported.
    page.locator(".pixels-step").first.wait_for(timeout=_PATIENCE_MS)
    page.locator("input[type=file]").set_input_files(photograph)
    page.get_by_text("4,000 × 3,000").first.wait_for(timeout=_PATIENCE_MS)
    page.get_by_role("tab", name="OpenCV operations").click()
    page.get_by_text("Computed on all 4,000 × 3,000 pixels").wait_for(timeout=_PATIENCE_MS)
    _at_rest(page)


def _each_operation(page: Page) -> Iterator[float]:
    """The seconds of each choice of another operation; of a group's first one with a threshold taken away."""
    for group in dict.fromkeys(each.group for each in OPERATIONS.values()):
        labels = [each.label for each in OPERATIONS.values() if each.group == group]
        _choose(page, "opencv_group", group)
        for label in (*labels[1:], labels[0]):
            if len(labels) > 1:
                yield _time(page, f"opencv_operation_{group}", label)


def _slow(page: Page, label: str, name: str, code: str) -> tuple[float, float]:
    """The seconds to the preview and to the result, when a blur begins to work on colours."""
    _choose(page, "opencv_group", "Blur")
    _choose(page, "opencv_operation_Blur", label)
    _choose(page, "opencv_colours", "grey values")
    page.locator(f".st-key-opencv_{name}_size input").press("End")
    page.locator("code", has_text=code).wait_for()
    _at_rest(page)
    started = time.perf_counter()
    preview = _time(page, "opencv_colours", "colours", rest=False)
    page.get_by_text("Computed on all").wait_for(timeout=_PATIENCE_MS)
    page.get_by_text("of the picture reduced").wait_for(state="detached")
    whole = time.perf_counter() - started
    _at_rest(page)
    return preview, whole


def _choose(page: Page, key: str, label: str) -> None:
    page.locator(f".st-key-{key} button").get_by_text(label, exact=True).click()
    _at_rest(page)


def _time(page: Page, key: str, label: str, *, rest: bool = True) -> float:
    milliseconds: float = page.evaluate(_CLICK_TO_PICTURE, [key, label])
    if rest:
        _at_rest(page)
    return milliseconds / 1000


def _at_rest(page: Page) -> None:
    page.wait_for_timeout(150)
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for(timeout=_PATIENCE_MS)
    page.wait_for_timeout(250)


def _run_script(photograph: Path) -> float:
    script = Chain((Operation("otsu"), Operation("opening"))).to_code(photograph.name)
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], cwd=photograph.parent, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
