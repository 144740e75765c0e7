"""The pipeline that Augment hands to the Train page: in this tab, and in the page's address."""

from __future__ import annotations

import json

import streamlit as st

from playground.images import ImageError, Pipeline

_PIPELINE = "own_pipeline"
# Its JSON in the address, so that a refresh keeps it; browsers and proxies take addresses of this length.
_IN_ADDRESS = "pipeline"
_MOST_CHARACTERS = 4_000


def keep_own_pipeline(pipeline: Pipeline) -> None:
    """Make this the pipeline for training; an empty one is none."""
    st.session_state[_PIPELINE] = pipeline


def begin_with_pipeline(pipeline: Pipeline) -> None:
    """Make this the pipeline for training where neither this tab nor the address has one yet."""
    if _PIPELINE not in st.session_state and _IN_ADDRESS not in st.query_params:
        keep_own_pipeline(pipeline)


def own_pipeline() -> Pipeline:
    """The pipeline for training, from this tab or from the page's address; an empty one if there is none."""
    written = st.query_params.get(_IN_ADDRESS)
    if written and _PIPELINE not in st.session_state:
        try:
            keep_own_pipeline(Pipeline.from_json(written))
        except ImageError as error:
            st.error(f"The pipeline in the address cannot be read: {error}", icon=":material/error:")
    found: Pipeline = st.session_state.get(_PIPELINE, Pipeline())
    return found


def put_pipeline_into_address() -> None:
    """Put the pipeline into the address; one that is too long for that stays in the tab."""
    pipeline = own_pipeline()
    text = json.dumps(json.loads(pipeline.to_json()), separators=(",", ":")) if pipeline.transforms else ""
    if not text or len(text) > _MOST_CHARACTERS:
        st.query_params.pop(_IN_ADDRESS, None)
    elif st.query_params.get(_IN_ADDRESS) != text:
        st.query_params[_IN_ADDRESS] = text
