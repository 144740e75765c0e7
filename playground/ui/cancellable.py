"""Work of more than a second that a person asks for: it says how far it is and can be cancelled."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from playground.ui.text import plain
from playground.ui.uninterrupted import uninterrupted

Result = TypeVar("Result")
Report = Callable[[str], None]


@dataclass(frozen=True)
class Done(Generic[Result]):
    """The result of work that was asked for with these settings."""

    settings: Hashable
    result: Result


def when_asked(
    label: str, key: str, settings: Hashable, work: Callable[[Report], Result], **button: Any
) -> Done[Result] | None:
    """Draw a button; what `work` gives for these settings once it was pressed for them.

    `work` is given a function that it calls with a few words now and then. Where the page is to be drawn anew, as
    after a press on Cancel, the work ends there. What it raises is raised here.
    """
    st.button(label, key=key, on_click=_ask_for, args=(key, settings), **button)
    if st.session_state.get(_asked(key)) != settings:
        return None
    known: Done[Result] | None = st.session_state.get(_done(key))
    if known is None or known.settings != settings:
        known = Done(settings, _work(key, work))
        st.session_state[_done(key)] = known
    return known


def _work(key: str, work: Callable[[Report], Result]) -> Result:
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        words = st.empty()
        st.button("Cancel", key=f"{key}_cancel", icon=":material/close:", on_click=_ask_for, args=(key, None))
    try:
        result = work(lambda text: _say(words, text))
    except Exception:
        place.empty()
        raise
    place.empty()
    return result


def _say(place: Any, text: str) -> None:
    place.markdown(f":material/hourglass_top: {plain(text)}")


@uninterrupted()
def _ask_for(key: str, settings: Hashable) -> None:
    """Note what the button was pressed for; None for nothing any more."""
    st.session_state[_asked(key)] = settings


def _asked(key: str) -> str:
    return f"{key}_asked"


def _done(key: str) -> str:
    return f"{key}_done"
