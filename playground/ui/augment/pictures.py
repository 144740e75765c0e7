"""Pictures side by side with what was drawn for them, as one piece of a page."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from playground.images import Drawn
from playground.ui.images.inline_image import data_uri


@dataclass(frozen=True)
class Shown:
    """An encoded picture, a few words below it, and what a screen reader says."""

    data: bytes
    caption: str
    description: str


def pictures(shown: Sequence[Shown], drawn: Sequence[Drawn] = (), note: str = "") -> None:
    """Draw pictures in a row, each as large as there is room for, and the drawn numbers below."""
    figures = "".join(map(_figure, shown))
    st.html(f'<div class="augment-pictures">{figures}</div>{_line(drawn, note)}')


def drawn_line(drawn: Sequence[Drawn], note: str = "") -> None:
    """Draw the numbers alone."""
    st.html(_line(drawn, note))


def _line(drawn: Sequence[Drawn], note: str) -> str:
    numbers = "".join(f"<span>{html.escape(each.name)} <b>{html.escape(each.text)}</b></span>" for each in drawn)
    more = f'<span title="{html.escape(note, quote=True)}">≈ reduced</span>' if note else ""
    return f'<div class="augment-drawn">{numbers or "<span>&nbsp;</span>"}{more}</div>'


def picture_grid(shown: Sequence[Shown], columns: int) -> None:
    """Draw pictures in rows of so many."""
    figures = "".join(map(_figure, shown))
    st.html(f'<div class="augment-grid" style="--columns:{columns}">{figures}</div>')


def _figure(shown: Shown) -> str:
    # Small pictures are PNG, and shown with each pixel as a square.
    kind = "png" if shown.data.startswith(b"\x89PNG") else "jpeg"
    source, description = data_uri(shown.data), html.escape(shown.description, quote=True)
    return (
        f'<figure><img class="augment-{kind}" src="{source}" alt="{description}">'
        f"<figcaption>{html.escape(shown.caption)}</figcaption></figure>"
    )
