"""Callbacks that are done before the next click counts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_LOCK = "callback_lock"
_making_a_lock = threading.Lock()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let a callback change the session's state to its end, and alone; also a decorator: `@uninterrupted()`.

    A click that comes quickly after another one makes Streamlit 1.67 end the run of the first at its next access to
    `st.session_state`, its callback with it, and begin the run of the second in another thread meanwhile. What was
    typed right before a click, or the first of two quick clicks, would be lost. Streamlit has no public way to put
    the end off; a test tells when its private one is another. Sending anything to the browser still ends a callback,
    so that comes last in it.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        yield
        return
    state = context.session_state
    look_for_a_request = state._yield_callback
    # Setting an attribute of it would set a value of the session.
    object.__setattr__(state, "_yield_callback", lambda: None)
    try:
        with _lock():
            yield
    finally:
        object.__setattr__(state, "_yield_callback", look_for_a_request)


def wait_for_callbacks() -> None:
    """Wait until a callback that a run before this one began is done."""
    with _lock():
        pass


def _lock() -> threading.RLock:
    """The lock of this session."""
    with _making_a_lock:
        lock: threading.RLock = st.session_state.setdefault(_LOCK, threading.RLock())
    return lock
