"""Which part of an image is shown: the whole of it, reduced, or a detail in which each pixel can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from playground.ui.calculator_settings import choice, kept

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WHOLE = "Whole picture"
_DETAILS = {"256 pixels": 256, "64 pixels": 64, "32 pixels": 32}


@dataclass(frozen=True)
class Region:
    """Of an image of `size` (width, height): columns from `left` and rows from `top` on."""

    size: tuple[int, int]
    left: int
    top: int
    width: int
    height: int

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole image."""
        return (self.width, self.height) == self.size

    def of(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """This part of an image, which may have been reduced as a whole."""
        factor = pixels.shape[1] / self.size[0]
        left, top = int(self.left * factor), int(self.top * factor)
        width, height = max(round(self.width * factor), 1), max(round(self.height * factor), 1)
        return pixels[top : top + height, left : left + width]


def choose_region(size: tuple[int, int]) -> Region:
    """Draw the choice for an image of that width and height."""
    width, height = size
    details = {label: side for label, side in _DETAILS.items() if side < max(size)}
    if not details:
        return Region(size, 0, 0, width, height)
    chosen = choice("Show", "pixels_region", [_WHOLE, *details])
    if chosen == _WHOLE:
        return Region(size, 0, 0, width, height)
    wide, high = min(details[chosen], width), min(details[chosen], height)
    with st.container(horizontal=True, gap="medium"):
        return Region(size, _place("From column", width - wide), _place("From row", height - high), wide, high)


def _place(label: str, last: int) -> int:
    """Draw a slider for the first column or row, in the middle at first, where there is a choice."""
    if last == 0:
        return 0
    key = f"pixels_{label.lower().replace(' ', '_')}"
    shown = kept(key, last // 2, (0, last))
    return int(st.slider(label, 0, last, int(st.session_state[key]), **shown, width=240))
