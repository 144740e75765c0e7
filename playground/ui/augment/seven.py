"""The first view of the Augment page: all seven augmentations at once."""

from __future__ import annotations

from playground.images import SEVEN_AUGMENTATIONS
from playground.ui.augment.card import card_columns, transform_card
from playground.ui.augment.seed import seed_card
from playground.ui.images.chosen_image import ChosenImage

_COLUMNS = 4


def seven_view(chosen: ChosenImage, seed: int) -> None:
    """Draw a card for each of the seven, row by row, and the seed that they all draw with."""
    for names, column in card_columns(SEVEN_AUGMENTATIONS, _COLUMNS):
        with column:
            for name in names:
                transform_card(name, chosen, seed, "seven")
            if len(names) == 1:
                seed_card(chosen)
