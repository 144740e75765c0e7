"""What the trace of the draft says about each layer, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from playground.networks import NetworkSpec, Trace
from playground.networks.spec import by
from playground.ui.warm_up import torch_is_ready

if TYPE_CHECKING:
    from playground.networks import Layer

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


def layer_figures(spec: NetworkSpec, trace: Trace) -> dict[str, LayerFigures]:
    """The figures of every layer that the trace came through, by path."""
    shapes = {row.path: by(row.output_shape) for row in trace.rows}
    parameters: dict[str, int] = {}
    for row in trace.rows:
        names = row.path.split(".")
        for length in range(1, len(names) + 1):
            path = ".".join(names[:length])
            parameters[path] = parameters.get(path, 0) + row.parameters
    for path, layer in reversed(list(spec.walk())):
        if path not in shapes and path in parameters:
            shapes[path] = _last_shape(path, layer, shapes)
    return {path: LayerFigures(shapes.get(path, ""), count) for path, count in parameters.items()}


def _last_shape(path: str, container: Layer, shapes: dict[str, str]) -> str:
    """The shape after a container whose layers run in order: that of its last one."""
    enabled = [child.name for child in container.children if child.enabled]
    in_order = container.forward is None and container.rule in ("", "in_order")
    return shapes.get(f"{path}.{enabled[-1]}", "") if in_order and enabled else ""


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs={NetworkSpec: hash})
def _trace(spec: NetworkSpec) -> Trace:
    return spec.trace((1, *spec.input_shape))


@st.fragment(run_every=_POLL_SECONDS)
def _wait_for_torch() -> None:
    if torch_is_ready():
        st.rerun()
    st.caption("Importing PyTorch for the shapes …")
