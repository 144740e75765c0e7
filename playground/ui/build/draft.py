"""The network on the Build page: undo and redo, and files under the id in the page's address.

What callbacks call here is uninterrupted, and sends nothing to the browser, which would let the next click end it: the
address and the message on the screen follow when the page is drawn.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from playground.networks import Layer, NetworkSpec, SpecError, presets, tree
from playground.networks.share import check_packed, from_link, pack, unpack
from playground.networks.spec_json import read_json
from playground.training.files import make_private_folder, write_atomically
from playground.ui.build.draft_history import EDIT, REDO, UNDO, History, append_to_history, read_history
from playground.ui.kinds_of_work import READING
from playground.ui.messages import show_error, show_toast
from playground.ui.runs import store
from playground.ui.sandboxed import ask
from playground.ui.uninterrupted import uninterrupted

FOLDER_VARIABLE = "PLAYGROUND_DRAFTS"

_PARAMETER = "draft"
_LINK_PARAMETER = "network"
_STATE = "build_draft"
_ADDRESS = "build_draft_in_address"
_MESSAGE = "build_message"
_UNSAID = "build_message_unsaid"
_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Draft:
    """A network in work: its id ("" until its first edit), the versions before and after it, the selected layer.

    The versions are texts, as `pack` writes them. `saved` is the JSON text that this tab last saved or read.
    """

    spec: NetworkSpec
    id: str = ""
    past: tuple[str, ...] = ()
    future: tuple[str, ...] = ()
    selected: str = ""
    saved: str = ""


def open_draft() -> Draft:
    """The draft or the shared network in the page's address, else what this tab worked on, else an example.

    To be called when the page is drawn: it also brings the address up to date.
    """
    _open_link()
    draft: Draft | None = st.session_state.get(_STATE)
    wanted = st.query_params.get(_PARAMETER)
    if draft is None or (wanted and wanted not in (draft.id, st.session_state.get(_ADDRESS))):
        draft = _load(wanted) if wanted else Draft(presets.load("lenet"))
        st.session_state[_STATE] = draft
    if draft.id and wanted != draft.id:
        st.query_params[_PARAMETER] = draft.id
    st.session_state[_ADDRESS] = draft.id
    return draft


def current_draft() -> Draft:
    """The draft that this tab works on."""
    draft: Draft | None = st.session_state.get(_STATE)
    return draft or open_draft()


def link_parameters(link: str) -> str:
    """What an address ends with that opens a network, as `to_link` wrote it, in a draft of its own."""
    return f"?{_LINK_PARAMETER}={link}"


def _open_link() -> None:
    """Begin a draft of its own with the network that somebody shared; it is saved, so a refresh keeps it."""
    link = st.query_params.pop(_LINK_PARAMETER, None)
    if link is None:
        return
    st.query_params.pop(_PARAMETER, None)
    try:
        spec = ask(from_link, link, work=READING)
    except SpecError as error:
        st.session_state[_MESSAGE] = error.message
    else:
        _keep(Draft(spec), EDIT)


@uninterrupted()
def change(spec: NetworkSpec, selected: str = "") -> None:
    """Make this the draft's network, to be undone with one step, and save it.

    Raises SpecError, and changes nothing, where it could not be read again.
    """
    draft = current_draft()
    if spec == draft.spec:
        _keep(replace(draft, selected=selected))
        return
    ask(check_packed, pack(spec), work=READING)
    _keep(replace(draft, spec=spec, past=(*draft.past, pack(draft.spec)), future=(), selected=selected), EDIT)


@uninterrupted()
def attempt(edit: Callable[[Draft], tuple[NetworkSpec, str]]) -> None:
    """Change the draft as the edit says; where it cannot be done, keep the reason for `draft_message`.

    The edit is given the draft of the click: a page that is still being drawn may not know the last edit yet.
    """
    try:
        change(*edit(current_draft()))
    except SpecError as error:
        st.session_state[_MESSAGE] = error.message
        st.session_state[_UNSAID] = True


def mend(spec: NetworkSpec, mended: NetworkSpec, selected: str) -> None:
    """Make the mended network the draft's, unless what was mended is no more what the draft is."""
    attempt(lambda draft: (mended, selected) if draft.spec == spec else (draft.spec, draft.selected))


def attempt_on_layer(path: str, layer: Layer, edit: Callable[[NetworkSpec, Layer], tuple[NetworkSpec, str]]) -> None:
    """Change the draft as the edit says of the layer at `path`, which is still one of the type that was drawn.

    Where a click that came with the edit has selected another layer, that one stays selected.
    """

    def edit_layer(draft: Draft) -> tuple[NetworkSpec, str]:
        found = tree.find(draft.spec, path)
        if found.type != layer.type:
            raise SpecError(f"{path} is another layer by now; look at it and try again.")
        edited, edited_path = edit(draft.spec, found)
        return edited, _selected_after(draft.selected, path, edited, edited_path)

    attempt(edit_layer)


