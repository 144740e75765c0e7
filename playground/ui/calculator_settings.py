"""Settings of the calculators: they are there again when a person comes back to a calculator that was closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

_KEPT = "calculator_settings"


def number(label: str, key: str, limits: tuple[int, int], default: int, help_: str | None = None) -> int:
    """Draw a field for a whole number within the limits, both included; return it."""
    low, high = limits
    shown = kept(key, default, limits)
    return int(st.number_input(label, low, high, int(st.session_state[key]), **shown, help=help_, width=118))


def choice(label: str, key: str, options: Sequence[str], default: str | None = None) -> str:
    """Draw options one of which is always chosen, at first the default or the first; return it."""
    first = default if default in options else options[0]
    shown = kept(key, first)
    if st.session_state[key] not in options:
        st.session_state[key] = first
    return str(st.segmented_control(label, options, default=st.session_state[key], required=True, **shown))


def switch(label: str, key: str, help_: str) -> bool:
    """Draw a switch, off at first; return whether it is on."""
    shown = kept(key, False)
    return bool(st.toggle(label, value=bool(st.session_state[key]), **shown, help=help_))


def kept(key: str, default: Any, limits: tuple[int, int] | None = None) -> dict[str, Any]:
    """The key of a widget that is drawn next, which begins at what it showed last.

    Streamlit forgets a widget that one run has not drawn.
    """
    last: dict[str, Any] = st.session_state.setdefault(_KEPT, {})
    value = st.session_state.get(key, last.get(key, default))
    if limits:
        value = min(max(value, limits[0]), limits[1])
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    last[key] = value
    return {"key": key}
