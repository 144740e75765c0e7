"""How long a network takes to trace, to read from code and to write as code; each with its alternative.

python -m benchmarks.networks [--repeats 20]

The alternative to a trace is what it spares: building the network on the CPU and a real forward pass.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import torch

from benchmarks.measuring import Figure, print_figures
from playground.networks import NetworkSpec, presets
from playground.networks.fixes import set_arguments
from playground.networks.propagate import forget_layers

_IMAGES = (1, 3, 224, 224)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure tracing, reading and writing of networks.")
    parser.add_argument("--repeats", type=int, default=20)
    repeats = parser.parse_args().repeats
    lenet, resnet50, resnet152 = map(presets.load, ("lenet", "resnet50", "resnet152"))
    code = resnet152.to_code()
    lines = code.count("\n")
    print_figures(
        [
            _milliseconds("trace of LeNet, nothing known", repeats, lambda: _cold(lenet, (1, 1, 28, 28)), 10),
            _milliseconds("build and run LeNet instead", repeats, lambda: _run(lenet, (1, 1, 28, 28))),
            _milliseconds("trace of ResNet-152, nothing known", repeats, lambda: _cold(resnet152, _IMAGES), 400),
            _milliseconds("trace of ResNet-152 again", repeats, lambda: resnet152.trace(_IMAGES)),
            _milliseconds("build and run ResNet-152 instead", 3, lambda: _run(resnet152, _IMAGES)),
            _milliseconds("trace of ResNet-50 after an edit in its middle", repeats, _edits(resnet50)),
            _milliseconds(f"read ResNet-152 from {lines} lines", repeats, lambda: NetworkSpec.from_code(code), 50),
            _milliseconds("write ResNet-152 as code", repeats, resnet152.to_code),
        ]
    )


def _milliseconds(name: str, repeats: int, work: Callable[[], object], most: float | None = None) -> Figure:
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return Figure(name, 1000 * statistics.median(seconds), "ms", most, at_least=False)


def _cold(spec: NetworkSpec, shape: tuple[int, ...]) -> None:
    forget_layers()
    spec.trace(shape)


def _run(spec: NetworkSpec, shape: tuple[int, ...]) -> None:
    with torch.no_grad():
        spec.build().eval()(torch.zeros(shape))


def _edits(spec: NetworkSpec) -> Callable[[], object]:
    """Each call gives a convolution in the middle another padding mode or none, so that it is new each time."""
    convolutions = [path for path, layer in spec.walk() if layer.type == "Conv2d"]
    path = convolutions[len(convolutions) // 2]
    dilations = iter(range(1, 1_000_000))

    def edit_and_trace() -> object:
        dilation = next(dilations)
        edited = set_arguments(path, dilation=dilation, padding=dilation).apply(spec)
        return replace(edited, name="Edited").trace(_IMAGES)

    return edit_and_trace


if __name__ == "__main__":
    main()
