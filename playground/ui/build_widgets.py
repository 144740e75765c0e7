"""Widgets that show what the draft holds: the draft decides, whatever they showed before."""

from __future__ import annotations

from typing import Any

import streamlit as st


def text_input(label: str, key: str, value: str, **settings: Any) -> None:
    """Draw a text field that shows the value.

    It begins at it, too: one that is drawn by a run which another one overtakes would otherwise begin empty.
    """
    show_in_widget(key, value)
    st.text_input(label, value=value, key=key, **settings)


def show_in_widget(key: str, value: Any) -> None:
    """Let the widget of this key, which is drawn next, show the value.

    One that shows it already is left alone: setting it would take away what a person is typing there.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
