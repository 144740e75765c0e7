"""The first view of the Augment page: all seven augmentations at once."""

from __future__ import annotations

import streamlit as st

from playground.images import SEVEN_AUGMENTATIONS
from playground.ui.augment_card import transform_card
from playground.ui.augment_seed import seed_card
from playground.ui.chosen_image import ChosenImage

_COLUMNS = 4


def seven_view(chosen: ChosenImage, seed: int) -> None:
    """Draw a card for each of the seven, row by row, and the seed that they all draw with."""
    # A column at a time: as cards differ in height, rows would leave room below the low ones.
    for first, column in enumerate(st.columns(_COLUMNS, gap="small")):
        with column:
            for name in SEVEN_AUGMENTATIONS[first::_COLUMNS]:
                transform_card(name, chosen, seed, "seven")
            if first == _COLUMNS - 1:
                seed_card(chosen)
