"""The first fault of the draft: its cause, PyTorch's own words, and the fixes as buttons."""

from __future__ import annotations

import streamlit as st

from playground.networks import Fix, NetworkSpec, ShapeError
from playground.ui.draft import attempt


def draw_fault(spec: NetworkSpec, error: ShapeError) -> None:
    """Draw what is wrong with a layer and what would mend it."""
    with st.container(key="fault", border=True, gap="small"):
        st.error(error.cause, icon=":material/error:")
        if error.message != error.cause:
            st.caption("PyTorch says")
            st.code(error.message, language=None, wrap_lines=True)
        for index, fix in enumerate(error.fixes):
            st.button(
                fix.text[0].upper() + fix.text[1:],
                key=f"fix_{index}",
                icon=":material/build:",
                on_click=_mend,
                args=(spec, fix, error.path),
                wrap=True,
            )
        st.caption("The layers after it get their shapes as soon as this one works.")


def _mend(spec: NetworkSpec, fix: Fix, path: str) -> None:
    def edit() -> tuple[NetworkSpec, str]:
        mended = fix.apply(spec)
        is_there = any(other == path for other, _ in mended.walk())
        return mended, path if is_there else ""

    attempt(edit)
