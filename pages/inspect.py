"""Inspect: what a network is made of and what it costs, layer by layer."""

import streamlit as st

from playground import ui
from playground.ui.inspect.network import choose_network
from playground.ui.inspect.views import inspect_views
from playground.ui.trace import wait_for_torch
from playground.ui.warm_up import torch_is_ready

ui.page("Inspect")

if not torch_is_ready():
    wait_for_torch("the networks")
    st.stop()
inspected = choose_network()
if inspected:
    inspect_views(inspected)
