"""One run on a page: how it stands, its buttons, and its curves while they grow."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import streamlit as st

from playground.training import (
    EpochEvent,
    Run,
    RunHistory,
    RunStatus,
    StoreError,
)
from playground.training.run import ACTIVE
from playground.ui.components.live_chart import live_chart
from playground.ui.live_fragment import live_fragment
from playground.ui.messages import show_info
from playground.ui.runs import act, store
from playground.ui.text import duration, plain, run_title
from playground.ui.train.run_figures import DEFAULT_SMOOTHING, run_accuracy_figure, run_loss_figure
from playground.ui.train.run_results import delete_button, run_results
from playground.ui.train.status_looks import STATUS_LOOKS

# Two redraws a second: at three, drawing alone takes a tenth of the training speed on two cores.
_TICK_SECONDS = 0.5


def run_view(run_id: str | None) -> None:
    """Draw the run of that id, alive while it trains, or what a run will look like when there is none."""
    run = _find(run_id)
    active = run is not None and run.active
    live_fragment(_view, _TICK_SECONDS if active else None, run, active)
    _chart_controls()
    if run and not active:
        run_results(run)
    if run:
        delete_button(run)


def _find(run_id: str | None) -> Run | None:
    if run_id is None:
        return None
    try:
        return store().get(run_id)
    except StoreError as error:
        show_info(error)
        return None


def _view(run: Run | None, was_active: bool) -> None:
    status = run.status if run else None
    if run and was_active and status not in ACTIVE:
        st.rerun()
    curve = run.history if run else None
    with st.container(border=True):
        _heading(run, status, curve)
        _progress(run, status, curve)
    _metrics(curve)
    _curves(curve, run.id if run else "none")


def _heading(run: Run | None, status: RunStatus | None, curve: RunHistory | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="run_heading"):
        if not run or not status:
            st.markdown("**No run yet.** Choose the settings and press Start.")
            return
        icon, color, _ = STATUS_LOOKS[status]
        st.badge(status, icon=icon, color=color)
        st.markdown(
            f"**{plain(run_title(run))}**" + (f" · {plain(curve.start.device_name)}" if curve and curve.start else "")
        )
        st.space("stretch")
        if status in ("running", "starting"):
            _button("Pause", ":material/pause:", run.pause)
        if status == "paused":
            _button("Resume", ":material/play_arrow:", run.resume)
        if status in ACTIVE:
            _button("Stop", ":material/stop:", run.stop)


def _button(label: str, icon: str, action: Callable[[], None]) -> None:
    st.button(label, icon=icon, key=f"run_{label.lower()}", on_click=act, args=(action,))


def _progress(run: Run | None, status: RunStatus | None, curve: RunHistory | None) -> None:
    st.progress(curve.progress if curve else 0.0, text=_progress_text(run, status, curve))


def _progress_text(run: Run | None, status: RunStatus | None, curve: RunHistory | None) -> str:
    if not run or not status or not curve:
        return "Progress, speed and the time that is left appear here."
    if status == "queued":
        return _why_queued(run)
    if not curve.start or not curve.last_step or status == "damaged":
        return STATUS_LOOKS[status][2]
    step = curve.last_step
    parts = [
        f"Epoch {step.epoch} of {curve.start.epochs}",
        f"step {step.step:,} of {curve.total_steps or 0:,}",
        f"{step.images_per_second:,.0f} images/s",
    ]
    if status == "running" and curve.seconds_left is not None:
        parts.append(f"about {duration(curve.seconds_left)} left")
    if status in ("finished", "stopped", "failed") and curve.end:
        parts.append(f"took {duration(curve.end.seconds)}")
    return " · ".join(parts)


def _why_queued(run: Run) -> str:
    ahead: list[Run] = []
    with contextlib.suppress(StoreError):
        ahead = [other for other in store().working() if other.device == run.device]
    holder = f" {plain(run_title(ahead[0]))} holds it now." if ahead else ""
    return STATUS_LOOKS["queued"][2] + holder


def _metrics(curve: RunHistory | None) -> None:
    last = curve.epochs[-1] if curve and curve.epochs else None
    best = curve.best if curve else None
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        _metric(
            "Batch loss",
            f"{curve.losses[-1]:.4f}" if curve and curve.losses else None,
            "The mean over the images of the latest step.",
        )
        _metric(
            "Training loss",
            f"{last.train_loss:.4f}" if last else None,
            "The mean over all training images of the latest epoch, each as its step found it.",
        )
        _metric("Test accuracy", f"{last.test_accuracy:.2%}" if last else None)
        _metric(_best_label(best), f"{best.selection_accuracy:.2%}" if best else None)
        _metric("Time per epoch", duration(last.seconds) if last else None)


def _metric(label: str, value: str | None, explanation: str | None = None) -> None:
    st.metric(label, value or "–", help=explanation, width="content")


def _best_label(epoch: EpochEvent | None) -> str:
    return f"Best {plain(epoch.selection_images)}, epoch {epoch.epoch}" if epoch else "Best epoch"


def _chart_controls() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="large"):
        st.slider("Smoothing", 0.0, 0.95, step=0.05, key="smoothing", persist_state="session", width=240)
        st.toggle("Logarithmic loss", key="log_loss", persist_state="session")


def _curves(curve: RunHistory | None, run_id: str) -> None:
    loss = run_loss_figure(
        curve,
        smoothing=st.session_state.setdefault("smoothing", DEFAULT_SMOOTHING),
        log=st.session_state.setdefault("log_loss", False),
    )
    accuracy = run_accuracy_figure(curve)
    for figure in (loss, accuracy):
        # Another run is another chart: it starts unzoomed.
        figure["layout"]["uirevision"] = run_id
    left, right = st.columns([3, 2])
    with left:
        live_chart(loss, key="loss_chart")
    with right:
        live_chart(accuracy, key="accuracy_chart")
