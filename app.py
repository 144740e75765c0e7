"""The home page: what this is, the device that was found, and one button that trains."""

import streamlit as st

from playground import ui

ui.page("Home")
st.markdown(
    "Understand PyTorch by moving it.  \n"
    "Train a network on real images and watch its loss fall while you look.  \n"
    "Whatever you see here, you can take away as PyTorch code that runs."
)

from playground.ui.home import device_line, latest_run, page_cards, train_now  # noqa: E402 # heavier: after the paint

beginning, latest = st.columns(2, gap="large")
with beginning:
    device_line()
    train_now()
    page_cards()
with latest:
    latest_run()
