"""A part of a page that is drawn again by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

Arguments = ParamSpec("Arguments")

# Streamlit's server sends what a run drew every hundredth of a second, from a thread of its own.
_SECONDS_TO_SEND = 0.03


def live_fragment(
    draw: Callable[Arguments, None], seconds: float | None, *arguments: Arguments.args, **keywords: Arguments.kwargs
) -> None:
    """Draw a fragment, again every so many seconds; None draws it once a run of the page.

    A run of the fragment that begins before the page's own run was sent makes Streamlit 1.67 drop what the page's
    run drew of it (`ForwardMsgQueue.clear`); the browser then takes the fragment's elements away and makes new ones,
    and a chart loses its zoom. So the page waits until they are on their way.
    """
    st.fragment(draw, run_every=seconds)(*arguments, **keywords)
    if seconds is not None:
        time.sleep(_SECONDS_TO_SEND)
