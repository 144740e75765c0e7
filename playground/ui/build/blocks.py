"""The blocks in the palette: one's own, and those of well-known networks with their options."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeAlias

import streamlit as st

from playground.networks import NetworkSpec, editing
from playground.networks.blocks import BLOCKS, Block
from playground.networks.editing import Edited
from playground.networks.spec import by
from playground.ui.build.draft import Draft, attempt, current_draft
from playground.ui.build.options import chosen_options, describe, option_widgets
from playground.ui.build.own_block_return import offer_return
from playground.ui.build.own_blocks import OwnBlock, OwnBlocks, delete
from playground.ui.build.place import add_here, go_on_after
from playground.ui.kinds_of_work import TRACING
from playground.ui.sandboxed import ask
from playground.ui.set_widgets import set_widgets
from playground.ui.text import plain
from playground.ui.uninterrupted import uninterrupted

OWN = "own:"
"""What the choice of one's own block begins with; a block of the catalogue is chosen by its name."""

_CHOSEN = "palette_block"

_Add: TypeAlias = "Callable[[NetworkSpec, str, int], Edited]"


def block_palette(own: OwnBlocks) -> None:
    """Draw all blocks, and of the chosen one what there is to read and to choose, and the button that adds it here."""
    own_by_choice = {f"{OWN}{name}": block for name, block in own.blocks.items()}
    choices = [*own_by_choice, *BLOCKS]
    if st.session_state.get(_CHOSEN) not in choices:
        choose_block(None)
    chosen = st.pills("Block", choices, format_func=_label, key=_CHOSEN, label_visibility="collapsed", wrap=True)
    for fault in own.faults:
        st.caption(f":material/error: {plain(fault)}")
    if chosen is None:
        st.caption("Choose a block to see what it does. In the network it opens into its layers.")
        return
    with st.container(border=True, gap="small", key="block_card"):
        if chosen in own_by_choice:
            _own_block(own_by_choice[chosen])
        else:
            _block(BLOCKS[chosen])


def choose_block(choice: str | None) -> None:
    """Show this block in the palette when it is drawn next."""
    set_widgets({_CHOSEN: choice})


def _label(choice: str) -> str:
    if choice.startswith(OWN):
        return f":material/bookmark: {plain(choice.removeprefix(OWN))}"
    return BLOCKS[choice].info.label.partition(" (")[0]


def _block(block: Block) -> None:
    key = f"block_{block.info.name}"
    describe(block.info)
    option_widgets(block.info, key)

    def add(spec: NetworkSpec, parent: str, index: int) -> Edited:
        options = chosen_options(block.info, key)
        edited: Edited = ask(
            functools.partial(editing.add_block, spec, block.info.name, parent, index, **options), work=TRACING
        )
        return edited

    _add_button(add)


def _own_block(block: OwnBlock) -> None:
    count = sum(not layer.children for _, layer in block.spec.walk())
    shape = by(block.spec.input_shape).replace(" x ", "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}")
    st.markdown(
        f"A {plain(block.layer.type)} of your own with {count} layer{'s' if count != 1 else ''}, made for {shape}."
    )
    _add_button(lambda spec, parent, index: ask(editing.add_layer, spec, block.layer, parent, index, work=TRACING))
    st.button(
        "Delete this block",
        key="delete_block",
        icon=":material/delete:",
        width="stretch",
        on_click=_delete,
        args=(block,),
    )


def _add_button(add: _Add) -> None:
    st.button(
        "Add",
        key="add_block",
        type="primary",
        icon=":material/add:",
        width="stretch",
        on_click=_add,
        args=(add,),
    )


@uninterrupted()
def _add(add: _Add) -> None:
    before = current_draft()
    add_here(add)
    if current_draft() != before:
        go_on_after(current_draft().selected)


@uninterrupted()
def _delete(block: OwnBlock) -> None:
    def edit(draft: Draft) -> tuple[NetworkSpec, str]:
        delete(block)
        offer_return(f"The block {block.name} was deleted.", block)
        return draft.spec, draft.selected

    attempt(edit)
