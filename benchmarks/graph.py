"""How long the graph of a network takes: from its name to the picture in SVG, and to the drawn one in Chromium.

python -m benchmarks.graph [--repeats 5]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.app import browser, new_page
from benchmarks.measuring import Figure, interleaved_medians, print_figures
from playground.charts.graph_svg import graph_svg
from playground.inspection import build_torchvision_model, torchvision_models
from playground.inspection.graph.dataflow import DataFlow, data_flow
from playground.inspection.graph.graph_folding import folded_graph
from playground.networks import presets
from playground.ui.inspect.graph_picture import graph_picture

_MODELS = ["resnet152", "densenet121", "googlenet", "mobilenet_v2", "swin_t", "vit_b_16"]
_PRESETS = ["unet"]
_DEPTHS = (1, 2, 3)
_TARGET = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the graph.")
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    # Once before, so that imports and the first operation on the meta device are not counted.
    _picture("resnet152", 1)
    with browser() as chromium, tempfile.TemporaryDirectory() as folder:
        page = new_page(chromium)
        print_figures(list(_figures(page, Path(folder), repeats)))


def _figures(page: Page, folder: Path, repeats: int) -> Iterator[Figure]:
    for name in [*_MODELS, *_PRESETS]:
        medians = interleaved_medians({str(depth): _seconds(name, depth) for depth in _DEPTHS}, repeats)
        for depth in _DEPTHS:
            made = 1000 * medians[str(depth)]
            drawn = 1000 * statistics.median(_drawing_seconds(page, folder, name, depth) for _ in range(repeats))
            boxes = folded_graph(_flow(name), depth).drawn
            target = _TARGET if name == "resnet152" else None
            about = f"{name}, depth {depth} ({boxes} boxes)"
            yield Figure(f"{about}: from the name to SVG", made, "ms")
            yield Figure(f"{about}: and drawn in Chromium", made + drawn, "ms", target, at_least=False)


def _seconds(name: str, depth: int) -> Callable[[], float]:
    def measure_once() -> float:
        started = time.perf_counter()
        _picture(name, depth)
        return time.perf_counter() - started

    return measure_once


def _drawing_seconds(page: Page, folder: Path, name: str, depth: int) -> float:
    """From the request for the file until the browser has shown it."""
    file = folder / "graph.svg"
    file.write_text(_picture(name, depth))
    page.goto("about:blank")
    started = time.perf_counter()
    page.goto(file.as_uri())
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return time.perf_counter() - started


def _picture(name: str, depth: int) -> str:
    return graph_svg(*graph_picture(folded_graph(_flow(name), depth)), is_file=True)


def _flow(name: str) -> DataFlow:
    if name in _PRESETS:
        spec = presets.load(name)
        return data_flow(spec, (1, *spec.input_shape))
    shape = next(model.input_shape for model in torchvision_models() if model.name == name)
    return data_flow(build_torchvision_model(name), (1, *shape))


if __name__ == "__main__":
    main()
