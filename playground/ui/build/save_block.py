"""A container of the draft as a block of one's own: its name, and what to do where there is one of that name."""

from __future__ import annotations

import streamlit as st

from playground.networks import Layer, SpecError, tree
from playground.networks.fitting import arriving_shape
from playground.ui.build.draft import current_draft
from playground.ui.build.own_block_return import offer_return
from playground.ui.build.own_blocks import MOST_CHARACTERS, OwnBlock, own_block, own_blocks, save
from playground.ui.kinds_of_work import TRACING
from playground.ui.messages import show_error, show_toast
from playground.ui.sandboxed import ask
from playground.ui.set_widgets import set_widgets
from playground.ui.uninterrupted import uninterrupted

_POPOVER = "save_block"
_REASON = "save_block_reason"


def save_as_block(path: str, container: Layer) -> None:
    """Draw the button that asks for a name and saves the container at `path` as a block."""
    with st.popover(
        "", icon=":material/bookmark_add:", help="Save as a block", key=_POPOVER, on_change="rerun"
    ) as popover:
        if not popover.open:
            return
        name = st.text_input(
            "Name of the block",
            value=container.class_name or container.name,
            max_chars=MOST_CHARACTERS,
            key=_name_key(path),
        )
        reason = st.session_state.pop(_REASON, None)
        if reason:
            show_error(reason)
        is_there = name.strip() in own_blocks().blocks
        st.button(
            "Replace the block of this name" if is_there else "Save as a block",
            key="save_as_block",
            type="primary",
            icon=":material/bookmark_add:",
            width="stretch",
            on_click=_save,
            args=(path,),
        )
        st.caption("It is then in the palette, in the group Block, for every network.")


@uninterrupted()
def _save(path: str) -> None:
    try:
        block = _block(path, st.session_state[_name_key(path)])
        before = own_blocks().blocks.get(block.name)
        save(block)
    except SpecError as error:
        st.session_state[_REASON] = error.message
        return
    if before and before != block:
        offer_return(f"The block {block.name} was replaced.", before)
    set_widgets({_POPOVER: False})
    show_toast(f"{block.name} is in the palette now, in the group Block.", ":material/bookmark_added:")


def _block(path: str, name: str) -> OwnBlock:
    spec = current_draft().spec
    shape = ask(arriving_shape, spec, *tree.place_of(spec, path), work=TRACING)
    return own_block(name, tree.find(spec, path), shape[1:] if shape else spec.input_shape)


def _name_key(path: str) -> str:
    return f"block_name_{path}"
