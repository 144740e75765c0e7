"""The server's runs, which of them is in the page's address, and what buttons do to them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.training import RunStore, TrainingError, launcher_for
from playground.training.launcher import Launcher
from playground.ui.messages import show_toast
from playground.ui.uninterrupted import uninterrupted

_RUN_PARAMETER = "run"


def store() -> RunStore:
    """Return the store that this server shows."""
    return RunStore()


def launcher() -> Launcher:
    """Return the launcher that starts this server's runs."""
    return launcher_for(store())


def selected_run_id() -> str | None:
    """Return the id of the run in the page's address, or None."""
    return st.query_params.get(_RUN_PARAMETER)


def select_run(run_id: str | None) -> None:
    """Put the run into the page's address, so that a refresh or another tab shows it; None takes it out."""
    if run_id is None:
        st.query_params.pop(_RUN_PARAMETER, None)
    else:
        st.query_params[_RUN_PARAMETER] = run_id


@uninterrupted()
def act(action: Callable[[], None]) -> None:
    """Do what a button asks for; when it cannot be done say why."""
    try:
        action()
    except TrainingError as error:
        show_toast(error)
