"""Where the palette adds: at the end of the network, after the selected layer, or into the selected container."""

from __future__ import annotations

from typing import TypeAlias

import streamlit as st

from playground.networks import Layer, editing, tree
from playground.ui.draft import Draft

Place: TypeAlias = "tuple[str, int]"
"""The path of a container, and an index there."""


def place_to_add(draft: Draft) -> Place:
    """Draw where what is added next goes, with the choice that a selected container leaves."""
    if not draft.selected:
        st.caption("It goes to the end of the network. Select a layer to add after it, or a container to add into it.")
        return "", len(draft.spec.layers)
    selected = tree.find(draft.spec, draft.selected)
    parent, index = tree.place_of(draft.spec, draft.selected)
    if not editing.can_hold(selected):
        st.caption(f"It goes after `{draft.selected}`, the selected layer.")
        return parent, index + 1
    return (draft.selected, len(selected.children)) if _goes_into(draft.selected, selected) else (parent, index + 1)


def go_on_after(path: str) -> None:
    """Add what comes next after the container at `path`, not into it."""
    st.session_state[_key(path)] = "after"


def _goes_into(path: str, container: Layer) -> bool:
    """A class with layers of its own is finished more often than not, so what comes next goes after it."""
    is_finished = container.type == "Module" and bool(container.children)
    key = _key(path)
    st.session_state.setdefault(key, "after" if is_finished else "into")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="palette_place"):
        st.caption("It goes", width="content")
        where = st.segmented_control("Place", ["into", "after"], required=True, key=key, label_visibility="collapsed")
        st.caption(f"`{path}`, the selected container.", width="content")
    return where == "into"


def _key(path: str) -> str:
    return f"place_{path}"
