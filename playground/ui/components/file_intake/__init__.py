"""What the file uploader of Streamlit lacks: files that are pasted, and a word about those that are too large."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_FOLDER = Path(__file__).parent


def file_intake(uploader: str, most_bytes: int, on_too_large: Callable[[Sequence[str]], None], *, key: str) -> None:
    """Hand files that are pasted on the page to the file uploader with the key `uploader`; draws nothing.

    The uploader leaves out what is larger than its limit, of `most_bytes`, and says so, if at all, in a corner that
    the next file takes; `on_too_large` is given the names.
    """

    def tell() -> None:
        on_too_large(st.session_state[key]["too_large"] or ())

    data = {"uploader": uploader, "mostBytes": most_bytes}
    # A height of 0 is not taken.
    _component()(data=data, key=key, height=1, on_too_large_change=tell)


@functools.cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("file_intake", js=(_FOLDER / "file_intake.js").read_text())
