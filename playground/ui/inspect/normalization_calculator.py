"""Normalizations of a small batch: which values share a mean and a variance, in colours."""

from __future__ import annotations

import streamlit as st

from playground.charts import normalization_figure
from playground.inspection import output_formula
from playground.networks.spec import by
from playground.ui.calculator_settings import choice, number
from playground.ui.components.live_chart import live_chart
from playground.ui.figures import figures
from playground.ui.inspect.normalization_layer import (
    TYPES,
    NormalizationLayer,
    learned_parameters,
    normalization_layer,
    script,
    single_values,
    statistics,
)
from playground.ui.messages import show_warning

_INPUTS = {2: "(N, C)", 3: "(N, C, L)", 4: "(N, C, H, W)"}
_LENGTHS = {
    "N": ("Samples N", (1, 4), 2),
    "C": ("Channels C", (1, 6), 4),
    "L": ("Length L", (1, 6), 4),
    "H": ("Height H", (1, 4), 3),
    "W": ("Width W", (1, 4), 3),
}


def normalization_view() -> None:
    """Draw the calculator of BatchNorm1d, BatchNorm2d, LayerNorm, InstanceNorm2d and GroupNorm."""
    layer = _chosen()
    shared = layer.shared
    formula = output_formula(layer.type, layer.arguments, layer.shape)
    assert formula is not None
    counts, lines = st.columns([2, 3], vertical_alignment="center")
    with counts:
        shown = {
            "Means and variances": f"{shared.statistics}",
            "Values in each": f"{shared.values}",
            "Learned parameters": f"{learned_parameters(layer)}",
        }
        figures("normalization", shown)
    view = "" if shared.shape == layer.shape else f" of the batch seen as {by(shared.shape)}"
    lines.code("\n".join((f"over the dims {shared.dims}{view}", *formula.lines)), language=None)
    if warning := single_values(layer):
        show_warning(warning)
    numbers = statistics(shared)
    described = f"{layer.type} of a batch {by(layer.shape)}: {formula.lines[0]}."
    chart = normalization_figure(layer.shape, numbers, described)
    live_chart(chart, key="normalization_chart", height=chart["layout"]["height"])
    st.caption("Cells of the same number and look share a mean and a variance; n is the sample, c the channel.")
    st.markdown(TYPES[layer.type].modes)
    st.code(script(layer), language="python")


def _chosen() -> NormalizationLayer:
    layer_type = choice("Layer", "normalization_type", list(TYPES))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        inputs = [_INPUTS[count] for count in TYPES[layer_type].dimensions]
        shown = (
            choice("Input", f"normalization_input_{layer_type}", inputs, _INPUTS[4]) if len(inputs) > 1 else inputs[0]
        )
        shape = tuple(_length(name) for name in shown.strip("()").split(", "))
        normalized, groups = 1, 1
        if layer_type == "LayerNorm":
            names = _INPUTS[len(shape)].strip("()").split(", ")
            options = [f"({', '.join(names[start:])})" for start in range(1, len(shape))]
            chosen = choice("Normalized shape", f"normalization_shape_{len(shape)}", options)
            normalized = len(shape) - 1 - options.index(chosen)
        elif layer_type == "GroupNorm":
            divisors = [f"{count}" for count in range(1, shape[1] + 1) if shape[1] % count == 0]
            groups = int(choice("Groups", "normalization_groups", divisors, "2"))
    return normalization_layer(layer_type, shape, normalized=normalized, groups=groups)


def _length(name: str) -> int:
    label, limits, default = _LENGTHS[name]
    return number(label, f"normalization_{name}", limits, default)
