"""Texts of a stranger in each way in which pages show what is not theirs."""

import streamlit as st

from playground.ui.messages import show_error
from playground.ui.text import as_code, plain
from tests.hostile_text import TEXTS

for index, text in enumerate(TEXTS):
    with st.container(key=f"box-{index}"):
        show_error(text)
    with st.container(key=f"bold-{index}"):
        st.markdown(f"< **{plain(text)}** >")
    with st.container(key=f"red-{index}"):
        st.caption(f"< :red[**{plain(text)}**] >")
    with st.container(key=f"code-{index}"):
        st.markdown(f"< :gray[{as_code(text)}] >")
    with st.container(key=f"button-{index}"):
        st.button(plain(text), key=f"button_{index}")
    with st.container(key=f"metric-{index}"):
        st.metric(plain(text), "1")
st.caption("All are there.")
