from __future__ import annotations

import math

import plotly.graph_objects as go
import pytest

from playground.charts.value_histogram import value_histogram


def test_each_bar_is_a_bin() -> None:
    figure = value_histogram([0.0, 0.5, 1.0, 1.5], [3, 0, 1], "Activation")
    (bars,) = figure["data"]
    assert bars["x"] == [0.25, 0.75, 1.25]
    assert bars["y"] == [3, 0, 1]
    assert bars["width"] == [0.5, 0.5, 0.5]
    assert bars["customdata"][2] == [1.0, 1.5]
    assert figure["layout"]["xaxis"]["title"]["text"] == "Activation"
    assert "4 values from 0 to 1.5" in figure["layout"]["meta"]["description"]
    go.Figure(figure)


@pytest.mark.parametrize("log", [True, False])
def test_the_axis_of_the_counts_can_be_logarithmic(log: bool) -> None:
    figure = value_histogram([0.0, 1.0], [5], "Weight", log=log)
    assert figure["layout"]["yaxis"]["type"] == ("log" if log else "linear")
    go.Figure(figure)


def test_a_single_value_has_a_bar_on_the_logarithmic_axis() -> None:
    figure = value_histogram([0.0, 1.0, 2.0], [1, 1], "Weight", log=True)
    lowest = figure["layout"]["yaxis"]["autorangeoptions"]["include"]
    assert math.log10(lowest) < math.log10(1)


@pytest.mark.parametrize(("edges", "counts"), [((), ()), ((0.0, 1.0), (0,))])
def test_without_values_there_is_a_hint(edges: tuple[float, ...], counts: tuple[int, ...]) -> None:
    figure = value_histogram(edges, counts, "Weight")
    assert figure["data"] == []
    assert figure["layout"]["annotations"][0]["text"] == "No values"
    go.Figure(figure)
