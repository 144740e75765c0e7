"""The runs so far, the newest first, each a click away."""

from __future__ import annotations

import contextlib

import streamlit as st

from playground.training import Run, StoreError
from playground.ui.messages import show_error
from playground.ui.runs import select_run, store
from playground.ui.text import config_title, duration, plain
from playground.ui.train.form import fill_form
from playground.ui.train.run_results import delete_button
from playground.ui.train.status_looks import STATUS_LOOKS

_PAGE_SIZE = 8


def run_list(selected: str | None) -> None:
    """Draw the newest runs; choosing one puts it into the page's address and its settings into the form."""
    st.subheader("Runs")
    try:
        runs = store().runs()
    except StoreError as error:
        show_error(error)
        return
    if not runs:
        st.caption("The runs that you start are listed here and stay until you delete them.")
        return
    shown = st.session_state.setdefault("runs_shown", _PAGE_SIZE)
    for run in runs[:shown]:
        _row(run, run.id == selected)
    if len(runs) > shown:
        st.button(f"Show {min(_PAGE_SIZE, len(runs) - shown)} more of {len(runs)}", on_click=_show_more)


def _row(run: Run, selected: bool) -> None:
    status = run.status
    icon, color, meaning = STATUS_LOOKS[status]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.badge(status, icon=icon, color=color, width=120)
        st.button(
            plain(_describe(run)),
            key=f"open_{run.id}",
            type="secondary" if selected else "tertiary",
            on_click=_open,
            args=(run,),
        )
        st.space("stretch")
        st.caption(_outcome(run), width="content")
    if status == "damaged":
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(run.damage or meaning), width="stretch")
            delete_button(run, f"delete_{run.id}")


def _open(run: Run) -> None:
    select_run(run.id)
    # Settings that cannot be read are said where the run is shown.
    with contextlib.suppress(StoreError):
        fill_form(run.config)


def _describe(run: Run) -> str:
    try:
        config = run.config
    except StoreError:
        return run.id
    return f"{config_title(config)}, {config.epochs} epoch{'s' if config.epochs != 1 else ''}"


def _outcome(run: Run) -> str:
    curve = run.history
    parts = [run.id[4:6] + "-" + run.id[6:8] + " " + run.id[9:11] + ":" + run.id[11:13]]
    if curve.best:
        parts.insert(0, f"{curve.best.selection_accuracy:.2%} {plain(curve.best.selection_images)}")
    if curve.end:
        parts.insert(1, duration(curve.end.seconds))
    return " · ".join(parts)


def _show_more() -> None:
    st.session_state["runs_shown"] += _PAGE_SIZE
