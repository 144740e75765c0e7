"""The first view of the Augment page: all seven augmentations at once."""

from __future__ import annotations

import streamlit as st

from playground.images import SEVEN_AUGMENTATIONS
from playground.ui.augment_card import transform_card
from playground.ui.augment_seed import seed_card
from playground.ui.chosen_image import ChosenImage

_COLUMNS = 4


def seven_view(chosen: ChosenImage, seed: int) -> None:
    """Draw a card for each of the seven, and the seed that they all draw with."""
    cells = [*SEVEN_AUGMENTATIONS, None]
    for first in range(0, len(cells), _COLUMNS):
        for column, name in zip(st.columns(_COLUMNS, gap="small"), cells[first : first + _COLUMNS], strict=False):
            with column:
                if name:
                    transform_card(name, chosen, seed, "seven")
                else:
                    seed_card(chosen)
