"""Pasted PyTorch code as the beginning of a draft: its slips with their corrections, then the network."""

from __future__ import annotations

import streamlit as st

from playground.networks import NetworkSpec, Slip, SpecError, apply_slips, find_slips
from playground.ui.draft import change

_TEXT = "code_text"
_OPEN = "code_dialog_open"
_EXAMPLE = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3)

    def forward(self, x):
        return F.relu(self.conv(x))"""
_MOST_SLIPS_SHOWN = 8


def open_code_dialog() -> None:
    """Ask for PyTorch code; to be called by a button."""
    st.session_state[_OPEN] = True


def code_dialog() -> None:
    """Draw the dialog for PyTorch code while it is open."""
    if st.session_state.get(_OPEN):
        _dialog()


def _close() -> None:
    st.session_state[_OPEN] = False


@st.dialog("Start from PyTorch code", width="large", on_dismiss=_close)
def _dialog() -> None:
    st.caption("Paste a class that extends nn.Module, or an nn.Sequential(...). The code is read and never run.")
    text = st.text_area("PyTorch code", key=_TEXT, height=320, placeholder=_EXAMPLE, label_visibility="collapsed")
    if not text.strip():
        return
    # In one place: what a dialog no longer draws would otherwise stay on the screen.
    slips = st.empty()
    with slips.container():
        _draw_slips(text, find_slips(text))
    if st.button("Use this code", type="primary", key="use_code", icon=":material/check:", width="stretch"):
        _use(text)


def _draw_slips(text: str, slips: tuple[Slip, ...]) -> None:
    certain = [slip for slip in slips if slip.edits]
    for index, slip in enumerate(slips[:_MOST_SLIPS_SHOWN]):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/edit_note: Line {slip.line}: {slip.message}")
            if slip.edits:
                st.space("stretch")
                st.button("Correct", key=f"correct_{index}", on_click=_correct, args=(text, [slip]))
    if len(slips) > _MOST_SLIPS_SHOWN:
        st.caption(f"And {len(slips) - _MOST_SLIPS_SHOWN} more.")
    if len(certain) > 1:
        st.button(f"Correct all {len(certain)}", key="correct_all", on_click=_correct, args=(text, certain))


def _correct(text: str, slips: list[Slip]) -> None:
    st.session_state[_TEXT] = apply_slips(text, slips)


def _use(text: str) -> None:
    try:
        change(NetworkSpec.from_code(text))
    except SpecError as error:
        st.error(error.message, icon=":material/error:")
        lines = text.splitlines()
        if error.line and error.line <= len(lines):
            st.code(lines[error.line - 1], language="python")
        return
    _close()
    st.rerun()
