"""What there is to read and to choose about a preset or a block, before it is made."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from playground.networks.presets import PresetInfo, PresetOption
from playground.networks.spec import Value

_COLUMNS = 2
_LARGEST = 100_000


def describe(info: PresetInfo) -> None:
    """Draw what it is and where it comes from."""
    st.markdown(info.description)
    st.caption(info.reference)


def option_widgets(info: PresetInfo, key: str) -> Mapping[str, Value]:
    """Draw a widget for each option, under keys that begin with this one; returns what is chosen."""
    chosen: dict[str, Value] = {}
    for first in range(0, len(info.options), _COLUMNS):
        for option, column in zip(
            info.options[first:], st.columns(_COLUMNS, vertical_alignment="bottom"), strict=False
        ):
            with column:
                chosen[option.name] = _widget(option, f"{key}_{option.name}")
    return chosen


def say(value: Value) -> str:
    """A value as people write it: "6, 12, 24, 16" or "no, yes, yes" for a tuple."""
    if isinstance(value, tuple):
        return ", ".join(map(say, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _widget(option: PresetOption, key: str) -> Value:
    if option.choices == (False, True):
        return st.toggle(option.label, value=option.default is True, key=key, help=option.explanation)
    if option.choices:
        index = option.choices.index(option.default)
        chosen: Value = st.selectbox(
            option.label, option.choices, index, format_func=say, key=key, help=option.explanation
        )
        return chosen
    assert isinstance(option.default, int)
    return st.number_input(option.label, 1, _LARGEST, option.default, step=1, key=key, help=option.explanation)
