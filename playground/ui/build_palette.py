"""The palette: every layer and container that can be added, by group, with a search."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.networks import NetworkSpec, editing, tree
from playground.networks.containers import CONTAINERS
from playground.networks.layers import GROUPS, LAYER_TYPES
from playground.ui.draft import Draft, attempt

_CONTAINERS = "Container"
_FIRST_GROUP = "Convolution"


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
    """Draw the groups and the buttons of one of them, or of what the search finds."""
    st.subheader("Add a layer")
    parent, index = _place(draft)
    st.caption(_describe(draft, parent))
    wanted = st.text_input(
        "Search", key="palette_search", placeholder="Search: conv, pool, relu …", label_visibility="collapsed"
    )
    groups = [_CONTAINERS, *(group for group in GROUPS if group != _CONTAINERS)]
    chosen = st.pills(
        "Group",
        groups,
        default=_FIRST_GROUP,
        key="palette_group",
        required=True,
        label_visibility="collapsed",
        wrap=True,
    )
    found = find_entries(wanted) if wanted.strip() else [entry for entry in PALETTE if entry.group == chosen]
    if not found:
        st.caption("No layer is called so; search for a part of its name, such as conv.")
    with st.container(horizontal=True, gap="xsmall", key="palette"):
        for entry in found:
            st.button(
                entry.type,
                key=f"add_{entry.type}",
                icon=":material/add:",
                help=f"**{entry.label}**. {entry.explanation}",
                on_click=_add,
                args=(draft.spec, entry.type, parent, index),
            )


def find_entries(wanted: str) -> list[PaletteEntry]:
    """The entries in whose name or label all these words stand."""
    words = wanted.casefold().split()
    return [each for each in PALETTE if all(word in f"{each.type} {each.label}".casefold() for word in words)]


def _add(spec: NetworkSpec, type_name: str, parent: str, index: int) -> None:
    attempt(lambda: editing.add(spec, type_name, parent, index))


def _place(draft: Draft) -> tuple[str, int]:
    """Where a layer is added: into the selected container, after the selected layer, else at the end."""
    if not draft.selected:
        return "", len(draft.spec.layers)
    selected = tree.find(draft.spec, draft.selected)
    if editing.can_hold(selected):
        return draft.selected, len(selected.children)
    parent, index = tree.place_of(draft.spec, draft.selected)
    return parent, index + 1


def _describe(draft: Draft, parent: str) -> str:
    if not draft.selected:
        return "It goes to the end of the network. Select a layer to add after it, or a container to add into it."
    if parent == draft.selected:
        return f"It goes to the end of `{parent}`, the selected container."
    return f"It goes after `{draft.selected}`, the selected layer."
