"""How long the layer table takes, and how much memory, beside what people do without: torchinfo on a built model.

python -m benchmarks.inspect [--repeats 10]
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path

import torchinfo
import torchvision
from torch import nn

from benchmarks.measuring import Figure, interleaved_medians, print_figures
from playground.inspection import build_torchvision_model, summarize, torchvision_models
from playground.inspection.layer_table.measure import measure
from playground.inspection.meta_copy import meta_copy
from playground.networks import presets

_ONE = (1, 3, 224, 224)
_BATCH = (32, 3, 224, 224)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the layer table.")
    parser.add_argument("--repeats", type=int, default=10)
    repeats = parser.parse_args().repeats
    print_figures([*_from_the_name(repeats), *_memory(), *_pass_alone(repeats), *_batch(), _all_models()])


def _from_the_name(repeats: int) -> list[Figure]:
    medians = interleaved_medians(
        {
            "torchinfo": _seconds(_torchinfo_from_the_name),
            "table": _seconds(_table_from_the_name),
            "preset": _seconds(lambda: summarize(presets.load("resnet50"), _ONE)),
        },
        repeats,
    )
    share = medians["table"] / medians["torchinfo"]
    return [
        Figure("ResNet-50: build it, torchinfo on the CPU", 1000 * medians["torchinfo"], "ms"),
        Figure("ResNet-50: from its name to the table", 1000 * medians["table"], "ms"),
        Figure("ResNet-50: from the preset to the table", 1000 * medians["preset"], "ms"),
        Figure("the table, as a part of torchinfo's time", share, "", 0.25, at_least=False),
    ]


def _memory() -> list[Figure]:
    """Each in a process of its own, where a smaller network has been through before."""
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        torchinfo_peak, table_peak = pool.map(_extra_megabytes, ["torchinfo", "table"], chunksize=1)
    return [
        Figure("ResNet-50: extra memory of torchinfo", torchinfo_peak, "MB"),
        Figure("ResNet-50: extra memory of the table", table_peak, "MB", 20, at_least=False),
    ]


def _pass_alone(repeats: int) -> list[Figure]:
    model = build_torchvision_model("resnet50")
    for_torchinfo = meta_copy(model)
    medians = interleaved_medians(
        {
            "torchinfo": _seconds(lambda: _torchinfo(for_torchinfo, _ONE, "meta")),
            "table": _seconds(lambda: measure(model, model, _ONE, "eval")),
        },
        repeats,
    )
    share = medians["table"] / medians["torchinfo"]
    return [
        Figure("ResNet-50, the pass alone: torchinfo on meta", 1000 * medians["torchinfo"], "ms"),
        Figure("ResNet-50, the pass alone", 1000 * medians["table"], "ms"),
        Figure("the pass, as a part of torchinfo's time", share, "", 0.5, at_least=False),
    ]


def _batch() -> list[Figure]:
    model = torchvision.models.resnet50()
    medians = interleaved_medians(
        {
            "torchinfo": _seconds(lambda: _torchinfo(model, _BATCH, "cpu")),
            "table": _seconds(lambda: summarize(model, _BATCH)),
        },
        3,
    )
    times = medians["torchinfo"] / medians["table"]
    return [
        Figure("ResNet-50, batch of 32: torchinfo on the CPU", 1000 * medians["torchinfo"], "ms"),
        Figure("ResNet-50, batch of 32: the table", 1000 * medians["table"], "ms"),
        Figure("the table is faster, times", times, "", 20),
    ]


def _all_models() -> Figure:
    models = [model for model in torchvision_models() if model.task == "classification"]
    started = time.perf_counter()
    for model in models:
        summarize(build_torchvision_model(model.name), (1, *model.input_shape))
    seconds = time.perf_counter() - started
    return Figure(f"{len(models)} models of torchvision, built and measured", seconds, "s", 60, at_least=False)


def _table_from_the_name() -> None:
    summarize(build_torchvision_model("resnet50"), _ONE)


def _torchinfo_from_the_name() -> None:
    _torchinfo(torchvision.models.get_model("resnet50"), _ONE, "cpu")


def _torchinfo(model: nn.Module, shape: tuple[int, ...], device: str) -> None:
    torchinfo.summary(model, shape, device=device, verbose=0)


def _seconds(work: Callable[[], object]) -> Callable[[], float]:
    def measure_once() -> float:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    return measure_once


def _extra_megabytes(which: str) -> float:
    """How far the resident memory of this process rises above where it was (Linux)."""
    if which == "table":
        summarize(presets.load("lenet"), (1, 1, 28, 28))
        torchvision_models()
    else:
        _torchinfo(presets.load("lenet").build(), (1, 1, 28, 28), "cpu")
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    _table_from_the_name() if which == "table" else _torchinfo_from_the_name()
    return (_status("VmHWM") - before) / 1024


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{field}:")).split()[1])


if __name__ == "__main__":
    main()
