"""Which network the Inspect page shows, and for which batch."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.networks import NetworkSpec, SpecError, presets
from playground.networks.spec import Shape
from playground.ui.own_network import OWN, keep_own_network, network_label, own_network, put_into_address
from playground.ui.text import read_shape

_KEY = "inspected"
_FIRST = "resnet50"
_MOST_IMAGES = 100_000
_BIND: Any = "query-params"


def inspect_own_network(spec: NetworkSpec) -> None:
    """Choose a network of the person's own; to be called before the widgets are drawn, such as in a callback."""
    keep_own_network(spec)
    st.session_state[_KEY] = OWN


def choose_network() -> tuple[NetworkSpec, Shape] | None:
    """Draw the choice; the network and the shape of its batch, or None, with a sentence, where it has none."""
    own = own_network()
    names = [*([OWN] if own else []), *presets.names()]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Network",
            names,
            names.index(_FIRST),
            format_func=lambda name: network_label(name, own),
            key=_KEY,
            bind=_BIND,
            width=320,
        )
        spec = own if own and name == OWN else presets.load(name)
        shape = st.text_input(
            "Input shape",
            ", ".join(map(str, spec.input_shape)),
            key=f"inspected_shape_{name}_{spec.input_shape}",
            width=180,
            help="The shape of one sample, for images channels, height, width.",
        )
        batch = st.number_input("Batch size", 1, _MOST_IMAGES, 1, key="inspected_batch", width=150)
    put_into_address(name)
    st.caption("A network of your own." if name == OWN else presets.info(name).description)
    try:
        return spec, (batch, *read_shape(shape))
    except SpecError as error:
        st.error(error.message, icon=":material/error:")
        return None
