"""A picture on which a person draws boxes and outlines."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from playground.ui.images.inline_image import data_uri

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_FOLDER = Path(__file__).parent
_MOST_MARKS = 8
_MOST_POINTS = 400

Point = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A box by two opposite corners, or an outline by its corners (x, y), in pixels of the image."""

    kind: Literal["box", "mask"]
    points: tuple[Point, ...]


def mark_canvas(
    picture: bytes, size: tuple[int, int], colours: tuple[str, ...], description: str, *, key: str
) -> tuple[Mark, ...]:
    """Draw a picture, JPEG or PNG, of an image of `size` (width, height); the marks that are on it.

    `description` is what a screen reader says. At most eight marks are kept.
    """
    state = _component()(
        data={
            "picture": data_uri(picture),
            "size": list(size),
            "colours": list(colours),
            "most": _MOST_MARKS,
            "description": description,
            "marks": _held(key),
        },
        key=key,
        on_marks_change=lambda: None,
    )
    return read_marks(state.get("marks"), size)


def read_marks(content: Any, size: tuple[int, int]) -> tuple[Mark, ...]:
    """The marks in what a browser sent; what is none is left out, and corners are put within the image."""
    if not isinstance(content, list):
        return ()
    marks = (_read_mark(each, size) for each in content[:_MOST_MARKS])
    return tuple(mark for mark in marks if mark)


def _held(key: str) -> Any:
    state = st.session_state.get(key)
    return (state.get("marks") if state else None) or []


def _read_mark(content: Any, size: tuple[int, int]) -> Mark | None:
    if not isinstance(content, dict) or content.get("kind") not in ("box", "mask"):
        return None
    points = content.get("points")
    if not isinstance(points, list) or not 2 <= len(points) <= _MOST_POINTS or not all(map(_is_point, points)):
        return None
    width, height = size
    return Mark(
        content["kind"], tuple((min(max(float(x), 0.0), width), min(max(float(y), 0.0), height)) for x, y in points)
    )


def _is_point(content: Any) -> bool:
    return (
        isinstance(content, list)
        and len(content) == 2
        and all(type(number) in (int, float) and math.isfinite(number) for number in content)
    )


@functools.cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "mark_canvas",
        js=(_FOLDER / "mark_canvas.js").read_text(),
        css=(_FOLDER / "mark_canvas.css").read_text(),
    )
