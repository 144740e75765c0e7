"""The graph of the Inspect page: what goes into what, folded at a depth, and as a file."""

from __future__ import annotations

import streamlit as st

from playground.inspection.graph.dataflow import DataFlow, data_flow
from playground.inspection.graph.graph_folding import folded_graph, graph_depth, readable_depth
from playground.networks import NetworkSpec, SpecError
from playground.networks.spec import Shape
from playground.ui.components.zoom_picture import zoom_picture
from playground.ui.inspect.graph_picture import graph_picture
from playground.ui.inspect.inspected import Inspected, model_or_spec
from playground.ui.messages import show_error, show_warning
from playground.ui.trace import wait_for_torch
from playground.ui.warm_up import torch_is_ready

# A browser takes a second for so many.
_MOST_BOXES = 3000
_HEIGHT = 720
_ABOUT_SKIPS = "Dashed lines are skip connections: the same value also goes another, longer way to where they end."


@st.fragment
def graph_view(inspected: Inspected) -> None:
    """Draw the choice of a depth, the graph, and the button that downloads it."""
    if not torch_is_ready():
        wait_for_torch("the graph")
        return
    try:
        flow = _flow(inspected.network, inspected.batch)
    except SpecError as error:
        show_error(f"There is no graph: {error.message}")
        return
    if flow.error is not None:
        show_warning(_where_it_stops(flow))
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    with controls:
        depth = _depth(inspected, flow)
        fold_repeats = st.toggle("Repeated blocks once", value=True, key="graph_fold_repeats")
    graph = folded_graph(flow, depth, fold_repeats=fold_repeats)
    if len(graph.nodes) > _MOST_BOXES:
        st.info(f"At this depth there are {len(graph.nodes):,} boxes, too many to draw. Choose a smaller depth.")
        return
    svg = _svg(inspected.network, inspected.batch, depth, fold_repeats, is_file=False)
    zoom_picture(svg, f"The graph of {inspected.name} at depth {depth}", key="graph", height=_HEIGHT)
    about_skips = _ABOUT_SKIPS if any(edge.is_skip for edge in graph.edges) else ""
    st.caption(f"{graph.drawn:,} boxes. {about_skips}")
    with controls:
        st.download_button(
            "SVG",
            lambda: _svg(inspected.network, inspected.batch, depth, fold_repeats, is_file=True),
            f"{inspected.name.lower()}_depth_{depth}.svg",
            "image/svg+xml",
            icon=":material/download:",
            key="download_graph",
        )


def _depth(inspected: Inspected, flow: DataFlow) -> int:
    deepest = graph_depth(flow)
    chosen = st.segmented_control(
        "Depth",
        range(deepest + 1),
        default=readable_depth(flow),
        # Another network or batch begins at a depth of its own.
        key=f"graph_depth_{inspected.name}_{inspected.batch}_{deepest}",
        required=True,
        help="At 0 the network is one box, at 1 the blocks in it are, and so on.",
    )
    return chosen if chosen is not None else readable_depth(flow)


def _where_it_stops(flow: DataFlow) -> str:
    failed = flow.nodes[flow.failed] if flow.failed is not None else None
    place = f" at {failed.path or flow.name} ({failed.type})" if failed else ""
    return f"The batch does not get through: the graph ends{place}. {flow.error}"


@st.cache_data(max_entries=50, show_spinner=False, hash_funcs={NetworkSpec: hash})
def _svg(network: NetworkSpec | str, batch: Shape, depth: int, fold_repeats: bool, is_file: bool) -> str:
    return graph_picture(folded_graph(_flow(network, batch), depth, fold_repeats=fold_repeats), is_file=is_file)


@st.cache_data(max_entries=20, show_spinner="Following the data through the network …", hash_funcs={NetworkSpec: hash})
def _flow(network: NetworkSpec | str, batch: Shape) -> DataFlow:
    return data_flow(model_or_spec(network), batch)
