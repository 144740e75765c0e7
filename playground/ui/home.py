"""The parts of the home page."""

from __future__ import annotations

import contextlib

import streamlit as st

from playground.training import StoreError, recommended
from playground.ui.components.live_chart import live_chart
from playground.ui.live_fragment import live_fragment
from playground.ui.navigation import HOME, PAGES
from playground.ui.runs import launcher, store
from playground.ui.text import as_code, plain, run_title
from playground.ui.train.run_figures import run_loss_figure
from playground.ui.train.starting import start, start_error
from playground.ui.uninterrupted import uninterrupted
from playground.ui.warm_up import keep_a_worker_warm

_POLL_SECONDS = 0.5
_STARTED = "home_started_run"


def device_line() -> None:
    """Draw the device that training will use, as soon as the first worker has found it."""
    keep_a_worker_warm()
    warm = launcher().warm
    live_fragment(_device_line, None if warm else _POLL_SECONDS, warm)


def train_now() -> None:
    """Draw the button that trains LeNet at once and opens the Train page on it."""
    st.button(
        "Train LeNet now",
        type="primary",
        icon=":material/play_arrow:",
        key="train_now",
        on_click=_start_lenet,
        help="LeNet on MNIST, 3 epochs: a minute or less on most machines.",
    )
    start_error()
    run_id = st.session_state.pop(_STARTED, None)
    if run_id:
        st.switch_page("pages/train.py", query_params={"run": run_id})


def page_cards() -> None:
    """Draw one card a page."""
    for page in PAGES:
        if page is not HOME:
            with st.container(border=True):
                st.page_link(page.script, label=f"**{page.title}**", icon=page.icon)
                st.caption(page.purpose)


def latest_run() -> None:
    """Draw the loss of the latest run, or the empty chart: with it Plotly is loaded before a run needs it."""
    # A folder that cannot be read is said where a run is started or opened.
    run = None
    with contextlib.suppress(StoreError):
        run = next(iter(store().runs()), None)
    curve = run.history if run else None
    with st.container(border=True):
        live_chart(run_loss_figure(curve), key="latest_loss_chart", height=260)
        if run:
            st.page_link(
                "pages/train.py",
                label=f"Open the latest run: {plain(run_title(run))}",
                icon=":material/open_in_full:",
                query_params={"run": run.id},
            )


@uninterrupted()
def _start_lenet() -> None:
    st.session_state[_STARTED] = start(recommended("lenet"))


def _device_line(was_warm: bool) -> None:
    devices, warm = launcher().devices, launcher().warm
    if warm and not was_warm:
        st.rerun()
    if devices is None:
        st.caption(":material/memory: Looking for a GPU …")
    else:
        readiness = "A worker is ready." if warm else "A worker is getting ready …"
        st.caption(
            f":material/memory: Training uses **{plain(devices[0].label)}** ({as_code(devices[0].name)}). {readiness}"
        )
