"""Inspect: what a network is made of and what it costs, layer by layer."""

import streamlit as st

from playground import ui
from playground.ui.inspect_network import choose_network, inspect_own_network
from playground.ui.inspect_table import cost_table, rows_up_to_the_fault
from playground.ui.trace import trace_network

ui.page("Inspect")

choice = choose_network()
if choice:
    spec, batch = choice
    trace = trace_network(spec, batch)
    if trace and trace.error:
        rows_up_to_the_fault(spec, trace, lambda _, mended, __: inspect_own_network(mended))
    elif trace:
        cost_table(spec, batch)
else:
    st.stop()
