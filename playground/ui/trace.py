"""The trace of a network, as pages show it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.networks import NetworkSpec, ShapeError, SpecError, Trace, trace
from playground.networks.spec import Shape, by
from playground.ui.kinds_of_work import TRACING
from playground.ui.live_fragment import live_fragment
from playground.ui.sandboxed import sandbox_is_ready, shown
from playground.ui.text import plain
from playground.ui.warm_up import torch_is_ready

_POLL_SECONDS = 0.3


def trace_network(spec: NetworkSpec, batch: Shape) -> Trace | None:
    """The trace for a batch `(N, C, H, W)`; None, with a sentence, while torch is imported.

    A network that takes too much to trace has that as its fault.
    """
    if not sandbox_is_ready():
        wait_for_sandbox("the shapes")
        return None
    try:
        found: Trace = shown(trace.trace_network, spec, batch, work=TRACING)
    except SpecError as error:
        return Trace((), ShapeError("", error.message, error.message), None)
    return found


def in_words(shapes: tuple[Shape, ...]) -> str:
    """Shapes as a page shows them: "1 × 16 × 4 × 4", and several with a comma."""
    return ", ".join(by(shape).replace(" x ", " × ") for shape in shapes)


def wait_for_torch(what: str) -> None:
    """Say for what the server imports torch, and draw the page again as soon as it has."""
    live_fragment(_importing, _POLL_SECONDS, what, torch_is_ready)


def wait_for_sandbox(what: str) -> None:
    """Say for what the sandbox imports torch, and draw the page again as soon as it has."""
    live_fragment(_importing, _POLL_SECONDS, what, sandbox_is_ready)


def _importing(what: str, is_ready: Callable[[], bool]) -> None:
    if is_ready():
        st.rerun()
    st.caption(f"Importing PyTorch for {plain(what)} …")
