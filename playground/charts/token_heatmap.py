"""Tokens by their channels, as a transformer's layer gives them, as a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from playground.charts import theme

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Figure = dict[str, Any]

MOST_TOKENS, MOST_CHANNELS = 600, 1024


def token_heatmap(values: NDArray[np.float32]) -> Figure:
    """The values `(L, C)`: a row for each of the first MOST_TOKENS tokens, a column for each channel, likewise."""
    shown = values[:MOST_TOKENS, :MOST_CHANNELS]
    layout = theme.layout("Channel", "Token", f"{values.shape[0]:,} tokens by {values.shape[1]:,} channels.")
    layout |= {"showlegend": False, "hovermode": "closest"}
    layout["margin"]["t"] = 12
    layout["yaxis"]["autorange"] = "reversed"
    heatmap = {
        "type": "heatmap",
        "z": np.ascontiguousarray(shown, np.float32),
        "colorscale": "Viridis",
        "colorbar": {"thickness": 12, "outlinewidth": 0},
        "hovertemplate": "token %{y}, channel %{x}: %{z:.4~g}<extra></extra>",
    }
    return {"data": [heatmap], "layout": layout}
