"""What every page begins with."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from playground.ui.navigation import draw_navigation
from playground.ui.warm_up import begin_warm_up

_LOGO = str(Path(__file__).resolve().parents[2] / "assets" / "theme" / "logo.svg")


def page(title: str, icon: str) -> None:
    """Open a page: its title in the browser's tab, the navigation, and the warm-up once a server."""
    st.set_page_config(page_title=f"{title} · Torch Playground", page_icon=icon, layout="wide")
    st.logo(_LOGO, size="large")
    draw_navigation()
    begin_warm_up()
