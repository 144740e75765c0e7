"""How long a network takes to trace, to read from code and to write as code; each with its alternative.

python -m benchmarks.networks [--repeats 20]

The alternative to a trace is what it spares: building the network on the CPU and a real forward pass.
"""

from __future__ import annotations

import argparse
import inspect
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
import torchvision

from benchmarks.measuring import Figure, print_figures, ratio
from playground.networks import NetworkSpec, find_slips, preset_sources, presets
from playground.networks.fixes import set_arguments
from playground.networks.propagate import forget_layers

_IMAGES = (1, 3, 224, 224)
_RESNET50 = {"block": "Bottleneck", "layers": [3, 4, 6, 3], "zero_init_residual": True}
_SOURCES = Path(preset_sources.__path__[0])
_SLIPS = (
    ("import torch\n", "import troch\n"),
    ("nn.Conv2d(", "nn.Conv2D("),
    ("nn.GroupNorm(32", "nn,GroupNorm(32"),
    ("class BasicBlock(nn.Module):", "class BasicBlock(nn.Moudle):"),
    ("class Bottleneck(nn.Module):", "class Bottleneck(nn.Module)"),
    ("super().__init__()", "super.__init__()"),
    ("self.relu2 = nn.ReLU()", "self.relu2 = nn.Relu()"),
    ("return self.relu3(out)", "self.relu3(out)"),
    ("nn.MaxPool2d(3, stride=2", "nn.MaxPool2d(3, strid=2"),
    ("nn.AdaptiveAvgPool2d(1)", "nn.AdaptivAvgPool2d(1)"),
    ("self.flatten = nn.Flatten()", "self.flatten = nn.Flaten()"),
    ("x = self.layer2(x)", "x = self.layr2(x)"),
    ("nn.BatchNorm2d(channels)", "nn.BatchNorm2d(channels"),
    ("self.fc = nn.Linear(", "self.fc = nn.Liear("),
)
"""What stands in the source, and the slip in its place."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure tracing, reading and writing of networks.")
    parser.add_argument("--repeats", type=int, default=20)
    repeats = parser.parse_args().repeats
    lenet, resnet50, resnet152 = map(presets.load, ("lenet", "resnet50", "resnet152"))
    code, own_densenet = resnet152.to_code(), presets.load("densenet121").to_code()
    resnet, densenet = map(inspect.getsource, (torchvision.models.resnet, torchvision.models.densenet))
    broken = _broken_source()
    cold = _milliseconds("trace of ResNet-152, nothing known", repeats, lambda: _cold(resnet152, _IMAGES), 400)
    run = _milliseconds("build and run ResNet-152 instead", 3, lambda: _run(resnet152, _IMAGES))
    print_figures(
        [
            _milliseconds("trace of LeNet, nothing known", repeats, lambda: _cold(lenet, (1, 1, 28, 28)), 10),
            _milliseconds("build and run LeNet instead", repeats, lambda: _run(lenet, (1, 1, 28, 28))),
            cold,
            run,
            ratio("trace of ResNet-152 to building and running it", cold.value, run.value, 0.25),
            _milliseconds("trace of ResNet-152 again", repeats, lambda: resnet152.trace(_IMAGES)),
            _milliseconds("trace of ResNet-50 after an edit in its middle", repeats, _edits(resnet50, 3)),
            _milliseconds("the same for an edit that breaks it, with its fixes tried", repeats, _edits(resnet50, 1)),
            _milliseconds(
                _read("ResNet-50", resnet), repeats, lambda: NetworkSpec.from_code(resnet, "ResNet", _RESNET50), 50
            ),
            _milliseconds(
                _read("DenseNet-121", densenet),
                repeats,
                lambda: NetworkSpec.from_code(densenet, "densenet121"),
                50 * _lines(densenet) / 300,
            ),
            _milliseconds(
                _read("DenseNet-121", own_densenet), repeats, lambda: NetworkSpec.from_code(own_densenet), 50
            ),
            _milliseconds(_read("ResNet-152", code), repeats, lambda: NetworkSpec.from_code(code), 50),
            _milliseconds("write ResNet-152 as code", repeats, resnet152.to_code),
            _milliseconds(
                f"find {len(_SLIPS)} slips in {_lines(broken)} lines", repeats, lambda: _expect_slips(broken), 50
            ),
        ]
    )


def _read(network: str, source: str) -> str:
    return f"read {network} from {_lines(source)} lines"


def _lines(source: str) -> int:
    return source.count("\n")


def _broken_source() -> str:
    """Three files of networks as people write them, one after the other, with slips as people make them."""
    source = "\n\n".join((_SOURCES / f"{name}.py").read_text() for name in ("resnet", "unet", "mobilenetv2"))
    source = source.replace("from __future__ import annotations\n", "")
    for right, wrong in _SLIPS:
        if right not in source:
            raise ValueError(f"The source for the measurement no longer has {right!r}.")
        source = source.replace(right, wrong, 1)
    return source


def _expect_slips(source: str) -> None:
    found = len(find_slips(source))
    if found != len(_SLIPS):
        raise ValueError(f"{found} slips are found where {len(_SLIPS)} were made.")


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


def _edits(spec: NetworkSpec, kernel: int) -> Callable[[], object]:
    """Each call gives a convolution of this kernel in the middle another dilation, and padding, so that it is new.

    With a kernel of 3 the sizes stay; with one of 1 they grow, so that they no longer fit what they are added to.
    """
    convolutions = [path for path, layer in spec.walk() if layer.arguments.get("kernel_size") == kernel]
    path = convolutions[len(convolutions) // 2]
    dilations = iter(range(1, 1_000_000))

    def edit_and_trace() -> object:
        dilation = next(dilations)
        edited = set_arguments(path, dilation=dilation, padding=dilation).apply(spec)
        return replace(edited, name="Edited").trace(_IMAGES)

    return edit_and_trace


if __name__ == "__main__":
    main()
