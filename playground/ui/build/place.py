"""Where the palette adds: at the end of the network, after the selected layer, or into the selected container."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from playground.networks import NetworkSpec, editing, tree
from playground.networks.editing import Edited
from playground.ui.build.draft import Draft, attempt
from playground.ui.text import as_code
from playground.ui.uninterrupted import uninterrupted


def draw_place(draft: Draft) -> None:
    """Draw where what is added next goes, with the choice that a selected container leaves."""
    path = draft.selected
    if not path:
        st.caption("It goes to the end of the network. Select a layer to add after it, or a container to add into it.")
    elif editing.can_hold(tree.find(draft.spec, path)):
        st.session_state[_key(path)] = _where(draft)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="palette_place"):
            st.caption("It goes", width="content")
            st.segmented_control(
                "Place", ["into", "after"], required=True, key=_key(path), label_visibility="collapsed"
            )
            st.caption(f"{as_code(path)}, the selected container.", width="content")
    else:
        st.caption(f"It goes after {as_code(path)}, the selected layer.")


@uninterrupted()
def add_here(add: Callable[[NetworkSpec, str, int], Edited]) -> None:
    """Change the draft by `add(spec, parent, index)`; to be called by a button."""
    attempt(lambda draft: add(draft.spec, *_place(draft)))


def go_on_after(path: str) -> None:
    """Let what is added next go after the container at `path`, not into it."""
    st.session_state[_key(path)] = "after"


def _place(draft: Draft) -> tuple[str, int]:
    """The container that gets the next layer, and its index there."""
    if not draft.selected:
        return "", len(draft.spec.layers)
    if _where(draft) == "into":
        return draft.selected, len(tree.find(draft.spec, draft.selected).children)
    parent, index = tree.place_of(draft.spec, draft.selected)
    return parent, index + 1


def _where(draft: Draft) -> Literal["into", "after"]:
    """A class with layers of its own is finished more often than not, so what comes next goes after it."""
    selected = tree.find(draft.spec, draft.selected)
    if not editing.can_hold(selected):
        return "after"
    is_finished = selected.type == "Module" and bool(selected.children)
    chosen = st.session_state.get(_key(draft.selected), "after" if is_finished else "into")
    return "into" if chosen == "into" else "after"


def _key(path: str) -> str:
    return f"place_{path}"
