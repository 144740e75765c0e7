"""Two pictures in one place, with a line that is moved from side to side: before it the one, behind it the other."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from playground.ui.images.inline_image import data_uri

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
        "before": before if isinstance(before, str) else data_uri(before),
        "after": after if isinstance(after, str) else data_uri(after),
        "labels": list(labels),
        "description": description,
        "width": width,
    }
    _component()(data=data, key=key)


@functools.cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "compare_slider",
        js=(_FOLDER / "compare_slider.js").read_text(),
        css=(_FOLDER / "compare_slider.css").read_text(),
    )
