"""A row of figures with their names, smaller than Streamlit's metrics."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st


def figures(key: str, values: Mapping[str, str]) -> None:
    """Draw each value under its name, side by side; `key` is unique on the page."""
    with st.container(horizontal=True, gap="medium", key=f"figures_{key}"):
        for name, value in values.items():
            st.metric(name, value, width="content")
