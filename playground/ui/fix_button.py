"""A button that applies a computed fix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.ui.text import plain


def fix_button(text: str, key: str, apply: Callable[..., None], *arguments: Any) -> None:
    """Draw a button with the fix's text, which begins in lower case; pressed, it calls `apply(*arguments)`."""
    st.button(
        plain(text[0].upper() + text[1:]),
        key=key,
        icon=":material/build:",
        on_click=apply,
        args=arguments,
        wrap=True,
    )
