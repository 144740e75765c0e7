from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import pytest

from playground.charts import normalization_figure
from playground.charts.normalization_grid import DISTINCT_LOOKS


def looks(figure: dict[str, Any]) -> list[tuple[Any, ...]]:
    outlines = [trace for trace in figure["data"] if trace.get("fill") == "toself"]
    return [(trace["fillcolor"], trace.get("fillpattern", {}).get("shape")) for trace in outlines]


@pytest.mark.parametrize("shape", [(2, 4), (2, 4, 3), (2, 4, 3, 2)])
def test_each_value_has_a_cell_with_the_number_of_its_mean(shape: tuple[int, ...]) -> None:
    statistics = [index % 3 for index in range(math.prod(shape))]
    figure = normalization_figure(shape, statistics, "")
    (pointed,) = (trace for trace in figure["data"] if "customdata" in trace)
    (written,) = (trace for trace in figure["data"] if "text" in trace)
    assert written["text"] == [str(statistic) for statistic in statistics]
    places = list(zip(pointed["x"], pointed["y"], strict=True))
    for first, second in combinations(places, 2):
        assert max(abs(first[0] - second[0]), abs(first[1] - second[1])) > 0.99, "cells do not overlap"
    assert pointed["customdata"][1].startswith("n = 0, c = 0, " if len(shape) > 2 else "n = 0, c = 1:")
    assert len(looks(figure)) == 3


def test_means_look_different_as_far_as_there_are_looks() -> None:
    figure = normalization_figure((1, DISTINCT_LOOKS), list(range(DISTINCT_LOOKS)), "")
    assert len(set(looks(figure))) == DISTINCT_LOOKS
