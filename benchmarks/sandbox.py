"""What the sandbox costs an ordinary edit, beside the same work in this process.

python -m benchmarks.sandbox [--repeats 40]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.measuring import Figure, print_figures
from playground.networks import NetworkSpec, editing, presets
from playground.networks.pasted import look_through, read_pasted
from playground.networks.trace import trace_network
from playground.sandbox import Sandbox
from playground.ui.kinds_of_work import READING

_MOST_MILLISECONDS = 15


def main() -> None:
    """Take turns, so that a noisy moment hits both ways."""
    parser = argparse.ArgumentParser(description="Measure what the sandbox costs.")
    parser.add_argument("--repeats", type=int, default=40)
    repeats = parser.parse_args().repeats
    sandbox = Sandbox(["playground.networks.preload:preload"])
    while not sandbox.is_ready():
        time.sleep(0.1)
    print_figures(
        [figure for name in ("lenet", "resnet50", "resnet152") for figure in _figures(sandbox, name, repeats)]
    )
    sandbox.close()


def _figures(sandbox: Sandbox, name: str, repeats: int) -> Iterator[Figure]:
    spec = presets.load(name)
    code = spec.to_code()
    yield from _both_ways(sandbox, f"{name}, an edit traced", trace_network, _edits(spec), repeats)
    yield from _both_ways(sandbox, f"{name}, code read", read_pasted, _texts(code, None, ""), repeats)
    yield from _both_ways(sandbox, f"{name}, slips looked for", look_through, _texts(code), repeats)


def _both_ways(
    sandbox: Sandbox, name: str, function: Callable[..., Any], arguments: Iterator[tuple[Any, ...]], repeats: int
) -> Iterator[Figure]:
    here, there = [], []
    for _ in range(repeats):
        asked = next(arguments)
        here.append(_milliseconds(lambda asked=asked: function(*asked)))  # type: ignore[misc]
        there.append(_milliseconds(lambda asked=asked: sandbox.call(function, *asked, work=READING, session="one")))  # type: ignore[misc]
    cost = statistics.median(there) - statistics.median(here)
    yield Figure(f"{name}, in this process", statistics.median(here), "ms")
    yield Figure(f"{name}, what the sandbox adds", cost, "ms", _MOST_MILLISECONDS, at_least=False)


def _milliseconds(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return (time.perf_counter() - begun) * 1000


def _edits(spec: NetworkSpec) -> Iterator[tuple[NetworkSpec, tuple[int, ...]]]:
    """The network with one more layer each time, which neither way has seen."""
    batch = (1, *spec.input_shape)
    while True:
        spec = editing.add(spec, "ReLU").spec
        yield spec, batch


def _texts(code: str, *others: Any) -> Iterator[tuple[Any, ...]]:
    """The code with one more comment each time."""
    while True:
        code += "\n# one more line"
        yield code, *others


if __name__ == "__main__":
    main()
