"""The palette: every layer, container and block that can be added, by group, with a search."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.networks import editing
from playground.networks.blocks import BLOCKS
from playground.networks.containers import CONTAINERS
from playground.networks.layers import GROUPS, LAYER_TYPES
from playground.ui.build.blocks import OWN, block_palette, choose_block
from playground.ui.build.draft import Draft
from playground.ui.build.own_block_return import draw_return
from playground.ui.build.own_blocks import OwnBlocks, own_blocks
from playground.ui.build.place import add_here, draw_place
from playground.ui.build.widgets import shows
from playground.ui.kinds_of_work import TRACING
from playground.ui.sandboxed import ask
from playground.ui.set_widgets import set_widgets

_BLOCKS = "Block"
_CONTAINERS = "Container"
_FIRST_GROUP = "Convolution"
_GROUP = "palette_group"
_SEARCH = "palette_search"


@dataclass(frozen=True)
class PaletteEntry:
    """A type that can be added: its name, the group and the words under which it is found."""

    type: str
    group: str
    explanation: str
    label: str


PALETTE: tuple[PaletteEntry, ...] = (
    *(PaletteEntry(each.name, _CONTAINERS, each.explanation, each.label) for each in CONTAINERS.values()),
    *(
        PaletteEntry(each.name, each.group, each.explanation, each.label)
        for each in LAYER_TYPES
        if each.name not in CONTAINERS
    ),
)


def palette(draft: Draft) -> None:
    """Draw the search, the groups, and what can be added of one of them."""
    st.subheader("Add a layer")
    draw_place(draft)
    own = own_blocks()
    draw_return()
    _search(own)
    groups = [_BLOCKS, _CONTAINERS, *(group for group in GROUPS if group != _CONTAINERS)]
    chosen = st.pills(
        "Group", groups, default=_FIRST_GROUP, key=_GROUP, required=True, label_visibility="collapsed", wrap=True
    )
    if chosen == _BLOCKS:
        block_palette(own)
        return
    with st.container(horizontal=True, gap="xsmall", key="palette"):
        for entry in PALETTE:
            if entry.group == chosen:
                st.button(
                    entry.type,
                    key=f"add_{entry.type}",
                    icon=":material/add:",
                    help=f"**{entry.label}**. {entry.explanation}",
                    on_click=_add,
                    args=(entry.type,),
                )


def _search(own: OwnBlocks) -> None:
    """Draw a field that lists what is called like what is typed there, while it is typed."""
    types = {entry.type if entry.label == entry.type else f"{entry.type} · {entry.label}": entry for entry in PALETTE}
    blocks = {f"{block.info.label} · block": name for name, block in BLOCKS.items()}
    blocks |= {f"{name} · block of your own": f"{OWN}{name}" for name in own.blocks}

    def choose(found: str | None) -> None:
        if found in types:
            _add(types[found].type)
        elif found in blocks:
            set_widgets({_GROUP: _BLOCKS})
            choose_block(blocks[found])

    st.selectbox(
        "Search",
        [*types, *blocks],
        index=None,
        placeholder="Search: conv, pool, ResNet …",
        label_visibility="collapsed",
        # Empty again after each choice, for the next search.
        **shows(_SEARCH, None, choose),
    )


def _add(type_name: str) -> None:
    add_here(lambda spec, parent, index: ask(editing.add, spec, type_name, parent, index, work=TRACING))
