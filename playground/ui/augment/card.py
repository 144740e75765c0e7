"""A card of the Augment page: one transform on the person's image, with its controls, and what it drew."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import streamlit as st

from playground.images import TRANSFORMS, ImageError, Pipeline, PipelineError, Transform
from playground.images.augmentation.transform import example
from playground.images.augmentation.transform_modules import code
from playground.ui.augment.parameters import parameter_widgets
from playground.ui.augment.pictures import pictures
from playground.ui.augment.pipeline_state import add_to_pipeline, keep_in_address
from playground.ui.augment.preview import shown_pipeline
from playground.ui.images.chosen_image import ChosenImage
from playground.ui.messages import show_error
from playground.ui.text import plain
from playground.ui.uninterrupted import uninterrupted

# In the narrowest card.
_LINE_LENGTH = 26
_INDENT = "    "
# What makes the tensor that some transforms need.
_BEFORE: dict[str, tuple[str, ...]] = {"image": (), "tensor": ("ToImage",), "floats": ("ToImage", "ToDtype")}


def card_columns(
    names: Sequence[str], columns: int
) -> Iterator[tuple[Sequence[str], st.delta_generator.DeltaGenerator]]:
    """Columns of cards, fewer side by side where the page is narrow, with the names that go into each, row by row.

    As cards differ in height, whole rows would leave room below the low ones.
    """
    with st.container(key="augment_cards"):
        drawn = st.columns(columns, gap="small")
    for first, column in enumerate(drawn):
        yield names[first::columns], column


def transform_card(name: str, chosen: ChosenImage, seed: int, place: str) -> None:
    """Draw the card of a transform; a change of its controls draws it alone. `place` is part of its keys."""
    with st.container(border=True, key=f"augment_card_{place}_{name}"):
        st.fragment(_card)(name, chosen, seed, f"{place}_{name}")


def _card(name: str, chosen: ChosenImage, seed: int, key: str) -> None:
    known = TRANSFORMS[name]
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="xxsmall"):
        st.markdown(f"**{known.label}**", help=f"`v2.{name}`: {known.explanation}", width="stretch")
        buttons = st.container(horizontal=True, gap="xxsmall", wrap=False, width="content")
    shown = st.container(gap="small")
    # The card's button adds to the pipeline.
    keep_in_address()
    transform = _controls(name, key, shown, buttons)
    _draw_buttons(buttons, transform, key)
    if transform:
        with shown:
            _draw_pictures(transform, chosen, seed, key)
        st.code(_folded(code(transform)), language="python", wrap_lines=True)


def _folded(call: str) -> str:
    """The call on several lines where it is long: a browser would break a number in two."""
    if len(call) <= _LINE_LENGTH:
        return call
    name, _, arguments = call.partition("(")
    lines = textwrap.wrap(arguments, _LINE_LENGTH, initial_indent=_INDENT, subsequent_indent=_INDENT)
    return "\n".join((f"{name}(", *lines))


def _controls(
    name: str, key: str, shown: st.delta_generator.DeltaGenerator, buttons: st.delta_generator.DeltaGenerator
) -> Transform | None:
    begin: Transform = st.session_state.get(f"{key}_begin") or example(name)
    version: int = st.session_state.get(f"{key}_version", 0)
    try:
        return parameter_widgets(begin, f"{key}_{version}", buttons)
    except ImageError as error:
        with shown:
            show_error(error)
        return None


def _draw_buttons(place: st.delta_generator.DeltaGenerator, transform: Transform | None, key: str) -> None:
    place.button(
        "",
        icon=":material/restart_alt:",
        type="tertiary",
        help="Back to where it began",
        key=f"{key}_reset",
        on_click=_set,
        args=(key, None),
    )
    if transform and TRANSFORMS[transform.type].work != "batch":
        place.button(
            "",
            icon=":material/playlist_add:",
            type="tertiary",
            help="Add it to the pipeline",
            key=f"{key}_add",
            on_click=add_to_pipeline,
            args=(transform,),
        )


def _draw_pictures(transform: Transform, chosen: ChosenImage, seed: int, key: str) -> None:
    before = [example(name) for name in _BEFORE[TRANSFORMS[transform.type].needs]]
    try:
        found = shown_pipeline(Pipeline([*before, transform]), chosen, seed)
    except PipelineError as error:
        show_error(error)
        for number, fix in enumerate(error.fixes):
            (*_, mended) = fix.pipeline.transforms
            if len(fix.pipeline.transforms) == 1:
                st.button(plain(fix.text), key=f"{key}_fix_{number}", on_click=_set, args=(key, mended))
        return
    pictures([found.original, *found.results], found.steps[-1].drawn, found.note)


@uninterrupted()
def _set(key: str, transform: Transform | None) -> None:
    """Let the card begin anew, at this transform or at its example, with widgets of their own."""
    st.session_state[f"{key}_begin"] = transform
    st.session_state[f"{key}_version"] = st.session_state.get(f"{key}_version", 0) + 1
