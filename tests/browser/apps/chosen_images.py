"""A page that takes images and says which they are."""

import streamlit as st

from playground.ui.images.image_upload import choose_images

st.text_input("A field")
for image in choose_images("images"):
    width, height = image.image.size
    st.markdown(f"Chosen: {image.name}, {width} x {height}")
