"""Pasted PyTorch code as the beginning of a draft: its slips with their corrections, then the network."""

from __future__ import annotations

import ast

import streamlit as st

from playground.networks import NetworkSpec, Slip, SpecError, apply_slips, find_slips
from playground.ui.build.draft import change
from playground.ui.messages import show_error
from playground.ui.text import plain
from playground.ui.uninterrupted import uninterrupted

_TEXT = "code_text"
_KEPT = "kept_code_text"
_ENTRY = "code_entry"
_ARGUMENTS = "code_arguments"
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
    if _TEXT not in st.session_state:
        st.session_state[_TEXT] = st.session_state.get(_KEPT, "")
    text = st.text_area("PyTorch code", key=_TEXT, height=320, placeholder=_EXAMPLE, label_visibility="collapsed")
    # What a dialog holds is forgotten when it is closed.
    st.session_state[_KEPT] = text
    # In one place: what a dialog no longer draws would otherwise stay on the screen.
    slips = st.empty()
    with slips.container():
        _draw_slips(text, find_slips(text))
    with st.container(horizontal=True):
        entry = st.selectbox(
            "Class or function", _entries(text), None, placeholder="the one that no other uses", key=_ENTRY
        )
        arguments = st.text_input(
            "Arguments of its constructor",
            key=_ARGUMENTS,
            placeholder="hidden_size=128, num_classes=10",
            help="Those that have no default and that the code does not give.",
        )
    if st.button("Use this code", type="primary", key="use_code", icon=":material/check:", width="stretch"):
        _use(text, entry, arguments)


def read_arguments(text: str) -> dict[str, object]:
    """The arguments that a person writes: "hidden_size=128, blocks=[2, 2]"; raises SpecError if they are none."""
    try:
        call = ast.parse(f"f({text.strip()})", mode="eval").body
        assert isinstance(call, ast.Call)
        if call.args or any(keyword.arg is None for keyword in call.keywords):
            raise ValueError
        return {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    except (SyntaxError, ValueError, AssertionError, MemoryError, RecursionError) as error:
        raise SpecError("Write arguments by name and as values, such as hidden_size=128, num_classes=10.") from error


def _entries(text: str) -> list[str]:
    """The classes in the text, and the functions that make one without arguments, as far as it can be parsed."""
    from playground.networks.reading.makers import makers

    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return []
    classes = [each.name for each in tree.body if isinstance(each, ast.ClassDef)]
    return list(dict.fromkeys([*classes, *(maker for name in classes for maker in makers(tree, name))]))


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
    st.session_state[_TEXT] = apply_slips(text, slips)


def _use(text: str, entry: str | None, arguments: str) -> None:
    if not text.strip():
        st.info("Paste the code of a network first.", icon=":material/content_paste:")
        return
    try:
        change(NetworkSpec.from_code(text, entry, read_arguments(arguments)))
    except SpecError as error:
        show_error(error.message)
        lines = text.splitlines()
        if error.line and error.line <= len(lines):
            st.code(lines[error.line - 1], language="python")
        return
    _close()
    st.rerun()
