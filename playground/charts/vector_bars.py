"""The values of a vector, such as the output of a linear layer, as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from playground.charts import theme
from playground.charts.decimation import decimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Figure = dict[str, Any]
    Vector = Sequence[float] | NDArray[np.float32]

# More bars than that are thinner than a pixel.
_MOST_BARS = 600


def vector_bars(values: Vector) -> Figure:
    """All values by their index; of many as the curve that shows the lowest and the highest of neighbours."""
    numbers = np.asarray(values, dtype=np.float64)
    layout = _layout("Index", "Value", f"The {len(numbers):,} values of the output by their index.")
    if not np.isfinite(numbers).any():
        theme.show_hint(layout, "No values")
        return {"data": [], "layout": layout}
    x, y = decimate(np.arange(len(numbers), dtype=np.float64), numbers, limit=2 * _MOST_BARS)
    trace: dict[str, Any] = {
        "x": x.astype(int).tolist(),
        "y": y.tolist(),
        "hovertemplate": "%{x}: %{y:.4~g}<extra></extra>",
    }
    if len(numbers) <= _MOST_BARS:
        trace |= {"type": "bar", "marker": {"color": theme.BLUE}}
        layout["xaxis"] |= {"dtick": 1} if len(numbers) <= 20 else {}
    else:
        trace |= {"type": "scatter", "mode": "lines", "line": {"color": theme.BLUE, "width": 1}}
    return {"data": [trace], "layout": layout}


def top_values(values: Vector, names: Sequence[str] = (), top: int = 10) -> Figure:
    """The `top` highest values, the highest first; each is called by its name, without names by its index."""
    numbers = np.asarray(values, dtype=np.float64)
    finite = np.flatnonzero(np.isfinite(numbers))
    highest = finite[np.argsort(-numbers[finite], kind="stable")][:top].tolist()
    layout = _layout("Value", "", f"The {len(highest)} highest values.")
    # Categories, or a name such as "7" would be a number; from top to bottom.
    layout["yaxis"] |= {"type": "category", "autorange": "reversed", "automargin": True}
    labels = [names[index] if names else f"index {index}" for index in highest]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": numbers[highest].tolist(),
        "y": labels,
        "text": [f"{numbers[index]:.4g}" for index in highest],
        "textposition": "auto",
        "marker": {"color": theme.BLUE},
        "hovertemplate": "%{y}: %{x:.4~g}<extra></extra>",
    }
    return {"data": [bars], "layout": layout}


def _layout(x_title: str, y_title: str, description: str) -> Figure:
    layout = theme.layout(x_title, y_title, description)
    layout |= {"showlegend": False, "hovermode": "closest"}
    layout["margin"]["t"] = 12
    return layout
