"""The memory of a training step, part by part, as a plain Plotly figure dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.charts import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

_MIB = 2**20


def memory_figure(parts: Mapping[str, int], peak: int) -> dict[str, Any]:
    """Return the chart of the bytes of each part, the largest on top, with a line at the peak of the step."""
    ordered = sorted(parts.items(), key=lambda item: item[1])
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [count / _MIB for _, count in ordered],
        "y": [name for name, _ in ordered],
        "marker": {"color": theme.BLUE},
        "hovertemplate": "%{y}: %{x:,.1f} MiB<extra></extra>",
    }
    said = ", ".join(f"{name} {count / _MIB:,.1f} MiB" for name, count in reversed(ordered))
    layout = theme.layout("MiB", "", f"Memory of a training step: {said}. Peak {peak / _MIB:,.1f} MiB.")
    layout |= {"showlegend": False, "hovermode": "closest", "margin": {"l": 170, "r": 16, "t": 24, "b": 48}}
    layout["shapes"] = [
        {
            "type": "line",
            "x0": peak / _MIB,
            "x1": peak / _MIB,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": {"color": theme.VERMILLION, "dash": "dash"},
        }
    ]
    layout["annotations"] = [
        {"x": peak / _MIB, "y": 1, "yref": "paper", "yanchor": "bottom", "text": "peak", "showarrow": False}
    ]
    return {"data": [bars], "layout": layout}
