"""A step of a walk as a card: its line of code, its picture, its shape, type and range, and a histogram."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import streamlit as st

from playground.charts.level_histogram import level_histogram
from playground.images.pixels.described import Described

_NOT_SO = ":orange-badge[:material/warning: Not so] "


@dataclass(frozen=True)
class ShownStep:
    """What a page shows of a PixelStep: its value is only described."""

    name: str
    code: str
    axes: str
    channels: str
    explanation: str
    is_mistake: bool
    expressions: tuple[tuple[str, str], ...]
    told: Described
    picture: str


def step_card(step: ShownStep, key: str) -> None:
    """Draw the card."""
    with st.container(border=True, key=f"pixels_step_{key}"):
        st.code(step.code, language="python", wrap_lines=True)
        st.html(f'<div class="pixels-step">{_picture(step)}<div>{_facts(step)}{_histogram(step)}</div></div>')
        st.caption(f"{_NOT_SO if step.is_mistake else ''}{step.explanation}")


def _picture(step: ShownStep) -> str:
    return f'<img src="{step.picture}" alt="{escape(step.name)} as a picture">'


def _facts(step: ShownStep) -> str:
    told = step.told
    axes = " ".join(step.axes)
    facts = [
        ("shape", f"[{', '.join(map(str, told.shape))}]", axes),
        ("dtype", told.dtype, ""),
        ("range", f"{_number(told.minimum)} … {_number(told.maximum)}", ""),
        ("mean", _numbers(told.means), step.channels if len(told.means) > 1 else ""),
        ("std", _numbers(told.stds), ""),
    ]
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}{f' <span>{escape(note)}</span>' if note else ''}</td></tr>"
        for name, value, note in facts
    )
    expressions = "".join(f"<p>{escape(code)} = {escape(value)}</p>" for code, value in step.expressions)
    return f"<table>{rows}</table>{expressions}"


def _histogram(step: ShownStep) -> str:
    told = step.told
    order = step.channels if len(told.counts) > 1 else ""
    described = f"Histogram of {step.name}, from {_number(told.minimum)} to {_number(told.maximum)}"
    return level_histogram(told.edges, told.counts, order, described, ends=told.ends)


def _numbers(numbers: Iterable[float]) -> str:
    return ", ".join(map(_number, numbers))


def _number(number: float) -> str:
    return f"{number:.3g}" if abs(number) < 100 else f"{number:.0f}"
