"""Which network a person inspects, and for which batch."""

from __future__ import annotations

import streamlit as st

from playground.networks import NetworkSpec, SpecError
from playground.training import Run
from playground.ui.inspect.inspected import Inspected
from playground.ui.inspect.network_list import network_description, network_labels, network_named, run_id, run_name
from playground.ui.messages import show_error, show_warning
from playground.ui.own_network import OWN, keep_own_network, put_into_address
from playground.ui.text import plain, read_shape

_KEY = "inspected"
_FIRST = "resnet50"
_LAST = "last_inspected"
_MOST_IMAGES = 100_000


def inspect_own_network(spec: NetworkSpec) -> None:
    """Choose a network of the person's own; to be called before the widgets are drawn, such as in a callback."""
    keep_own_network(spec)
    st.session_state[_KEY] = OWN


def inspect_run(run: Run) -> None:
    """Choose the network of this run's checkpoint; to be called like `inspect_own_network`."""
    st.session_state[_KEY] = run_name(run)


def choose_network() -> Inspected | None:
    """Draw the choice; the network and its batch, or None, with a sentence, where it has none."""
    _read_address()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = select_network(_KEY, st.session_state.get(_LAST, _FIRST))
        network, sample = network_named(name)
        shape = st.text_input(
            "Input shape",
            ", ".join(map(str, sample)),
            key=f"inspected_shape_{name}_{sample}",
            width=180,
            help="The shape of one sample, for images channels, height, width.",
        )
        batch = st.number_input("Batch size", 1, _MOST_IMAGES, 1, key="inspected_batch", width=150)
    _remember(name)
    st.caption(plain(network_description(name)))
    try:
        return Inspected(network, (batch, *read_shape(shape)), run_id(name))
    except SpecError as error:
        show_error(error.message)
        return None


def select_network(key: str, first: str) -> str:
    """Draw a list of all networks, which begins with `first`; the name of the one that is chosen."""
    labels = network_labels()
    names = list(labels)
    index = names.index(first) if first in names else 0
    chosen: str = st.selectbox("Network", names, index, format_func=labels.__getitem__, key=key, width=320)
    return chosen


def _read_address() -> None:
    """Choose what the address asks for, by its name or as the list calls it; say so where it is not there."""
    written = st.query_params.get(_KEY)
    if written is None or _KEY in st.session_state:
        return
    name = next((name for name, label in network_labels().items() if written in (name, label)), None)
    if name:
        st.session_state[_KEY] = name
        return
    show_warning(
        f"The address asks for a network {written!r}, which is not here, or not any more; choose one from the list.",
        ":material/link_off:",
    )


def _remember(name: str) -> None:
    """Keep the choice for a visit to another page, and in the address for a refresh and a link."""
    st.session_state[_LAST] = name
    put_into_address(name)
    if st.query_params.get(_KEY) != name:
        st.query_params[_KEY] = name
