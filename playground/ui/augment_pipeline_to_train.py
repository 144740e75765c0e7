"""From the pipeline of the Augment page to the Train page."""

from __future__ import annotations

import streamlit as st

from playground.images import Pipeline
from playground.ui.open_page import open_page_button

PIPELINE_FOR_TRAIN = "pipeline_for_train"
"""Where the pipeline waits in the session until the Train page takes it."""


def use_in_train(pipeline: Pipeline) -> None:
    """Let the pipeline wait for the Train page."""
    st.session_state[PIPELINE_FOR_TRAIN] = pipeline


def use_in_train_button(pipeline: Pipeline) -> None:
    """Draw the button that hands the pipeline on and opens the Train page."""
    open_page_button(
        "Train",
        "Use in Train",
        "augment_use_in_train",
        lambda: use_in_train(pipeline),
        type="primary",
        help="Each training image goes through this pipeline each time that it is used, with numbers of its own.",
    )
