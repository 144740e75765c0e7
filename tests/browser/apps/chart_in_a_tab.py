"""A live chart that is not visible at first, can be taken away, and has numbers that JSON lacks."""

import math

import streamlit as st

from playground.ui.components.live_chart import live_chart

FIGURE = {
    "data": [{"type": "scatter", "x": [1, 2, 3, 4, 5], "y": [math.inf, 3, 2, math.nan, 1]}],
    "layout": {"xaxis": {"title": {"text": "x"}}},
}

text, chart = st.tabs(["Text", "Chart"])
text.write("The chart is in the other tab.")
with chart:
    if st.checkbox("Show", value=True):
        live_chart(FIGURE, key="chart")
