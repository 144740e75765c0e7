"""Widgets that show what the draft holds: the draft decides, whatever they showed before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.ui.uninterrupted import uninterrupted

_VERSIONS = "build_widget_versions"


def text_input(label: str, key: str, value: str, on_change: Callable[[str], None], **settings: Any) -> None:
    """Draw a text field that shows the value; what a person writes into it, without spaces around, is handed on.

    It begins at the value, too: one that is drawn by a run which another one overtakes would otherwise begin empty.
    """
    shown = shows(key, value, lambda written: on_change(written.strip()))
    st.text_input(label, value=value, **shown, **settings)


def shows(key: str, value: Any, on_change: Callable[[Any], None] | None = None) -> dict[str, Any]:
    """The key and the callback of a widget, which is drawn next, that shows the value and hands on what is set there.

    One that shows it already is left alone: setting it would take away what a person is typing there. One that shows
    something else becomes another widget, with a key that ends in its version, and the former one is heard no more.
    For until the browser knows the new value, it sends the old one with each request, which would count as a change
    by the person and undo what was done.
    """
    versions: dict[str, int] = st.session_state.setdefault(_VERSIONS, {})
    if st.session_state.get(_drawn(key), value) != value:
        versions[key] = versions.get(key, 0) + 1
    drawn = _drawn(key)
    if drawn not in st.session_state:
        st.session_state[drawn] = value

    @uninterrupted()
    def hand_on() -> None:
        if on_change and drawn == _drawn(key):
            on_change(st.session_state[drawn])

    return {"key": drawn, "on_change": hand_on}


def _drawn(key: str) -> str:
    version = st.session_state[_VERSIONS].get(key, 0)
    return f"{key}~{version}" if version else key
