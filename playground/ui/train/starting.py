"""Starting a run from a button, and saying why it cannot start."""

from __future__ import annotations

import streamlit as st

from playground.data import DataError
from playground.networks import SpecError
from playground.training import TrainConfig, TrainingError
from playground.training.loop import check_network
from playground.ui.kinds_of_work import TRACING
from playground.ui.messages import show_error
from playground.ui.runs import launcher, select_run
from playground.ui.sandboxed import ask
from playground.ui.uninterrupted import uninterrupted

_ERROR = "start_error"


def start(config: TrainConfig) -> str | None:
    """Start or queue the run and return its id; when it cannot start keep the reason for `start_error`."""
    try:
        run = launcher().launch(config, _check_network)
    except (TrainingError, DataError, SpecError) as error:
        st.session_state[_ERROR] = str(error)
        return None
    st.session_state.pop(_ERROR, None)
    return run.id


def _check_network(config: TrainConfig) -> None:
    """Raise what `check_network` raises, and SpecError where it takes too much."""
    ask(check_network, config, work=TRACING)


@uninterrupted()
def start_and_show(config: TrainConfig) -> None:
    """Start the run and put it into the page's address."""
    run_id = start(config)
    if run_id:
        select_run(run_id)


def start_error() -> None:
    """Draw why the last start failed, once."""
    message = st.session_state.pop(_ERROR, None)
    if message:
        show_error(message)
