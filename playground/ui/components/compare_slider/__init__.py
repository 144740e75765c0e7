"""Two pictures in one place, with a line that is moved from side to side: before it the one, behind it the other."""

from __future__ import annotations

import base64
import functools
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_FOLDER = Path(__file__).parent


def compare_slider(
    before: bytes | str,
    after: bytes | str,
    description: str,
    *,
    key: str,
    labels: tuple[str, str] = ("Before", "After"),
    width: int = 640,
) -> None:
    """Draw two pictures, JPEG or PNG, as bytes or data URIs, in a frame of the first one's shape, at most `width` wide.

    The line is moved with the mouse, a finger or the arrow keys, and stays where it is when the pictures change.
    `description` is what a screen reader says.
    """
    data = {
        "before": _data_uri(before),
        "after": _data_uri(after),
        "labels": list(labels),
        "description": description,
        "width": width,
    }
    _component()(data=data, key=key)


def _data_uri(picture: bytes | str) -> str:
    if isinstance(picture, str):
        return picture
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


@functools.cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "compare_slider",
        js=(_FOLDER / "compare_slider.js").read_text(),
        css=(_FOLDER / "compare_slider.css").read_text(),
    )
