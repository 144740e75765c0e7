"""Train: choose a network and settings, start, and watch it learn."""

import streamlit as st

from playground import ui
from playground.data import DATASETS
from playground.training import StoreError, recommended
from playground.ui.runs import selected_run_id, store
from playground.ui.train.form import train_form
from playground.ui.train.layer_table import layer_table
from playground.ui.train.run_list import run_list
from playground.ui.train.run_view import run_view
from playground.ui.train.starting import start_and_show, start_error
from playground.ui.warm_up import keep_a_worker_warm

ui.page("Train")
keep_a_worker_warm()

run_id = selected_run_id()
try:
    initial = store().get(run_id).config if run_id else recommended("lenet")
except StoreError:
    initial = recommended("lenet")

settings, result = st.columns([1, 2.4], gap="large")
with settings:
    config = train_form(initial)
    st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        key="start",
        disabled=config is None,
        on_click=start_and_show,
        args=(config,),
    )
    start_error()
with result:
    run_view(run_id)
    if config:
        with st.expander("Layers of the chosen network", icon=":material/table_rows:", expanded=True):
            layer_table(config.spec, (1, *DATASETS[config.dataset].image_shape))
    run_list(run_id)
