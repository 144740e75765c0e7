"""Callbacks that are done before the next click counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.runtime.scriptrunner import get_script_run_ctx


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let a callback use the session's state to its end; also a decorator: `@uninterrupted()`.

    Streamlit 1.67 looks for a newer request at each access to `st.session_state` and then ends what runs. A callback
    that is ended so is not called again: what was typed right before a click, or the first of two quick clicks, would
    be lost. Streamlit has no public way to say that; a test tells when its private one is another. Sending anything to
    the browser still ends a callback, so that comes last in it.
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
        yield
    finally:
        object.__setattr__(state, "_yield_callback", look_for_a_request)
