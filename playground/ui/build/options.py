"""What there is to read and to choose about a preset or a block, before it is made."""

from __future__ import annotations

import streamlit as st

from playground.networks.options import Info, Option
from playground.networks.spec import Value

_COLUMNS = 2
_LARGEST = 100_000


def describe(info: Info) -> None:
    """Draw what it is and where it comes from."""
    st.markdown(info.description)
    st.caption(info.reference)


def option_widgets(info: Info, key: str) -> None:
    """Draw a widget for each option, under keys that begin with this one."""
    for first in range(0, len(info.options), _COLUMNS):
        for option, column in zip(
            info.options[first:], st.columns(_COLUMNS, vertical_alignment="bottom"), strict=False
        ):
            with column:
                _widget(option, f"{key}_{option.name}")


def chosen_options(info: Info, key: str) -> dict[str, Value]:
    """What is chosen in these widgets; to be called by a button, since what is typed last may not be drawn yet."""
    return {option.name: st.session_state.get(f"{key}_{option.name}", option.default) for option in info.options}


def say(value: Value) -> str:
    """A value as people write it: "6, 12, 24, 16" or "no, yes, yes" for a tuple."""
    if isinstance(value, tuple):
        return ", ".join(map(say, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _widget(option: Option, key: str) -> None:
    if option.choices == (False, True):
        st.toggle(option.label, value=option.default is True, key=key, help=option.explanation)
    elif option.choices:
        index = option.choices.index(option.default)
        st.selectbox(option.label, option.choices, index, format_func=say, key=key, help=option.explanation)
    else:
        assert isinstance(option.default, int)
        st.number_input(option.label, 1, _LARGEST, option.default, step=1, key=key, help=option.explanation)
