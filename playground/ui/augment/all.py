"""Every other transform of torchvision for images without labels, a group at a time."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from playground.images import TRANSFORMS
from playground.images.augmentation.transform_catalogue import GROUPS
from playground.ui.augment.card import card_columns, transform_card
from playground.ui.augment.mix_card import mix_card
from playground.ui.augment.seed import seed_widgets
from playground.ui.images.chosen_image import ChosenImage

_COLUMNS = 3


def all_view(images: Sequence[ChosenImage], chosen: ChosenImage, seed: int) -> None:
    """Draw the groups, and a card for each transform of the group that is open."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        group = st.pills(
            "Group",
            GROUPS,
            default=GROUPS[0],
            required=True,
            key="augment_group",
            label_visibility="collapsed",
            persist_state="session",
            wrap=True,
        )
        with st.container(width="content"):
            seed_widgets()
    names = [name for name, known in TRANSFORMS.items() if known.group == group]
    for names_of_column, column in card_columns(names, _COLUMNS):
        with column:
            for name in names_of_column:
                if TRANSFORMS[name].work == "batch":
                    mix_card(name, images, seed)
                else:
                    transform_card(name, chosen, seed, "all")
