"""The way back to a block of one's own that was deleted or replaced, as long as the tab is open."""

from __future__ import annotations

import streamlit as st

from playground.networks import NetworkSpec
from playground.ui.build.draft import Draft, attempt
from playground.ui.build.own_blocks import OwnBlock, save
from playground.ui.text import plain
from playground.ui.uninterrupted import uninterrupted

_STATE = "own_block_to_return"


def offer_return(sentence: str, block: OwnBlock) -> None:
    """Say what was done to this block, and offer to bring it back, until the next such offer."""
    st.session_state[_STATE] = (sentence, block)


def draw_return() -> None:
    """Draw the sentence and the button, if there is an offer."""
    offer: tuple[str, OwnBlock] | None = st.session_state.get(_STATE)
    if offer is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="own_block_return"):
        st.caption(plain(offer[0]), width="content")
        st.button("Bring it back", key="own_block_back", type="tertiary", icon=":material/undo:", on_click=_return)
        st.button("", key="own_block_forget", type="tertiary", icon=":material/close:", help="Hide", on_click=_forget)


@uninterrupted()
def _return() -> None:
    offer: tuple[str, OwnBlock] | None = st.session_state.get(_STATE)

    def edit(draft: Draft) -> tuple[NetworkSpec, str]:
        if offer is not None:
            save(offer[1])
            _forget()
        return draft.spec, draft.selected

    attempt(edit)


@uninterrupted()
def _forget() -> None:
    st.session_state.pop(_STATE, None)
