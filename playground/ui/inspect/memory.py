"""What a training step takes: its memory before it is run, the largest batch, and the time of an epoch."""

from __future__ import annotations

import typing
from dataclasses import dataclass

import streamlit as st

from playground.charts import memory_figure
from playground.inspection import Budget, EpochTime, StoppedError, subjects
from playground.inspection.subjects import Subject
from playground.inspection.training_cost.memory_budget import Precision
from playground.inspection.training_cost.optimizer_memory import OPTIMIZERS
from playground.networks.spec import Shape
from playground.training import default_threads
from playground.ui.cancellable import Report, when_asked
from playground.ui.figures import figures
from playground.ui.inspect.inspected import Inspected
from playground.ui.inspect.network_list import is_detector
from playground.ui.kinds_of_work import inspecting, running
from playground.ui.messages import show_error, show_warning
from playground.ui.sandboxed import ask, shown
from playground.ui.text import duration, plain, size

_PARTS = {
    "parameters": "Parameters",
    "buffers": "Buffers",
    "gradients": "Gradients",
    "optimizer_state": "Optimizer state",
    "saved_activations": "Saved activations",
    "weight_casts": "Weights cast by autocast",
    "input": "Batch",
    "workspace": "cuBLAS",
}
_PHASES = {"forward": "the forward pass", "backward": "the backward pass", "step": "the optimizer's step"}
_PRECISIONS = typing.get_args(Precision)
_ON_THIS_PROCESSOR = "oneDNN takes for the time of a convolution or an LSTM on this processor"
_GIB = 2**30


@dataclass(frozen=True)
class _Settings:
    """What is trained, the shape of a sample, and how."""

    network: Subject
    sample: Shape
    optimizer: str
    precision: str


def memory_view(inspected: Inspected) -> None:
    """Draw the memory of a training step with settings of its own."""
    if is_detector(inspected.network):
        st.info("A detection model trains on images with boxes; its memory is not worked out here.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        batch_size = st.number_input("Batch size", 1, 1_000_000, 32, key="memory_batch", width=150)
        optimizer = st.selectbox(
            "Optimizer",
            list(OPTIMIZERS),
            list(OPTIMIZERS).index("adam"),
            format_func=lambda name: OPTIMIZERS[name].label,
            key="memory_optimizer",
            width=220,
        )
        precision = st.segmented_control(
            "Precision",
            _PRECISIONS,
            default="fp32",
            required=True,
            key="memory_precision",
            help="bf16: all in bfloat16. autocast: parameters in fp32, what autocast chooses in bfloat16.",
        )
    settings = _Settings(inspected.network, inspected.batch[1:], str(optimizer), str(precision))
    try:
        found = _budget(settings, int(batch_size))
    except (StoppedError, ValueError) as error:
        show_error(error)
        return
    _figures(found)
    _largest(settings)
    _epoch(settings, int(batch_size))


def _figures(found: Budget) -> None:
    shown = ("parameters", "gradients", "optimizer_state", "saved_activations", "input")
    named = {_PARTS[name]: size(found.parts[name]) for name in shown}
    figures("memory", {"Peak of a training step": peak_size(found), **named})
    parts = {_PARTS[name]: count for name, count in found.parts.items() if count}
    figure = memory_figure(parts, found.peak)
    st.plotly_chart(figure, key="memory_chart", height=230, config={"displayModeBar": False})
    st.caption(
        f"Worked out from what autograd saves in train mode, with nothing allocated. The peak is in "
        f"{_PHASES[found.peak_phase]}: not all parts are there at the same time, and gradients of activations come "
        f"and go. {_library(found)} PyTorch itself (some 300 to 500 MiB on a GPU) comes on top."
    )


def peak_size(found: Budget) -> str:
    """The peak as far as it is known: a size, a range, or what it is at least."""
    least, most = size(found.least_peak), size(found.peak)
    if not found.is_bounded:
        return f"at least {least}"
    return most if least == most else f"{least} to {most}"


def _library(found: Budget) -> str:
    """What the range of the peak comes from."""
    if found.is_bounded:
        return "" if found.least_peak == found.peak else f"Only the bounds of what {_ON_THIS_PROCESSOR} are known."
    library = "cuDNN takes for the time of a convolution" if found.device == "cuda" else _ON_THIS_PROCESSOR
    return f"What {library} is not known beforehand and comes on top."


def _largest(settings: _Settings) -> None:
    st.subheader("The largest batch")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        gigabytes = st.number_input("Memory of the device in GiB", 0.1, 10_000.0, 16.0, key="memory_device", width=220)
        done = when_asked(
            "Find the largest batch",
            "find_largest",
            (settings, gigabytes),
            lambda report: _largest_batch(settings, int(gigabytes * _GIB), report),
            icon=":material/straighten:",
        )
    if done is None:
        return
    if done.result is None:
        show_warning(f"Not even one sample fits into {gigabytes:g} GiB.", ":material/memory:")
    elif done.result.is_bounded:
        st.success(
            f"A batch of **{done.result.batch_size:,}** fits into {gigabytes:g} GiB: "
            f"its peak is {peak_size(done.result)}.",
            icon=":material/memory:",
        )
    else:
        st.info(
            f"A batch of **{done.result.batch_size:,}** may fit into {gigabytes:g} GiB, a larger one does not: "
            f"its peak is {peak_size(done.result)}. {_library(done.result)}",
            icon=":material/memory:",
        )


def _epoch(settings: _Settings, batch_size: int) -> None:
    st.subheader("The time of an epoch")
    try:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            samples = int(st.number_input("Samples", 1, 1_000_000_000, 60_000, key="memory_samples", width=220))
            done = when_asked(
                "Measure a few steps here",
                "measure_epoch",
                (settings, batch_size, samples),
                lambda report: _seconds(settings, batch_size, samples, report),
                icon=":material/timer:",
                help="Up to seven steps, or as many as begin within ten seconds.",
            )
    except (StoppedError, ValueError) as error:
        show_error(error)
        return
    if done:
        found = done.result
        st.info(
            f"About **{duration(found.seconds)}** an epoch on {plain(found.device)}, an estimate: "
            f"{found.steps:,} steps of {found.seconds_per_step * 1000:,.1f} ms, the median of a few. "
            "Reading data and evaluation come on top.",
            icon=":material/timer:",
        )


def _largest_batch(settings: _Settings, device_bytes: int, report: Report) -> Budget | None:
    found: Budget | None = ask(
        subjects.largest_batch_of,
        settings.network,
        settings.sample,
        device_bytes,
        settings.optimizer,
        settings.precision,
        default_threads(),
        work=inspecting(settings.network),
        report=report,
    )
    return found


def _seconds(settings: _Settings, batch_size: int, samples: int, report: Report) -> EpochTime:
    needed = _budget(settings, batch_size)
    found: EpochTime = ask(
        subjects.epoch_time_of,
        settings.network,
        settings.sample,
        batch_size,
        samples,
        settings.optimizer,
        settings.precision,
        default_threads(),
        work=running(needed.peak),
        report=report,
    )
    return found


def _budget(settings: _Settings, batch_size: int) -> Budget:
    found: Budget = shown(
        subjects.budget_of,
        settings.network,
        settings.sample,
        batch_size,
        settings.optimizer,
        settings.precision,
        default_threads(),
        work=inspecting(settings.network),
    )
    return found
