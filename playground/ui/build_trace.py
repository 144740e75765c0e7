"""What the trace of the draft says about each layer, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.networks import NetworkSpec, Trace
from playground.networks.operations import OPERATIONS
from playground.networks.spec import Shape, by
from playground.ui.warm_up import torch_is_ready

_POLL_SECONDS = 0.3


@dataclass(frozen=True)
class LayerFigures:
    """A layer's output shape, "" where it has none, and its parameters with those of all that it holds."""

    output_shape: str
    parameters: int


def trace_draft(spec: NetworkSpec) -> Trace | None:
    """The trace for one sample; None, with a sentence, while torch is imported."""
    if torch_is_ready():
        return _trace(spec)
    _wait_for_torch()
    return None


def layer_figures(trace: Trace) -> dict[str, LayerFigures]:
    """The figures of every layer and container that the trace came into, by path."""
    shapes = {call.path: in_words(call.outputs) for call in trace.calls if call.type not in OPERATIONS}
    parameters: dict[str, int] = {}
    for row in trace.rows:
        names = row.path.split(".")
        for length in range(1, len(names) + 1):
            path = ".".join(names[:length])
            parameters[path] = parameters.get(path, 0) + row.parameters
    return {path: LayerFigures(shapes.get(path, ""), parameters.get(path, 0)) for path in shapes | parameters}


def in_words(shapes: tuple[Shape, ...]) -> str:
    """Shapes as a page shows them: "1 × 16 × 4 × 4", and several with a comma."""
    return ", ".join(by(shape).replace(" x ", " × ") for shape in shapes)


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs={NetworkSpec: hash})
def _trace(spec: NetworkSpec) -> Trace:
    return spec.trace((1, *spec.input_shape))


@st.fragment(run_every=_POLL_SECONDS)
def _wait_for_torch() -> None:
    if torch_is_ready():
        st.rerun()
    st.caption("Importing PyTorch for the shapes …")
