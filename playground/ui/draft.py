"""The network on the Build page: undo and redo, and a file under the id in the page's address."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from playground.networks import NetworkSpec, SpecError, presets
from playground.networks.share import from_link
from playground.training.files import write_atomically
from playground.ui.runs import store

FOLDER_VARIABLE = "PLAYGROUND_DRAFTS"

_PARAMETER = "draft"
_LINK_PARAMETER = "network"
_STATE = "build_draft"
_MESSAGE = "build_message"
_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Draft:
    """A network in work: its id ("" until its first edit), the specs before and after it, the selected layer."""

    spec: NetworkSpec
    id: str = ""
    past: tuple[NetworkSpec, ...] = ()
    future: tuple[NetworkSpec, ...] = ()
    selected: str = ""


def current_draft() -> Draft:
    """The draft or the shared network in the page's address, else what this tab worked on, else an example."""
    _open_link()
    draft: Draft | None = st.session_state.get(_STATE)
    wanted = st.query_params.get(_PARAMETER)
    if draft is None or (wanted and wanted != draft.id):
        draft = _load(wanted) if wanted else Draft(presets.load("lenet"))
        st.session_state[_STATE] = draft
    if draft.id and not wanted:
        st.query_params[_PARAMETER] = draft.id
    return draft


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
        spec = from_link(link)
    except SpecError as error:
        st.session_state[_MESSAGE] = error.message
    else:
        _keep(Draft(spec), save=True)


def change(spec: NetworkSpec, selected: str = "") -> None:
    """Make this the draft's network, to be undone with one step, and save it."""
    draft = current_draft()
    if spec == draft.spec:
        _keep(replace(draft, selected=selected))
        return
    _keep(replace(draft, spec=spec, past=(*draft.past, draft.spec), future=(), selected=selected), save=True)


def attempt(edit: Callable[[], tuple[NetworkSpec, str]]) -> None:
    """Change the draft as the edit says; where it cannot be done, keep the reason for `draft_message`."""
    try:
        change(*edit())
    except SpecError as error:
        st.session_state[_MESSAGE] = error.message


def draft_message() -> None:
    """Say why the last edit could not be made, or the draft not be read or saved, until an edit succeeds."""
    message = st.session_state.get(_MESSAGE)
    if message:
        st.error(message, icon=":material/error:")


def select(path: str) -> None:
    """Open the layer at `path`, or close it where it is open."""
    draft = current_draft()
    _keep(replace(draft, selected="" if path == draft.selected else path))


def undo() -> None:
    """Go back by one edit."""
    draft = current_draft()
    if draft.past:
        *past, spec = draft.past
        _keep(replace(draft, spec=spec, past=tuple(past), future=(draft.spec, *draft.future)), save=True)


def redo() -> None:
    """Take the last undo back."""
    draft = current_draft()
    if draft.future:
        spec, *future = draft.future
        _keep(replace(draft, spec=spec, past=(*draft.past, draft.spec), future=tuple(future)), save=True)


def drafts_folder() -> Path:
    """Where drafts are saved: the folder that PLAYGROUND_DRAFTS names, else `drafts` beside the runs."""
    return Path(os.environ.get(FOLDER_VARIABLE) or store().folder.with_name("drafts")).absolute()


def _keep(draft: Draft, save: bool = False) -> None:
    st.session_state.pop(_MESSAGE, None)
    if draft.selected not in (path for path, _ in draft.spec.walk()):
        draft = replace(draft, selected="")
    if save:
        draft = replace(draft, id=draft.id or secrets.token_hex(6))
        st.query_params[_PARAMETER] = draft.id
        _save(draft)
    st.session_state[_STATE] = draft


def _save(draft: Draft) -> None:
    folder = drafts_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / f"{draft.id}.json", draft.spec.to_json().encode())
    except OSError as error:
        st.session_state[_MESSAGE] = (
            f"The draft cannot be saved in {folder}: {error.strerror}. It is kept as long as this tab is open; "
            "download it as JSON to keep it longer."
        )


def _load(draft_id: str) -> Draft:
    """The saved draft; where there is none that can be read, say so and begin with the example."""
    if _ID.fullmatch(draft_id):
        try:
            text = (drafts_folder() / f"{draft_id}.json").read_text(encoding="utf-8")
            return Draft(NetworkSpec.from_json(text), draft_id)
        except (OSError, UnicodeDecodeError, SpecError) as error:
            reason = f" ({error.message})" if isinstance(error, SpecError) else ""
    else:
        reason = ""
    st.session_state[_MESSAGE] = f"The draft of this address cannot be read here{reason}; this is LeNet to begin with."
    st.query_params.pop(_PARAMETER, None)
    return Draft(presets.load("lenet"))
