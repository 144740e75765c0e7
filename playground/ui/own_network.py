"""The network of a person's own that Build hands to the other pages: in this tab, and in the page's address."""

from __future__ import annotations

import streamlit as st

from playground.networks import NetworkSpec, SpecError, presets
from playground.networks.share import from_link, to_link
from playground.ui.kinds_of_work import READING, TRACING
from playground.ui.messages import show_error
from playground.ui.sandboxed import ask, shown

OWN = "own"
"""What stands for it in a list of presets."""

_NETWORK = "own_network"
# Its link in the address, so that a refresh keeps it.
_LINK = "own"


def keep_own_network(spec: NetworkSpec) -> None:
    """Make this the network of one's own."""
    st.session_state[_NETWORK] = spec


def own_network() -> NetworkSpec | None:
    """The network of one's own, from this tab or from the page's address, if there is one."""
    link = st.query_params.get(_LINK)
    if link and _NETWORK not in st.session_state:
        try:
            keep_own_network(ask(from_link, link, work=READING))
        except SpecError as error:
            show_error(f"The network in the address cannot be read: {error.message}")
    found: NetworkSpec | None = st.session_state.get(_NETWORK)
    return found


def has_own_network_in_address() -> bool:
    """Whether the address has one, whatever it is worth; it has it where that is the chosen one."""
    return bool(st.query_params.get(_LINK))


def network_label(name: str, own: NetworkSpec | None) -> str:
    """How a list of networks calls a preset, or the network of one's own."""
    return f"{own.name}, your own" if own and name == OWN else presets.info(name).label


def put_into_address(chosen: str) -> None:
    """Where one's own network is chosen, put it into the address; one that is too large for that stays in the tab."""
    own = own_network()
    link = _link(own) if own and chosen == OWN else None
    if link:
        st.query_params[_LINK] = link
    else:
        st.query_params.pop(_LINK, None)


def _link(spec: NetworkSpec) -> str | None:
    try:
        link: str = shown(to_link, spec, work=TRACING)
    except SpecError:
        return None
    return link