def _selected_after(selected: str, path: str, edited: NetworkSpec, edited_path: str) -> str:
    """What is selected after an edit that took the layer at `path` to another path."""
    if selected and not f"{selected}.".startswith(f"{path}."):
        return selected
    below = edited_path + selected[len(path) :]
    return below if any(each == below for each, _ in edited.walk()) else edited_path


def draft_message() -> None:
    """Say why the last edit could not be made, or the draft not be read or saved, until an edit succeeds."""
    message = st.session_state.get(_MESSAGE)
    if message:
        show_error(message)
        # On a long page, the message may be out of sight.
        if st.session_state.pop(_UNSAID, False):
            show_toast(message)


@uninterrupted()
def select(path: str) -> None:
    """Open the layer at `path`, or close it where it is open."""
    draft = current_draft()
    _keep(replace(draft, selected="" if path == draft.selected else path))


@uninterrupted()
def undo() -> None:
    """Go back by one edit."""
    draft = current_draft()
    if draft.past:
        *past, version = draft.past
        future = (pack(draft.spec), *draft.future)
        _go_to(version, replace(draft, past=tuple(past), future=future), UNDO)


@uninterrupted()
def redo() -> None:
    """Take the last undo back."""
    draft = current_draft()
    if draft.future:
        version, *future = draft.future
        past = (*draft.past, pack(draft.spec))
        _go_to(version, replace(draft, past=past, future=tuple(future)), REDO)


def _go_to(version: str, draft: Draft, action: str) -> None:
    try:
        _keep(replace(draft, spec=ask(unpack, version, work=READING)), action)
    except SpecError as error:
        st.session_state[_MESSAGE] = f"This version of the network cannot be read: {error.message}"


def drafts_folder() -> Path:
    """Where drafts are saved: the folder that PLAYGROUND_DRAFTS names, else `drafts` beside the runs."""
    return Path(os.environ.get(FOLDER_VARIABLE) or store().folder.with_name("drafts")).absolute()


def _keep(draft: Draft, action: str = "") -> None:
    """Make this the draft; where an action made it what it is, save it."""
    st.session_state.pop(_MESSAGE, None)
    if draft.selected not in (path for path, _ in draft.spec.walk()):
        draft = replace(draft, selected="")
    if action:
        draft = _save(draft, action)
    st.session_state[_STATE] = draft


def _save(draft: Draft, action: str) -> Draft:
    """The draft after it was saved, under a new id where it has none, or where another tab went on with its own."""
    folder, text = drafts_folder(), draft.spec.to_json()
    if draft.id and _saved_text(draft.id) not in (None, draft.saved):
        draft = replace(draft, id="")
        st.session_state[_MESSAGE] = (
            "This draft was changed in another tab, which keeps it; what you do here goes on as a draft of its own."
        )
    draft = replace(draft, id=draft.id or secrets.token_hex(6), saved=text)
    try:
        make_private_folder(folder)
        write_atomically(folder / f"{draft.id}.json", text.encode())
        append_to_history(_history_file(draft.id), action, History(draft.past, pack(draft.spec), draft.future))
    except OSError as error:
        st.session_state[_MESSAGE] = (
            f"The draft cannot be saved in {folder}: {error.strerror}. It is kept as long as this tab is open; "
            "download it as JSON to keep it longer."
        )
    return draft


def _load(draft_id: str) -> Draft:
    """The saved draft; where there is none that can be read, say so and begin with the example."""
    reason = ""
    if _ID.fullmatch(draft_id):
        try:
            text = (drafts_folder() / f"{draft_id}.json").read_text(encoding="utf-8")
            return _with_history(Draft(ask(read_json, text, False, work=READING), draft_id, saved=text))
        except (OSError, UnicodeDecodeError, SpecError) as error:
            reason = f" ({error.message})" if isinstance(error, SpecError) else ""
    st.session_state[_MESSAGE] = f"The draft of this address cannot be read here{reason}; this is LeNet to begin with."
    st.query_params.pop(_PARAMETER, None)
    return Draft(presets.load("lenet"))


def _with_history(draft: Draft) -> Draft:
    """The draft with its versions before and after; where it was saved and its history no more, with those before."""
    history = read_history(_history_file(draft.id))
    if history is None:
        return draft
    if history.present != pack(draft.spec):
        return replace(draft, past=(*history.past, history.present))
    return replace(draft, past=history.past, future=history.future)


def _history_file(draft_id: str) -> Path:
    return drafts_folder() / f"{draft_id}.history"


def _saved_text(draft_id: str) -> str | None:
    """What is saved of a draft; None where it is gone or cannot be read."""
    try:
        return (drafts_folder() / f"{draft_id}.json").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
