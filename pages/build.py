"""Build: put a network together layer by layer and see every shape, the first fault, and its fixes."""

import streamlit as st

from playground import ui
from playground.ui.build.comparison import comparison_dialog
from playground.ui.build.draft import draft_message, open_draft
from playground.ui.build.layers import layer_list
from playground.ui.build.look import build_look
from playground.ui.build.palette import palette
from playground.ui.build.start import draft_bar
from playground.ui.build.take_away import open_elsewhere, take_away, totals
from playground.ui.trace import trace_network

ui.page("Build")
build_look()

draft = open_draft()
draft_bar(draft)
draft_message()
comparison_dialog()
layers, tools = st.columns([1.5, 1], gap="large")
with layers:
    trace = trace_network(draft.spec, (1, *draft.spec.input_shape))
    totals(draft.spec, trace)
    layer_list(draft, trace)
with tools:
    open_elsewhere(draft.spec, trace)
    palette(draft)
    if trace:
        take_away(draft.spec, trace)
