"""Values that a callback gives to widgets, kept although a timer's request was quicker than the person's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_OVERTAKEN = "widgets_set_by_a_timers_request"


def set_widgets(values: Mapping[str, Any]) -> None:
    """Set widgets by their keys, such that stand in no fragment; to be called by a callback, before they are drawn.

    What a person chooses is in the browser's next request, and in Streamlit 1.67 that may be the one by which a
    fragment is drawn again on its own. It uses up the callback but draws no widget outside the fragment. The person's
    own request comes after it, still with the browser's old values, which would take the place of the new ones. So
    these are kept for it.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context and context.fragment_ids_this_run:
        kept: dict[str, tuple[Any, Any]] = st.session_state.setdefault(_OVERTAKEN, {})
        kept.update({key: (st.session_state.get(key), value) for key, value in values.items()})
    st.session_state.update(values)


def set_widgets_again() -> None:
    """Set what the browser has not heard of; to be called when a page begins."""
    for key, (former, value) in st.session_state.pop(_OVERTAKEN, {}).items():
        if st.session_state.get(key) == former:
            st.session_state[key] = value
