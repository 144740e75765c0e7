from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from playground.charts.vector_bars import top_values, vector_bars


def test_each_value_is_a_bar_at_its_index() -> None:
    figure = vector_bars([0.5, -1.0, 2.0])
    (bars,) = figure["data"]
    assert (bars["type"], bars["x"], bars["y"]) == ("bar", [0, 1, 2], [0.5, -1.0, 2.0])
    go.Figure(figure)


def test_of_many_values_the_extremes_stay() -> None:
    values = np.zeros(25_088, np.float32)
    values[[17, 9_999]] = [5, -7]
    (line,) = vector_bars(values)["data"]
    assert line["type"] == "scatter"
    assert len(line["x"]) < 2_000
    points = dict(zip(line["x"], line["y"], strict=True))
    assert (points[17], points[9_999]) == (5, -7)


@pytest.mark.parametrize("values", [[], [np.nan, np.inf]])
def test_without_finite_values_there_is_a_hint(values: list[float]) -> None:
    figure = vector_bars(values)
    assert figure["data"] == []
    assert figure["layout"]["annotations"]
    go.Figure(figure)


def test_the_highest_come_first_under_their_names() -> None:
    figure = top_values([0.1, 3.0, -2.0, np.nan, 1.0], ["0", "1", "2", "3", "4"], top=3)
    (bars,) = figure["data"]
    assert (bars["y"], bars["x"]) == (["1", "4", "0"], [3.0, 1.0, 0.1])
    axis = figure["layout"]["yaxis"]
    assert (axis["type"], axis["autorange"]) == ("category", "reversed")
    go.Figure(figure)


def test_without_names_they_have_their_index_and_equals_keep_their_order() -> None:
    (bars,) = top_values(np.ones(12), top=10)["data"]
    assert bars["y"] == [f"index {index}" for index in range(10)]
