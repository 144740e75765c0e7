"""A slider between two plain pictures, on a page that can be run again with another second picture."""

import io

import streamlit as st
from PIL import Image

from playground.ui.components.compare_slider import compare_slider


def picture(colour: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(buffer, "PNG")
    return buffer.getvalue()


colour = st.radio("Colour", ["blue", "green"])
compare_slider(picture("red"), picture(colour), f"Red and {colour}", key="compared", labels=("Red", colour), width=400)
