"""The home page: what this is, the device that was found, and one button that trains."""

import streamlit as st

from playground import ui
from playground.ui.home import device_line, page_cards, train_now

ui.page("Home")

st.markdown(
    "Understand PyTorch by moving it.  \n"
    "Train a network on real images and watch its loss fall while you look.  \n"
    "Whatever you see here, you can take away as PyTorch code that runs."
)
device_line()
train_now()
page_cards()
