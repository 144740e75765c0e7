"""The seed with which the Augment page draws: the same one gives the same pixels, always."""

from __future__ import annotations

import streamlit as st

from playground.images import SEVEN_AUGMENTATIONS, Pipeline
from playground.images.augmentation.transform import example
from playground.ui.augment.pipeline_state import set_pipeline
from playground.ui.images.chosen_image import ChosenImage
from playground.ui.text import plain
from playground.ui.uninterrupted import uninterrupted

SEED = "augment_seed"
# With it the image is flipped, turned far enough to be seen, and cropped away from the middle.
FIRST_SEED = 16
_LARGEST = 2**31 - 1


def chosen_seed() -> int:
    """The seed of the session."""
    seed: int = st.session_state.setdefault(SEED, FIRST_SEED)
    return seed


def seed_widgets() -> None:
    """Draw the seed, and a button for the next one."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen_seed()
        st.number_input(
            "Seed",
            0,
            _LARGEST,
            step=1,
            key=SEED,
            help="What `torch.manual_seed` is given: the same seed draws the same numbers.",
            persist_state="session",
            width=104,
        )
        st.button("Draw again", icon=":material/casino:", key="augment_draw", on_click=_draw_again)


def seed_card(chosen: ChosenImage) -> None:
    """Draw what the cards have in common."""
    with st.container(border=True, key="augment_card_seed"):
        st.markdown("**The same for all**")
        seed_widgets()
        st.caption(
            f"Each card shows {plain(chosen.name)} before and after; the outlined part of the left picture is what the "
            "right one shows. Below stand the numbers that were drawn: places (x, y), sizes height × width."
        )
        st.button(
            "All seven as a pipeline",
            icon=":material/playlist_add:",
            key="augment_all_seven",
            on_click=_all_seven,
            help="One after the other, in this order, with the numbers that they begin with.",
        )


@uninterrupted()
def _draw_again() -> None:
    st.session_state[SEED] = (chosen_seed() + 1) % _LARGEST


@uninterrupted()
def _all_seven() -> None:
    set_pipeline(Pipeline(map(example, SEVEN_AUGMENTATIONS)))
    st.toast("The pipeline is the seven now.", icon=":material/playlist_add_check:")
