"""Many small images side by side, as many in a row as there is room for, a caption under each."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image

from playground.ui.images.inline_image import data_uri, png

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The lines around the images take the colour of the page's text, light or dark.
_GRID = "display:grid;gap:0.5rem;grid-template-columns:repeat(auto-fill,minmax({width}px,1fr))"
_FIGURE = "margin:0;text-align:center"
_IMAGE = "width:100%;display:block;image-rendering:pixelated;outline:1px solid rgba(128,128,128,0.35)"
_CAPTION = "font-size:0.75rem;opacity:0.7;line-height:1.4;overflow-wrap:anywhere"


def image_grid(images: Sequence[NDArray[np.uint8]], captions: Sequence[str], titles: Sequence[str], width: int) -> None:
    """Draw images `(H, W)` or `(H, W, 3)` at least `width` pixels wide; the titles are shown on hover and read out."""
    figures = map(_figure, images, captions, titles)
    st.html(f'<div style="{_GRID.format(width=width)}">{"".join(figures)}</div>')


def _figure(image: NDArray[np.uint8], caption: str, title: str) -> str:
    title, source = html.escape(title, quote=True), data_uri(png(Image.fromarray(image)))
    return (
        f'<figure style="{_FIGURE}"><img src="{source}" alt="{title}" title="{title}" style="{_IMAGE}">'
        f'<figcaption style="{_CAPTION}">{html.escape(caption)}</figcaption></figure>'
    )
