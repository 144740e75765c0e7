"""Inspect: what a network is made of and what it costs, layer by layer."""

import streamlit as st

from playground import ui
from playground.ui.inspect.network import choose_network
from playground.ui.inspect.views import inspect_views
from playground.ui.sandboxed import sandbox_is_ready
from playground.ui.trace import wait_for_sandbox

ui.page("Inspect")

if not sandbox_is_ready():
    wait_for_sandbox("the networks")
    st.stop()
inspected = choose_network()
if inspected:
    inspect_views(inspected)
