"""The first fault of a network: its cause, PyTorch's own words, and the fixes as buttons."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.networks import Fix, NetworkSpec, ShapeError
from playground.ui.fix_button import fix_button
from playground.ui.messages import show_error
from playground.ui.uninterrupted import uninterrupted

Mend = Callable[[NetworkSpec, NetworkSpec, str], None]
"""Takes the second network, mended, in the place of the first; the path is that of the layer, "" where it is gone."""


def draw_fault(spec: NetworkSpec, error: ShapeError, mend: Mend) -> None:
    """Draw what is wrong with a layer and what would mend it."""
    with st.container(key="fault", border=True, gap="small"):
        show_error(error.cause)
        if error.message != error.cause:
            st.caption("PyTorch says")
            st.code(error.message, language=None, wrap_lines=True)
        for index, fix in enumerate(error.fixes):
            fix_button(fix.text, f"fix_{index}", _mend, spec, fix, error.path, mend)
        st.caption("The layers after it get their shapes as soon as this one works.")


@uninterrupted()
def _mend(spec: NetworkSpec, fix: Fix, path: str, mend: Mend) -> None:
    mended = fix.apply(spec)
    is_there = any(other == path for other, _ in mended.walk())
    mend(spec, mended, path if is_there else "")
