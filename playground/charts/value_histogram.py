"""A histogram of the values of a layer, its activations or its weights."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from playground.charts import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    Figure = dict[str, Any]


def value_histogram(
    edges: Sequence[float], counts: Sequence[int], what: str, *, color: str = theme.BLUE, log: bool = False
) -> Figure:
    """The histogram of `what`, such as "Activation": `counts[i]` values from `edges[i]` up to `edges[i + 1]`.

    `log` makes the axis of the counts logarithmic, which shows the few beside the many.
    """
    described = (
        f"Histogram of {sum(counts):,} values from {edges[0]:.4g} to {edges[-1]:.4g}." if edges else "No values."
    )
    layout = theme.layout(what, "Values in the bin", f"{what}. {described}")
    layout |= {"showlegend": False, "bargap": 0.04, "hovermode": "closest"}
    layout["margin"]["t"] = 12
    layout["yaxis"]["type"] = "log" if log else "linear"
    if log:
        # Ticks at powers of ten; a bin with a single value is a bar, too.
        layout["yaxis"] |= {"dtick": 1, "autorangeoptions": {"include": 0.5}}
    if not sum(counts):
        theme.show_hint(layout, "No values")
        return {"data": [], "layout": layout}
    bins = list(pairwise(edges))
    bars = {
        "type": "bar",
        "x": [(low + high) / 2 for low, high in bins],
        "y": list(counts),
        "width": [high - low for low, high in bins],
        "customdata": [list(each) for each in bins],
        "marker": {"color": color},
        "hovertemplate": "%{customdata[0]:.4~g} to %{customdata[1]:.4~g}: %{y:,}<extra></extra>",
    }
    return {"data": [bars], "layout": layout}
