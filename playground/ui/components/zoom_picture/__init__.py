"""A picture in SVG that takes the page's colours and can be dragged and zoomed."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_FOLDER = Path(__file__).parent


def zoom_picture(svg: str, description: str, *, key: str, height: int) -> None:
    """Draw a picture, `height` pixels high; `description` is what a screen reader says.

    The text must come from this project: it becomes a part of the page as it is.
    """
    _component()(data={"svg": svg, "description": description}, key=key, height=height)


@functools.cache
def _component() -> ComponentRenderer:
    # As text, so that both are there with the first picture; Streamlit has no route to files of a checkout.
    return st.components.v2.component(
        "zoom_picture",
        js=(_FOLDER / "zoom_picture.js").read_text(),
        css=(_FOLDER / "zoom_picture.css").read_text(),
    )
