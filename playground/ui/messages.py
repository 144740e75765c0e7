"""Boxes with sentences that may quote what a person wrote, or another library: shown as they are, not as Markdown."""

from __future__ import annotations

import streamlit as st

from playground.ui.text import plain

_ERROR_ICON = ":material/error:"


def show_error(text: object, icon: str = _ERROR_ICON) -> None:
    """Show what is wrong: a sentence, or an exception whose text is one."""
    st.error(plain(str(text)), icon=icon)


def show_warning(text: object, icon: str = ":material/warning:") -> None:
    """Show a sentence as a warning."""
    st.warning(plain(str(text)), icon=icon)


def show_info(text: object, icon: str = ":material/info:") -> None:
    """Show a sentence that is no fault."""
    st.info(plain(str(text)), icon=icon)


def show_toast(text: object, icon: str = _ERROR_ICON) -> None:
    """Show a sentence for a few seconds."""
    st.toast(plain(str(text)), icon=icon)
