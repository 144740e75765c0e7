"""Pasted PyTorch code as the beginning of a draft: its slips with their corrections, then the network."""

from __future__ import annotations

import streamlit as st

from playground.networks import Slip, SpecError, apply_slips
from playground.networks.pasted import PastedCode, look_through, read_pasted
from playground.ui.build.draft import change
from playground.ui.kinds_of_work import READING
from playground.ui.messages import show_error
from playground.ui.sandboxed import ask, shown
from playground.ui.text import plain
from playground.ui.uninterrupted import uninterrupted

_TEXT = "code_text"
_KEPT = "kept_code_text"
_ENTRY = "code_entry"
_ARGUMENTS = "code_arguments"
_OPEN = "code_dialog_open"
_REASON = "code_reason"
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
    st.session_state.pop(_REASON, None)


def code_dialog() -> None:
    """Draw the dialog for PyTorch code while it is open."""
    if st.session_state.get(_OPEN):
        _dialog()


def _close() -> None:
    st.session_state[_OPEN] = False


@st.dialog("Start from PyTorch code", width="large", on_dismiss=_close)
def _dialog() -> None:
    st.caption("Paste a class that extends nn.Module, or an nn.Sequential(...). The code is read and never run.")
    if _TEXT not in st.session_state:
        st.session_state[_TEXT] = st.session_state.get(_KEPT, "")
    text = st.text_area("PyTorch code", key=_TEXT, height=320, placeholder=_EXAMPLE, label_visibility="collapsed")
    # What a dialog holds is forgotten when it is closed.
    st.session_state[_KEPT] = text
    fields = st.container(horizontal=True)
    st.button(
        "Use this code",
        type="primary",
        key="use_code",
        icon=":material/check:",
        width="stretch",
        on_click=_use,
    )
    # Below the button, which would move away from under a press. In one place: what a dialog no longer draws would
    # otherwise stay on the screen.
    found = st.empty()
    with found.container():
        _say_why_not(text)
        pasted = _look_through(text)
        _draw_slips(text, pasted.slips)
    with fields:
        st.selectbox("Class or function", pasted.entries, None, placeholder="the one that no other uses", key=_ENTRY)
        st.text_input(
            "Arguments of its constructor",
            key=_ARGUMENTS,
            placeholder="hidden_size=128, num_classes=10",
            help="Those that have no default and that the code does not give.",
        )
    if not st.session_state[_OPEN]:
        st.rerun()


def _look_through(text: str) -> PastedCode:
    """What is in the text; nothing, with a sentence, where it takes too much to look through."""
    if not text.strip():
        return PastedCode()
    try:
        found: PastedCode = shown(look_through, text, work=READING)
    except SpecError as error:
        show_error(error.message)
        return PastedCode()
    return found


def _draw_slips(text: str, slips: tuple[Slip, ...]) -> None:
    certain = [slip for slip in slips if slip.edits]
    for index, slip in enumerate(slips[:_MOST_SLIPS_SHOWN]):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/edit_note: Line {slip.line}: {plain(slip.message)}")
            if slip.edits:
                st.space("stretch")
                st.button("Correct", key=f"correct_{index}", on_click=_correct, args=(text, [slip]))
    if len(slips) > _MOST_SLIPS_SHOWN:
        st.caption(f"And {len(slips) - _MOST_SLIPS_SHOWN} more.")
    if len(certain) > 1:
        st.button(f"Correct all {len(certain)}", key="correct_all", on_click=_correct, args=(text, certain))


@uninterrupted()
def _correct(text: str, slips: list[Slip]) -> None:
    st.session_state[_TEXT] = ask(apply_slips, text, slips, work=READING)


@uninterrupted()
def _use() -> None:
    """Make the network in the text the draft's, and close the dialog; where it cannot be read, note why.

    What was typed right before the click is not in what the last run of the page drew.
    """
    text, entry, arguments = (st.session_state[key] for key in (_TEXT, _ENTRY, _ARGUMENTS))
    if not text.strip():
        st.session_state[_REASON] = (text, None)
        return
    try:
        change(ask(read_pasted, text, entry, arguments, work=READING))
    except SpecError as error:
        st.session_state[_REASON] = (text, error)
        return
    st.session_state.pop(_REASON, None)
    _close()


def _say_why_not(text: str) -> None:
    """Say why the text could not be used, as long as it is the same."""
    pressed_for, error = st.session_state.get(_REASON, (None, None))
    if pressed_for != text:
        return
    if error is None:
        st.info("Paste the code of a network first.", icon=":material/content_paste:")
        return
    show_error(error.message)
    lines = text.splitlines()
    if error.line and error.line <= len(lines):
        st.code(lines[error.line - 1], language="python")
