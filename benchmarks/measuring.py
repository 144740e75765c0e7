"""What the benchmarks share: medians over interleaved repeats, and how a figure is printed beside its target."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value with what it should reach; ``at_least`` says on which side of the target it should lie."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = True

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


def print_figures(figures: Sequence[Figure]) -> None:
    """Print each figure on a line, with its target and whether it was reached."""
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        line = f"{figure.name:<{width}}  {figure.value:>12,.3f} {figure.unit}"
        if figure.target is not None:
            sign = "at least" if figure.at_least else "at most"
            line += f"  ({sign} {figure.target:g}: {'reached' if figure.reached else 'MISSED'})"
        print(line, flush=True)
