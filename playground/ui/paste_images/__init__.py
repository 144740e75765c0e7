"""Images that are pasted anywhere on a page go into one of its file uploaders."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_FOLDER = Path(__file__).parent


def paste_images(uploader: str, *, key: str) -> None:
    """Hand files that are pasted on the page to the file uploader with the key `uploader`; it draws nothing."""
    # As high as can be, since 0 is not taken.
    _component()(data={"uploader": uploader}, key=key, height=1)


@functools.cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("paste_images", js=(_FOLDER / "paste_images.js").read_text())
