"""The pipeline that Augment hands to the Train page: in this tab, and in the page's address."""

from __future__ import annotations

import streamlit as st

from playground.images import Pipeline
from playground.ui.pipeline_address import has_pipeline_in_address, pipeline_in_address, put_into_address

_PIPELINE = "own_pipeline"


def keep_own_pipeline(pipeline: Pipeline) -> None:
    """Make this the pipeline for training; an empty one is none."""
    st.session_state[_PIPELINE] = pipeline


def begin_with_pipeline(pipeline: Pipeline) -> None:
    """Make this the pipeline for training where neither this tab nor the address has one yet."""
    if _PIPELINE not in st.session_state and not has_pipeline_in_address():
        keep_own_pipeline(pipeline)


def own_pipeline() -> Pipeline:
    """The pipeline for training, from this tab or from the page's address; an empty one if there is none."""
    if _PIPELINE not in st.session_state and has_pipeline_in_address():
        written = pipeline_in_address()
        if written is not None:
            keep_own_pipeline(written)
    found: Pipeline = st.session_state.get(_PIPELINE, Pipeline())
    return found


def put_pipeline_into_address() -> None:
    """Put the pipeline into the address; one that is too long for that stays in the tab."""
    pipeline = own_pipeline()
    put_into_address(pipeline if pipeline.transforms else None)
