"""The graph of the Inspect page: what goes into what, folded at a depth, and as a file."""

from __future__ import annotations

import streamlit as st

from playground.charts.graph_svg import graph_svg
from playground.inspection import FoldedGraph, subjects
from playground.inspection.subjects import GraphOutline
from playground.networks import SpecError
from playground.ui.components.zoom_picture import zoom_picture
from playground.ui.inspect.graph_picture import graph_picture
from playground.ui.inspect.inspected import Inspected
from playground.ui.kinds_of_work import inspecting
from playground.ui.messages import show_error, show_info, show_warning
from playground.ui.sandboxed import ask, shown

_HEIGHT = 720
_ABOUT_SKIPS = "Dashed lines are skip connections: the same value also goes another, longer way to where they end."


@st.fragment
def graph_view(inspected: Inspected) -> None:
    """Draw the choice of a depth, the graph, and the button that downloads it."""
    network, batch = inspected.network, inspected.batch
    try:
        outline: GraphOutline = shown(subjects.graph_outline_of, network, batch, work=inspecting(network))
    except SpecError as error:
        show_error(f"There is no graph: {error.message}")
        return
    if outline.error is not None:
        show_warning(_where_it_stops(outline))
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    with controls:
        depth = _depth(inspected, outline)
        fold_repeats = st.toggle("Repeated blocks once", value=True, key="graph_fold_repeats")
    try:
        graph: FoldedGraph = shown(subjects.graph_of, network, batch, depth, fold_repeats, work=inspecting(network))
        svg: str = shown(graph_svg, *graph_picture(graph), work=inspecting(network))
    except SpecError as error:
        show_info(error.message)
        return
    zoom_picture(svg, f"The graph of {inspected.name} at depth {depth}", key="graph", height=_HEIGHT)
    about_skips = _ABOUT_SKIPS if any(edge.is_skip for edge in graph.edges) else ""
    st.caption(f"{graph.drawn:,} boxes. {about_skips}")
    with controls:
        st.download_button(
            "SVG",
            lambda: ask(graph_svg, *graph_picture(graph), True, work=inspecting(network)),
            f"{inspected.name.lower()}_depth_{depth}.svg",
            "image/svg+xml",
            icon=":material/download:",
            key="download_graph",
        )


def _depth(inspected: Inspected, outline: GraphOutline) -> int:
    deepest = outline.deepest
    chosen = st.segmented_control(
        "Depth",
        range(deepest + 1),
        default=outline.readable,
        # Another network or batch begins at a depth of its own.
        key=f"graph_depth_{inspected.name}_{inspected.batch}_{deepest}",
        required=True,
        help="At 0 the network is one box, at 1 the blocks in it are, and so on.",
    )
    return chosen if chosen is not None else outline.readable


def _where_it_stops(outline: GraphOutline) -> str:
    failed = outline.failed
    place = f" at {failed.path or outline.name} ({failed.type})" if failed else ""
    return f"The batch does not get through: the graph ends{place}. {outline.error}"
