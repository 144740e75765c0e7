"""How the cards of the Build page look."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_STYLE = Path(__file__).resolve().parents[3] / "assets" / "theme" / "build.css"


def build_look() -> None:
    """Add the style sheet of the page."""
    st.html(_STYLE)
