"""The trace of a network, as pages show it."""

from __future__ import annotations

import streamlit as st

from playground.networks import NetworkSpec, Trace
from playground.networks.spec import Shape, by
from playground.ui.live_fragment import live_fragment
from playground.ui.text import plain
from playground.ui.warm_up import torch_is_ready

_POLL_SECONDS = 0.3


def trace_network(spec: NetworkSpec, batch: Shape) -> Trace | None:
    """The trace for a batch `(N, C, H, W)`; None, with a sentence, while torch is imported."""
    if torch_is_ready():
        return _trace(spec, batch)
    wait_for_torch("the shapes")
    return None


def in_words(shapes: tuple[Shape, ...]) -> str:
    """Shapes as a page shows them: "1 × 16 × 4 × 4", and several with a comma."""
    return ", ".join(by(shape).replace(" x ", " × ") for shape in shapes)


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs={NetworkSpec: hash})
def _trace(spec: NetworkSpec, batch: Shape) -> Trace:
    return spec.trace(batch)


def wait_for_torch(what: str) -> None:
    """Say for what torch is imported, and draw the page again as soon as it is."""
    live_fragment(_importing, _POLL_SECONDS, what)


def _importing(what: str) -> None:
    if torch_is_ready():
        st.rerun()
    st.caption(f"Importing PyTorch for {plain(what)} …")
