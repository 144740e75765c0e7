"""Train: choose a network and settings, start, and watch it learn."""

import streamlit as st

from playground import ui
from playground.data import DATASETS
from playground.ui.runs import open_run, run_id_in_address, selected_run_id
from playground.ui.train.form import brings_settings, train_form
from playground.ui.train.layer_table import layer_table
from playground.ui.train.run_list import run_list
from playground.ui.train.run_view import run_view
from playground.ui.train.starting import start_and_show, start_error
from playground.ui.warm_up import keep_a_worker_warm

ui.page("Train")
keep_a_worker_warm()

run_id = selected_run_id()
# Settings that came without a run stay what they are, also after a refresh: a run in the address would change them.
if not brings_settings() and run_id and run_id_in_address() is None:
    open_run(run_id)

settings, result = st.columns([1, 2.4], gap="large")
with settings:
    config = train_form(run_id_in_address())
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
