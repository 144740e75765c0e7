"""A container of the draft as a block of one's own: its name, and what to do where there is one of that name."""

from __future__ import annotations

import streamlit as st

from playground.networks import Layer, NetworkSpec, tree
from playground.networks.fitting import arriving_shape
from playground.ui.draft import attempt
from playground.ui.own_block_return import offer_return
from playground.ui.own_blocks import MOST_CHARACTERS, own_block, own_blocks, save

_POPOVER = "save_block"


def save_as_block(spec: NetworkSpec, path: str, container: Layer) -> None:
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
            key=f"block_name_{path}",
        ).strip()
        before = own_blocks().blocks.get(name)
        st.button(
            "Replace the block of this name" if before else "Save as a block",
            key="save_as_block",
            type="primary",
            icon=":material/bookmark_add:",
            width="stretch",
            on_click=_save,
            args=(spec, path, container, name),
        )
        st.caption("It is then in the palette, in the group Block, for every network.")


def _save(spec: NetworkSpec, path: str, container: Layer, name: str) -> None:
    def edit() -> tuple[NetworkSpec, str]:
        shape = arriving_shape(spec, *tree.place_of(spec, path))
        block = own_block(name, container, shape[1:] if shape else spec.input_shape)
        replaced = own_blocks().blocks.get(block.name)
        save(block)
        if replaced and replaced != block:
            offer_return(f"The block `{block.name}` was replaced.", replaced)
        st.toast(f"`{block.name}` is in the palette now, in the group Block.", icon=":material/bookmark_added:")
        return spec, path

    attempt(edit)
    st.session_state[_POPOVER] = False
