"""The tabs of the Inspect page; what a closed one would show is not computed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.inspection import StoppedError, Summary
from playground.networks import NetworkSpec
from playground.ui.inspect.calculators import calculators_view
from playground.ui.inspect.comparison import comparison_view
from playground.ui.inspect.field import field_view
from playground.ui.inspect.graph import graph_view
from playground.ui.inspect.insides import insides_view
from playground.ui.inspect.inspected import Inspected, summary_of
from playground.ui.inspect.layer import layer_panel
from playground.ui.inspect.memory import memory_view
from playground.ui.inspect.network import inspect_own_network
from playground.ui.inspect.table import layer_rows, rows_up_to_the_fault, totals
from playground.ui.inspect.torchinfo import torchinfo_view
from playground.ui.inspect.view_choice import (
    CALCULATORS,
    COMPARISON,
    GRAPH,
    INSIDES,
    LAYERS,
    MEMORY,
    RECEPTIVE_FIELD,
    TORCHINFO,
    VIEW,
    chosen_layer,
)
from playground.ui.messages import show_error
from playground.ui.trace import trace_network


def inspect_views(inspected: Inspected) -> None:
    """Draw the totals and the tabs of a network that works, or how far it works and what would mend it."""
    summary = _summary(inspected)
    if summary is None:
        return
    totals(summary)
    views: dict[str, Callable[[], None]] = {
        LAYERS: lambda: layer_panel(inspected, layer_rows(summary)),
        GRAPH: lambda: graph_view(inspected),
        INSIDES: lambda: insides_view(inspected, chosen_layer()),
        RECEPTIVE_FIELD: lambda: field_view(inspected, chosen_layer()),
        MEMORY: lambda: memory_view(inspected),
        COMPARISON: lambda: comparison_view(inspected),
        CALCULATORS: calculators_view,
        TORCHINFO: lambda: torchinfo_view(inspected),
    }
    for tab, draw in zip(st.tabs(list(views), key=VIEW, on_change="rerun"), views.values(), strict=True):
        with tab:
            if tab.open:
                draw()


def _summary(inspected: Inspected) -> Summary | None:
    network = inspected.network
    trace = None if isinstance(network, str) else trace_network(network, inspected.batch)
    if isinstance(network, NetworkSpec) and trace and trace.error:
        rows_up_to_the_fault(network, trace, lambda _, mended, __: inspect_own_network(mended))
        return None
    try:
        with st.spinner("Running the network on shapes …", show_time=True):
            return summary_of(network, inspected.batch)
    except StoppedError as error:
        if error.summary.rows:
            st.caption("The table as far as the batch comes:")
            layer_rows(error.summary)
        show_error(error)
    except ValueError as error:
        show_error(error)
    return None
