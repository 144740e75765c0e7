"""What every page begins with."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from playground.ui.navigation import draw_navigation, page_info
from playground.ui.set_widgets import set_widgets_again
from playground.ui.uninterrupted import wait_for_callbacks
from playground.ui.warm_up import begin_warm_up

_THEME = Path(__file__).resolve().parents[2] / "assets" / "theme"


def page(title: str) -> None:
    """Open a page: its title in the browser's tab and on the page, the navigation, and the warm-up once a server."""
    wait_for_callbacks()
    set_widgets_again()
    # The icon is a file of our own: Streamlit fetches Material icons for the browser's tab from the internet.
    st.set_page_config(page_title=f"{title} · Torch Playground", page_icon=str(_THEME / "icon.svg"), layout="wide")
    st.html(_THEME / "page.css")
    st.title(page_info(title).heading)
    st.logo(str(_THEME / "logo.svg"), size="large", icon_image=str(_THEME / "icon.svg"))
    draw_navigation()
    with st.sidebar:
        st.html(f"<script>{(_THEME / 'steady_pills.js').read_text()}</script>", unsafe_allow_javascript=True)
    begin_warm_up()
