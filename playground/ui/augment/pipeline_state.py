"""The pipeline of a session: what its list holds, and what a person does to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import streamlit as st

from playground.images import Pipeline, Transform
from playground.images.augmentation.pipeline import MOST_TRANSFORMS
from playground.images.augmentation.transform import example
from playground.ui.messages import show_toast
from playground.ui.pipeline_address import has_pipeline_in_address, pipeline_in_address, put_into_address
from playground.ui.uninterrupted import uninterrupted

_ITEMS = "augment_pipeline"
_NEXT = "augment_pipeline_next"
_PAST = "augment_pipeline_past"
_FUTURE = "augment_pipeline_future"


@dataclass(frozen=True)
class Item:
    """A transform in the list, with a number that it keeps wherever it is moved."""

    number: int
    transform: Transform


def items() -> tuple[Item, ...]:
    """The list: what the address says, or at first a usual one for photographs."""
    if _ITEMS not in st.session_state:
        written = pipeline_in_address() if has_pipeline_in_address() else None
        st.session_state[_ITEMS] = _numbered(_usual() if written is None else written)
    found: tuple[Item, ...] = st.session_state[_ITEMS]
    return found


def keep_in_address() -> None:
    """Let the address say what the list holds, so that a refresh keeps it; it is short while nothing was changed."""
    pipeline = current_pipeline()
    put_into_address(None if pipeline == _usual() else pipeline)


def current_pipeline() -> Pipeline:
    """The pipeline that the list says."""
    return Pipeline(item.transform for item in items())


def store(number: int, transform: Transform) -> None:
    """Put what the widgets of an item say into the list."""
    _change_to(replace(item, transform=transform) if item.number == number else item for item in items())


@uninterrupted()
def add_to_pipeline(transform: Transform | str) -> None:
    """Add a transform, or the example of the one of that name, at the end."""
    if len(items()) >= MOST_TRANSFORMS:
        show_toast(f"A pipeline here has at most {MOST_TRANSFORMS} transforms.")
        return
    added = example(transform) if isinstance(transform, str) else transform
    _change_to((*items(), Item(_number(), added)))
    show_toast(f"{added.type} is in the pipeline.", ":material/playlist_add_check:")


@uninterrupted()
def move(number: int, by: int) -> None:
    """Move an item up or down."""
    found = list(items())
    index = next((index for index, item in enumerate(found) if item.number == number), None)
    if index is not None and 0 <= index + by < len(found):
        found.insert(index + by, found.pop(index))
        _change_to(found)


@uninterrupted()
def duplicate(number: int) -> None:
    """Put the same transform behind an item once more."""
    found: list[Item] = []
    for item in items():
        found.append(item)
        if item.number == number and len(items()) < MOST_TRANSFORMS:
            found.append(Item(_number(), item.transform))
    _change_to(found)


@uninterrupted()
def remove(number: int) -> None:
    """Take an item out."""
    _change_to(item for item in items() if item.number != number)


@uninterrupted()
def set_pipeline(pipeline: Pipeline) -> None:
    """Let the list be this pipeline."""
    _change_to(_numbered(pipeline))


def read_pipeline(text: str) -> None:
    """Let the list be the pipeline in a JSON text; ImageError if it is none."""
    set_pipeline(Pipeline.from_json(text))


def _usual() -> Pipeline:
    return Pipeline(
        (
            Transform("RandomResizedCrop", size=224, scale=(0.3, 1.0)),
            Transform("RandomHorizontalFlip"),
            Transform("ColorJitter", brightness=0.3, contrast=0.3, saturation=0.3, probability=0.8),
            Transform("RandomRotation", degrees=15, interpolation="bilinear"),
        )
    )


def can_undo() -> bool:
    """Whether there is a change to take back."""
    return bool(st.session_state.get(_PAST))


def can_redo() -> bool:
    """Whether there is a change that was taken back."""
    return bool(st.session_state.get(_FUTURE))


@uninterrupted()
def undo() -> None:
    """Take the last change back."""
    _go(_PAST, _FUTURE)


@uninterrupted()
def redo() -> None:
    """Do again what was taken back last."""
    _go(_FUTURE, _PAST)


def _change_to(changed: Iterable[Item]) -> None:
    """Let the list be this, and remember what it was."""
    before, after = items(), tuple(changed)
    if before != after:
        st.session_state[_PAST] = (*st.session_state.get(_PAST, ()), before)
        st.session_state[_FUTURE] = ()
        st.session_state[_ITEMS] = after


def _go(source: str, target: str) -> None:
    """Let the list be the last of one history; what it is now goes into the other."""
    kept = st.session_state.get(source, ())
    if not kept:
        return
    now = items()
    st.session_state[source] = kept[:-1]
    st.session_state[target] = (*st.session_state.get(target, ()), now)
    # Widgets of a number hold its values; so what has other values now gets another number.
    st.session_state[_ITEMS] = tuple(item if item in now else Item(_number(), item.transform) for item in kept[-1])


def _numbered(pipeline: Pipeline) -> tuple[Item, ...]:
    return tuple(Item(_number(), transform) for transform in pipeline.transforms)


def _number() -> int:
    number: int = st.session_state.get(_NEXT, 0)
    st.session_state[_NEXT] = number + 1
    return number
