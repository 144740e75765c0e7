"""The layers of the draft as a list of cards; the selected one opens into its controls."""

from __future__ import annotations

import streamlit as st

from playground.networks import Layer, NetworkSpec, ShapeError, Trace
from playground.networks.containers import CONTAINERS
from playground.networks.spec import Value
from playground.networks.widths import AUTO
from playground.ui.build.controls import layer_controls
from playground.ui.build.draft import Draft, mend, select
from playground.ui.build.figures import LayerFigures, layer_figures
from playground.ui.build.forward import network_forward
from playground.ui.fault import draw_fault
from playground.ui.text import plain

# Above this, containers show what they hold only while one of their layers is selected.
_MOST_CARDS = 60
_DEEPEST_INDENT = 6
# As PyTorch prints a layer.
_SAID_BY_POSITION = ("in_channels", "out_channels", "num_features")


def layer_list(draft: Draft, trace: Trace | None) -> None:
    """Draw a card a layer, as far as the network works with its shape, and the first fault where it stands."""
    figures = layer_figures(trace) if trace else {}
    error = trace.error if trace else None
    if not draft.spec.layers:
        st.info("The network is empty. Add its first layer from the palette.", icon=":material/add:")
    network_forward(draft, trace)
    if draft.spec.layers:
        with st.container(horizontal=True, horizontal_alignment="right", key="layer_headings"):
            st.caption("output shape · parameters", width="content")
    with st.container(gap="xxsmall"):
        for path, layer in visible_layers(draft.spec, draft.selected, error):
            _card(draft, path, layer, figures.get(path), trace)


def _card(draft: Draft, path: str, layer: Layer, figures: LayerFigures | None, trace: Trace | None) -> None:
    """A layer's row; under it its controls where it is selected, and what is wrong where it cannot work."""
    error = trace.error if trace and trace.error and trace.error.path == path else None
    is_selected = path == draft.selected
    depth = min(path.count("."), _DEEPEST_INDENT)
    with st.container(key=f"layer_{depth}_{path.replace('.', '-')}", gap="xsmall"):
        with st.container(border=is_selected, gap="small"):
            _row(path, layer, figures, is_selected, error is not None)
            if is_selected:
                layer_controls(draft.spec, path, layer, trace)
        if error:
            draw_fault(draft.spec, error, mend)


def visible_layers(spec: NetworkSpec, selected: str, error: ShapeError | None) -> list[tuple[str, Layer]]:
    """The layers to show: all of a small network; of a large one the outer ones and those around what matters."""
    layers = list(spec.walk())
    if len(layers) <= _MOST_CARDS:
        return layers
    opened = {"", *_ancestors(selected), selected, *(_ancestors(error.path) if error else ())}
    return [(path, layer) for path, layer in layers if path.rpartition(".")[0] in opened]


def _row(path: str, layer: Layer, figures: LayerFigures | None, is_selected: bool, is_at_fault: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"row_{path}", gap="small"):
        st.button(
            _label(layer, is_at_fault),
            key=f"select_{path}",
            type="tertiary",
            icon=_icon(layer, is_selected, is_at_fault),
            width="stretch",
            on_click=select,
            args=(path,),
        )
        if figures:
            count = f"{figures.parameters:,}" if figures.parameters else ""
            st.caption(" · ".join(filter(None, (figures.output_shape, count))), width="content")


def _label(layer: Layer, is_at_fault: bool) -> str:
    name = f"**{plain(layer.name)}**" if layer.enabled else f"~~{plain(layer.name)}~~"
    if is_at_fault:
        name = f":red[{name}]"
    arguments = ", ".join(
        _said(value) if key in _SAID_BY_POSITION else f"{key}={_said(value)}" for key, value in layer.arguments.items()
    )
    if layer.type in CONTAINERS:
        count = len(layer.children)
        arguments = layer.rule.replace("_", " ") or f"{count} layer{'s' if count != 1 else ''}"
    starts = "".join(f", {parameter} starts at {value}" for parameter, value in layer.initial.items())
    return f"{name} :gray[{plain(layer.class_name or layer.type)}({plain(arguments)}){plain(starts)}]"


def _said(value: Value) -> str:
    """An argument as code has it; a width on auto, which code has as a number, without quotes."""
    return AUTO if value == AUTO else repr(value)


def _icon(layer: Layer, is_selected: bool, is_at_fault: bool) -> str:
    if is_at_fault:
        return ":material/error:"
    if not layer.enabled:
        return ":material/visibility_off:"
    if layer.type in CONTAINERS:
        return ":material/folder_open:" if is_selected else ":material/folder:"
    return ":material/expand_more:" if is_selected else ":material/chevron_right:"


def _ancestors(path: str) -> list[str]:
    names = path.split(".")
    return [".".join(names[:length]) for length in range(1, len(names))]
