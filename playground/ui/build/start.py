"""How a draft begins: from a preset, from nothing, from code, or from JSON; and undo, redo, name and input shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from playground.networks import NetworkSpec, editing, presets
from playground.networks.spec_json import read_json
from playground.ui.build.code import code_dialog, open_code_dialog
from playground.ui.build.draft import Draft, attempt, redo, undo
from playground.ui.build.options import chosen_options, describe, option_widgets
from playground.ui.build.widgets import text_input
from playground.ui.kinds_of_work import READING
from playground.ui.sandboxed import ask
from playground.ui.set_widgets import set_widgets
from playground.ui.text import read_shape
from playground.ui.uninterrupted import uninterrupted

_MOST_MEGABYTES = 1
# The images of MNIST, which come with the project.
_FIRST_SHAPE = (1, 28, 28)
_POPOVER = "start_from"
# In pixels; without it the popover would be as wide as the text of the chosen preset.
_WIDTH = 440


def draft_bar(draft: Draft) -> None:
    """Draw where to begin, undo and redo, the name of the network, and the shape of one sample."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="draft_bar"):
        _beginnings()
        st.button("From code", key="from_code", icon=":material/code:", on_click=open_code_dialog)
        with st.container(horizontal=True, width="content"):
            st.button("", key="undo", icon=":material/undo:", help="Undo", on_click=undo, disabled=not draft.past)
            st.button("", key="redo", icon=":material/redo:", help="Redo", on_click=redo, disabled=not draft.future)
        _name(draft.spec)
        _input_shape(draft.spec)
    code_dialog()


def _beginnings() -> None:
    with (
        st.popover("Start from", icon=":material/note_add:", key=_POPOVER, on_change="rerun"),
        st.container(width=_WIDTH),
    ):
        _presets()
        st.button(
            "Empty network",
            key="empty",
            icon=":material/check_box_outline_blank:",
            width="stretch",
            on_click=_begin,
            args=(lambda: NetworkSpec("Net", (), _FIRST_SHAPE),),
        )
        st.file_uploader(
            "JSON file", type="json", key="json_file", max_upload_size=_MOST_MEGABYTES, on_change=_read_file
        )
        st.text_area("or JSON text", key="json_text", height=100)
        st.button("Use this text", key="use_json_text", width="stretch", on_click=_read_text)
        st.caption("Undo brings back what was here before.")


def _presets() -> None:
    """Draw the presets to choose from; of the chosen one what there is to read, its options, and the button."""
    name = st.selectbox(
        "Preset",
        presets.names(),
        index=None,
        placeholder="Choose a network",
        format_func=lambda name: presets.info(name).label,
        key="preset",
    )
    if name is None:
        return
    with st.container(border=True, gap="small", key="preset_card"):
        describe(presets.info(name))
        option_widgets(presets.info(name), f"preset_{name}")
        st.button(
            "Use this network",
            key="use_preset",
            type="primary",
            icon=":material/check:",
            width="stretch",
            on_click=_begin,
            args=(lambda: presets.load(name, **chosen_options(presets.info(name), f"preset_{name}")),),
        )


@uninterrupted()
def _begin(make: Callable[[], NetworkSpec]) -> None:
    """Make this the draft; the popover closes, so that the network is seen."""
    attempt(lambda _: (make(), ""))
    set_widgets({_POPOVER: False})


@uninterrupted()
def _read_file() -> None:
    file = st.session_state["json_file"]
    if file is not None:
        # What is not UTF-8 is no JSON either: the reader says where.
        text = file.getvalue().decode("utf-8", errors="replace")
        _begin(lambda: ask(read_json, text, False, work=READING))


@uninterrupted()
def _read_text() -> None:
    _begin(lambda: ask(read_json, st.session_state["json_text"], False, work=READING))


def _name(spec: NetworkSpec) -> None:
    text_input(
        "Network",
        "network_name",
        spec.name,
        max_chars=100,
        width=180,
        on_change=lambda name: attempt(lambda draft: (replace(draft.spec, name=name), draft.selected)),
        help="The name of its class in code.",
    )


def _input_shape(spec: NetworkSpec) -> None:
    text_input(
        "Input shape",
        "input_shape",
        ", ".join(map(str, spec.input_shape)),
        width=150,
        on_change=lambda shape: attempt(
            lambda draft: (editing.set_input_shape(draft.spec, read_shape(shape)), draft.selected)
        ),
        help="The shape of one sample, for images channels, height, width.",
    )
