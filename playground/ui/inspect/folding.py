"""Which blocks of the layer table a person has opened, for each network."""

from __future__ import annotations

import streamlit as st

from playground.ui.uninterrupted import uninterrupted

_OPENED = "inspected_opened"


def opened_blocks(network: str) -> frozenset[str]:
    """The paths of the blocks that are open."""
    opened: dict[str, frozenset[str]] = st.session_state.get(_OPENED, {})
    return opened.get(network, frozenset())


def opened_block_around(network: str, path: str) -> str | None:
    """The innermost open block that the layer at `path` is in; None if no block around it was opened."""
    around = [block for block in opened_blocks(network) if f"{path}.".startswith(f"{block}.")]
    return max(around, key=len, default=None)


@uninterrupted()
def open_block(network: str, path: str) -> None:
    """Open a block; to be called by a button."""
    _keep(network, opened_blocks(network) | {path})


@uninterrupted()
def fold_block(network: str, path: str) -> None:
    """Fold a block again, with those in it; to be called by a button."""
    _keep(network, frozenset(each for each in opened_blocks(network) if not f"{each}.".startswith(f"{path}.")))


def _keep(network: str, opened: frozenset[str]) -> None:
    st.session_state[_OPENED] = {**st.session_state.get(_OPENED, {}), network: opened}
