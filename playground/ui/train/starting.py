"""Starting a run from a button, and saying why it cannot start."""

from __future__ import annotations

import time
from dataclasses import dataclass

import streamlit as st

from playground.data import DataError
from playground.networks import SpecError
from playground.training import Run, TrainConfig, TrainingError
from playground.training.loop import check_settings
from playground.ui.kinds_of_work import TRACING
from playground.ui.messages import show_error
from playground.ui.runs import launcher, select_run
from playground.ui.sandboxed import ask
from playground.ui.uninterrupted import uninterrupted

_ERROR = "start_error"
_LAST_START = "last_start"

# Of clicks that come so soon after each other, only the first is meant.
_SAME_CLICK_SECONDS = 3.0


@dataclass(frozen=True)
class _Start:
    """What a click on Start has started, and when a click was last taken for that."""

    config: TrainConfig
    run: Run
    clicked: float


def start(config: TrainConfig) -> str | None:
    """Start or queue the run and return its id; when it cannot start keep the reason for `start_error`.

    Clicks that follow at once, with the same settings, get the run of the first.
    """
    last: _Start | None = st.session_state.get(_LAST_START)
    try:
        run = last.run if last and _is_same_click(last, config) else launcher().launch(config, _check_settings)
    except (TrainingError, DataError, SpecError) as error:
        st.session_state[_ERROR] = str(error)
        return None
    # Starting may have taken seconds, in which further clicks waited.
    st.session_state[_LAST_START] = _Start(config, run, time.monotonic())
    st.session_state.pop(_ERROR, None)
    return run.id


def _check_settings(config: TrainConfig) -> None:
    """Raise what `check_settings` raises, and SpecError where it takes too much."""
    ask(check_settings, config, work=TRACING)


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


def _is_same_click(last: _Start, config: TrainConfig) -> bool:
    soon = time.monotonic() - last.clicked < _SAME_CLICK_SECONDS
    # Who has ended the run in between means another one.
    ended = last.run.status in ("stopped", "interrupted", "deleted")
    return soon and last.config == config and not ended
