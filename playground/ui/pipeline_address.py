"""A pipeline in the address of a page: a refresh keeps it, and the address is a link to share."""

from __future__ import annotations

import json

import streamlit as st

from playground.images import ImageError, Pipeline
from playground.ui.messages import show_error

_PARAMETER = "pipeline"
# Browsers and proxies take addresses of this length.
_MOST_CHARACTERS = 4_000


def has_pipeline_in_address() -> bool:
    """Whether the address has one, whatever it is worth."""
    return bool(st.query_params.get(_PARAMETER))


def pipeline_in_address() -> Pipeline | None:
    """The pipeline in the address; None, with a sentence, if that is none."""
    try:
        return Pipeline.from_json(st.query_params.get(_PARAMETER, ""))
    except ImageError as error:
        show_error(f"The pipeline in the address cannot be read: {error}")
        return None


def put_into_address(pipeline: Pipeline | None) -> None:
    """Put a pipeline into the address, or take it out; one that is too long for that stays in the tab."""
    text = json.dumps(json.loads(pipeline.to_json()), separators=(",", ":")) if pipeline else ""
    if not text or len(text) > _MOST_CHARACTERS:
        st.query_params.pop(_PARAMETER, None)
    elif st.query_params.get(_PARAMETER) != text:
        st.query_params[_PARAMETER] = text
