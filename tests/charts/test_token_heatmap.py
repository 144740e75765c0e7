from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from playground.charts.token_heatmap import MOST_CHANNELS, MOST_TOKENS, token_heatmap


def test_a_row_is_a_token_from_top_to_bottom() -> None:
    tokens = np.arange(12, dtype=np.float32).reshape(4, 3)
    figure = token_heatmap(tokens)
    (heatmap,) = figure["data"]
    assert np.array_equal(heatmap["z"], tokens)
    assert figure["layout"]["yaxis"]["autorange"] == "reversed"
    go.Figure(figure)


def test_of_very_many_the_first_are_shown() -> None:
    (heatmap,) = token_heatmap(np.zeros((MOST_TOKENS + 1, MOST_CHANNELS + 1), np.float32))["data"]
    assert heatmap["z"].shape == (MOST_TOKENS, MOST_CHANNELS)
