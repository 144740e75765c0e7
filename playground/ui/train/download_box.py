"""Fetching a data set that does not come with the project: a button, its progress, and cancel."""

from __future__ import annotations

import streamlit as st

from playground.data import DATASETS, DataError, is_available
from playground.data.download_process import Download, start_download
from playground.ui.live_fragment import live_fragment
from playground.ui.messages import show_error, show_toast, show_warning
from playground.ui.text import plain

_TICK_SECONDS = 0.5


def download_box(dataset: str) -> None:
    """Draw nothing when the data set is here, else what it takes to fetch it and how a download stands."""
    if is_available(dataset):
        return
    if DATASETS[dataset].is_bundled:
        show_error(
            f"The files of {DATASETS[dataset].label} in assets/{dataset} are missing; restore them with "
            f"git restore assets/{dataset} or from a fresh copy of the project."
        )
        return
    running = _running(dataset)
    live_fragment(_box, _TICK_SECONDS if running else None, dataset, running)


def _box(dataset: str, was_running: bool) -> None:
    if was_running and not _running(dataset):
        st.rerun()
    info = DATASETS[dataset]
    download = _downloads().get(dataset)
    with st.container(border=True):
        if download and download.status == "running":
            st.progress(download.progress, text=plain(download.message))
            st.button("Cancel", icon=":material/close:", key="cancel_download", on_click=download.cancel)
            return
        if download:
            show_warning(download.message, ":material/cloud_off:")
        st.caption(f"{info.label} is not on this machine yet. {info.description} Licence: {info.licence}.")
        st.button(
            f"Download {info.label} ({info.download_size / 1e6:.0f} MB)",
            icon=":material/cloud_download:",
            key="start_download",
            on_click=_start,
            args=(dataset,),
        )


def _start(dataset: str) -> None:
    try:
        _downloads()[dataset] = start_download(dataset)
    except DataError as error:
        show_toast(error)


def _running(dataset: str) -> bool:
    download = _downloads().get(dataset)
    return download is not None and download.status == "running"


@st.cache_resource(show_spinner=False)
def _downloads() -> dict[str, Download]:
    """The server's latest download of each data set, shared by all tabs."""
    return {}
