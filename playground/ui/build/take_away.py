"""What to do with the draft: look at its graph, take its code, its JSON or a link, train or inspect it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.networks import NetworkSpec, SpecError, Trace
from playground.networks.code import write_code
from playground.networks.share import to_link
from playground.ui.build.draft import link_parameters
from playground.ui.build.graph import graph_text
from playground.ui.inspect.network import inspect_own_network
from playground.ui.kinds_of_work import TRACING
from playground.ui.live_fragment import live_fragment
from playground.ui.open_page import open_page_button
from playground.ui.sandboxed import shown
from playground.ui.text import plain
from playground.ui.trace import in_words
from playground.ui.train.form import train_own_network

_SHOWN_GRAPH = "build_shown_graph"
_NEXT_GRAPH = "build_next_graph"
_GRAPH_SECONDS = 0.4


def totals(spec: NetworkSpec, trace: Trace | None) -> None:
    """Draw how many layers and parameters the network has, and what it gives."""
    count = sum(not layer.children for _, layer in spec.walk())
    parts = [f"{count:,} layer{'s' if count != 1 else ''}"]
    if trace:
        parts.append(f"{trace.parameters:,} parameters{' up to the fault' if trace.error else ''}")
    if trace and trace.output_shape:
        parts.append(f"output {in_words((trace.output_shape,))}")
    st.caption(" · ".join(parts))


def open_elsewhere(spec: NetworkSpec, trace: Trace | None) -> None:
    """Draw the buttons that choose this network on another page and go there."""
    is_whole = trace is not None and trace.error is None and bool(spec.layers)
    train, inspect = st.columns(2)
    with train:
        _open_in("Train", lambda: train_own_network(spec), "primary", is_whole)
    with inspect:
        _open_in("Inspect", lambda: inspect_own_network(spec), "secondary", bool(spec.layers))


def _open_in(title: str, choose: Callable[[], None], kind: str, is_enabled: bool) -> None:
    key = f"open_in_{title.lower()}"
    open_page_button(title, f"Open in {title}", key, choose, type=kind, width="stretch", disabled=not is_enabled)


def take_away(spec: NetworkSpec, trace: Trace) -> None:
    """Draw the graph, the code, the JSON and the link of the network, each in a tab."""
    tabs = st.tabs(["Graph", "Code", "JSON", "Link"], key="take_away", on_change="rerun")
    graph_tab, code_tab, json_tab, link_tab = tabs
    with graph_tab:
        if graph_tab.open:
            _graph(spec, trace)
    with code_tab:
        if code_tab.open:
            _code(spec)
    with json_tab:
        if json_tab.open:
            _json(spec)
    with link_tab:
        if link_tab.open:
            _link(spec)


def _graph(spec: NetworkSpec, trace: Trace) -> None:
    try:
        text = graph_text(spec, trace)
    except SpecError as error:
        st.caption(f"There is no graph: {plain(error.message)}")
        return
    # Each run of the page begins to wait anew.
    st.session_state[_NEXT_GRAPH] = None
    is_behind = st.session_state.setdefault(_SHOWN_GRAPH, text) != text
    live_fragment(_draw_graph, _GRAPH_SECONDS if is_behind else None, text)


def _draw_graph(text: str) -> None:
    """Draw the graph; one that has changed comes a moment after the shapes, which would have to wait for it."""
    if st.session_state[_SHOWN_GRAPH] != text and st.session_state[_NEXT_GRAPH] == text:
        st.session_state[_SHOWN_GRAPH] = text
        st.rerun()
    st.session_state[_NEXT_GRAPH] = text
    st.graphviz_chart(st.session_state[_SHOWN_GRAPH], width="content", alt="The graph of the network")


def _code(spec: NetworkSpec) -> None:
    try:
        code: str = shown(write_code, spec, work=TRACING)
    except SpecError as error:
        st.caption(f"There is no code yet: {plain(error.message)}")
        return
    st.download_button("Download", code, f"{spec.name.lower()}.py", "text/x-python", key="download_code")
    st.code(code, language="python", height=400)


def _json(spec: NetworkSpec) -> None:
    text = spec.to_json()
    st.download_button("Download", text, f"{spec.name.lower()}.json", "application/json", key="download_json")
    st.code(text, language="json", height=400)


def _link(spec: NetworkSpec) -> None:
    try:
        link: str = shown(to_link, spec, work=TRACING)
    except SpecError as error:
        st.caption(plain(error.message))
        return
    st.caption("Who opens this address gets this network as a draft of their own; the network is in the address.")
    address = f"{(st.context.url or '').rstrip('/')}{link_parameters(link)}"
    st.code(address, language=None, wrap_lines=True)
