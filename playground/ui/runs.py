"""The server's runs, which of them is in the page's address, and what buttons do to them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.training import Run, RunStore, StoreError, TrainingError, launcher_for
from playground.training.launcher import Launcher
from playground.ui.messages import show_toast
from playground.ui.uninterrupted import uninterrupted

_RUN_PARAMETER = "run"
# The run that the person chose last, and the one that the page opened without being asked to.
_CHOSEN = "chosen_run"
_OPENED_BY_ITSELF = "run_opened_by_itself"


def store() -> RunStore:
    """Return the store that this server shows."""
    return RunStore()


def launcher() -> Launcher:
    """Return the launcher that starts this server's runs."""
    return launcher_for(store())


def run_id_in_address() -> str | None:
    """Return the id of the run in the page's address, or None."""
    return st.query_params.get(_RUN_PARAMETER) or None


def selected_run_id() -> str | None:
    """Return the id of the run to show, or None where there is none.

    It is that of the address, else the one that the person chose last, else one that trains, else the newest.
    """
    in_address = run_id_in_address()
    if in_address is None:
        return _kept_choice() or _run_of_most_interest()
    if in_address != st.session_state.get(_OPENED_BY_ITSELF):
        st.session_state[_CHOSEN] = in_address
    return in_address


def open_run(run_id: str) -> None:
    """Put a run into the page's address that the person did not choose, so that a refresh shows it."""
    if run_id != st.session_state.get(_CHOSEN):
        st.session_state[_OPENED_BY_ITSELF] = run_id
    st.query_params[_RUN_PARAMETER] = run_id


def select_run(run_id: str | None) -> None:
    """Put the run into the page's address, so that a refresh or another tab shows it; None takes it out."""
    st.session_state[_CHOSEN] = run_id
    if run_id is None:
        st.query_params.pop(_RUN_PARAMETER, None)
    else:
        st.query_params[_RUN_PARAMETER] = run_id


def _kept_choice() -> str | None:
    chosen: str | None = st.session_state.get(_CHOSEN)
    try:
        return store().get(chosen).id if chosen else None
    except StoreError:
        return None


def _run_of_most_interest() -> str | None:
    try:
        runs = [*store().working(), *store().runs()]
    except StoreError:
        return None
    first = next(filter(_is_readable, runs), None) or next(iter(runs), None)
    return first.id if first else None


def _is_readable(run: Run) -> bool:
    return run.status != "damaged" and run.device is not None


@uninterrupted()
def act(action: Callable[[], None]) -> None:
    """Do what a button asks for; when it cannot be done say why."""
    try:
        action()
    except TrainingError as error:
        show_toast(error)
