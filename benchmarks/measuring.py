"""What the benchmarks share: medians over interleaved repeats, and how a figure is printed beside its target.

Only ratios of what was measured in one run are judged: a time depends on the machine, which is named above it.
"""

from __future__ import annotations

import functools
import os
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value with what it should reach; ``at_least`` says on which side of the target it should lie.

    The target of a time is what was wanted on the README's machine.
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = True

    @property
    def is_judged(self) -> bool:
        """Whether the value means the same on every machine."""
        return self.target is not None and self.unit not in ("s", "ms")

    @property
    def reached(self) -> bool:
        """Whether the value lies on the right side of its target."""
        if self.target is None:
            return True
        return self.value >= self.target if self.at_least else self.value <= self.target


def interleaved_medians(variants: dict[str, Callable[[], float]], repeats: int) -> dict[str, float]:
    """Return the median of each variant; they take turns, so that a noisy moment hits all of them."""
    values: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(repeats):
        for name, measure in variants.items():
            values[name].append(measure())
    return {name: statistics.median(measured) for name, measured in values.items()}


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which so many percent of the values lie, by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(percent / 100 * len(ordered)) - 1))]


def ratio(name: str, seconds: float, alternative: float, at_most: float) -> Figure:
    """Return the part of the alternative's time, measured in the same run, that something takes."""
    return Figure(name, seconds / alternative, "x", at_most, at_least=False)


def print_figures(figures: Sequence[Figure]) -> None:
    """Print the machine, then each figure on a line, with its target and, if it is judged, whether it was reached."""
    print_machine()
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        line = f"{figure.name:<{width}}  {figure.value:>12,.3f} {figure.unit}"
        if figure.target is not None:
            verdict = ("reached" if figure.reached else "MISSED") if figure.is_judged else "on the README's machine"
            line += f"  ({'at least' if figure.at_least else 'at most'} {figure.target:g}: {verdict})"
        print(line, flush=True)


@functools.cache
def print_machine() -> None:
    """Once: the processor, the cores that this process may use, and the instruction set that torch computes with."""
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    processor = torch.cpu.get_capabilities().get("cpu_name") or platform.processor() or platform.machine()
    print(f"On {processor}, {cores} cores, {torch.backends.cpu.get_cpu_capability()}:", flush=True)
