"""A picture of a graph that can be zoomed, on a page that can be run again, with as many layers as one chooses."""

import streamlit as st

from playground.charts.graph_layout import GraphBox, GraphLine
from playground.charts.graph_svg import graph_svg
from playground.ui.components.zoom_picture import zoom_picture

st.button("Rerun")
count = st.radio("Layers", [20, 3])
boxes = [GraphBox(f"Layer {index}") for index in range(count)]
lines = [GraphLine(index, index + 1, index) for index in range(count - 1)]
zoom_picture(graph_svg(boxes, lines), f"A graph of {count} layers", key="picture", height=500)
st.download_button("SVG", graph_svg(boxes, lines, is_file=True), "graph.svg", "image/svg+xml")
