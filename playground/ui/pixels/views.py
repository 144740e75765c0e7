"""The tabs of the Pixels page: the walks from a file to the input of a network, and the operations of OpenCV."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from playground.images import ImageError
from playground.images.pixels import WALKS
from playground.ui.messages import show_error
from playground.ui.pixels.operations import operations_view
from playground.ui.pixels.photo import photo_of
from playground.ui.pixels.walk import walk_view
from playground.ui.text import plain

if TYPE_CHECKING:
    from playground.images.pixels import StoredPhoto
    from playground.ui.images.chosen_image import ChosenImage

_OPERATIONS = "OpenCV operations"


def pixels_views(chosen: ChosenImage) -> None:
    """Draw the tabs; what a closed one would show is not computed."""
    try:
        photo = photo_of(chosen)
    except ImageError as error:
        show_error(error, ":material/broken_image:")
        return
    _file_line(chosen, photo)
    views: dict[str, Callable[[], None]] = {
        walk.label: functools.partial(walk_view, name, chosen) for name, walk in WALKS.items()
    }
    views[_OPERATIONS] = functools.partial(operations_view, chosen)
    for tab, draw in zip(st.tabs(list(views), key="pixels_view", on_change="rerun"), views.values(), strict=True):
        with tab:
            if tab.open:
                draw()


def _file_line(chosen: ChosenImage, photo: StoredPhoto) -> None:
    width, height = photo.size
    with st.container(horizontal=True, vertical_alignment="center"):
        kind = "grey" if photo.is_grey else "RGB"
        st.markdown(
            f"**{plain(chosen.name)}**: {width:,} × {height:,} pixels (width × height), {kind}", width="content"
        )
        st.download_button(
            f"The file that the code reads: {plain(photo.path)}",
            lambda: photo.png,
            photo.path,
            "image/png",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key="pixels_file",
            help="The image as it was decoded here, without loss: with it the code gives exactly these pixels.",
        )
