"""Which tab of the Inspect page is open, and for which layer."""

from __future__ import annotations

import streamlit as st

from playground.inspection import LayerRow
from playground.ui.uninterrupted import uninterrupted

VIEW = "inspect_view"
LAYERS = "Layers"
GRAPH = "Graph"
INSIDES = "Insides"
RECEPTIVE_FIELD = "Receptive field"
MEMORY = "Memory"
COMPARISON = "Compare"
CALCULATORS = "Calculators"
TORCHINFO = "torchinfo"

_LAYER = "inspected_layer"


@uninterrupted()
def open_view(view: str, row: LayerRow) -> None:
    """Open a tab for the layer of this row; to be called by a button."""
    st.session_state[VIEW] = view
    st.session_state[_LAYER] = row.path


def chosen_layer() -> str:
    """The path of the layer for which a tab was opened, "" for none."""
    path: str = st.session_state.get(_LAYER, "")
    return path
