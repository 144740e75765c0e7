"""A button that chooses something for another page and goes there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.ui.navigation import page_info
from playground.ui.uninterrupted import uninterrupted

_OPENED = "opened_page"


def open_page_button(title: str, label: str, key: str, choose: Callable[[], None], **settings: Any) -> None:
    """Draw a button that calls `choose` and opens the page of that title; the settings are those of `st.button`."""

    @uninterrupted()
    def go() -> None:
        choose()
        st.session_state[_OPENED] = title

    st.button(label, key=key, icon=page_info(title).icon, on_click=go, **settings)
    # A callback cannot switch pages; the run after it can.
    if st.session_state.get(_OPENED) == title:
        del st.session_state[_OPENED]
        st.switch_page(page_info(title).script)
