"""The tabs of the Augment page; what a closed one would show is not computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from playground.ui.augment.all import all_view
from playground.ui.augment.batch_panel import batch_panel
from playground.ui.augment.network_view import network_view_panel
from playground.ui.augment.pipeline import pipeline_view
from playground.ui.augment.seed import chosen_seed
from playground.ui.augment.seven import seven_view
from playground.ui.images.chosen_image import ChosenImage

_STYLE = Path(__file__).resolve().parents[3] / "assets" / "theme" / "augment.css"


def augment_views(images: list[ChosenImage], chosen: ChosenImage) -> None:
    """Draw the tabs for the image that is looked at, and for all that were chosen."""
    st.html(_STYLE)
    seed = chosen_seed()
    views: dict[str, Callable[[], None]] = {
        "The seven": lambda: seven_view(chosen, seed),
        "All transforms": lambda: all_view(images, chosen, seed),
        "Pipeline": lambda: pipeline_view(chosen),
        "What the network sees": lambda: network_view_panel(chosen.image),
        "Batches": lambda: batch_panel([each.image for each in images]),
    }
    for tab, draw in zip(st.tabs(list(views), key="augment_view", on_change="rerun"), views.values(), strict=True):
        with tab:
            if tab.open:
                draw()
