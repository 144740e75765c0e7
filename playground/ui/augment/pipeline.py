"""The pipeline of the Augment page: its list at the left, what it makes of the image at the right."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from playground.images import Pipeline, PipelineError
from playground.ui.augment.drawn_marks import marks_section
from playground.ui.augment.pictures import Shown, drawn_line, picture_grid
from playground.ui.augment.pipeline_items import pipeline_items
from playground.ui.augment.pipeline_state import (
    can_redo,
    can_undo,
    current_pipeline,
    keep_in_address,
    redo,
    set_pipeline,
    undo,
)
from playground.ui.augment.preview import ShownPipeline, shown_pipeline
from playground.ui.augment.seed import chosen_seed, seed_widgets
from playground.ui.augment.take_away import take_away_section
from playground.ui.components.compare_slider import compare_slider
from playground.ui.images.chosen_image import ChosenImage
from playground.ui.messages import show_error
from playground.ui.text import plain

_SIDE = 720
_DRAW_SIDE = 240
_PATIENCE_SECONDS = 0.4


def pipeline_view(chosen: ChosenImage) -> None:
    """Draw the pipeline; what is changed in it draws nothing else."""
    st.fragment(_view)(chosen)


def _view(chosen: ChosenImage) -> None:
    left, right = st.columns([1, 1.5], gap="large")
    with left:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            seed_widgets()
            buttons = st.container(horizontal=True, gap="small", width="content")
        places = pipeline_items()
        # After the list, whose widgets may have changed it just now.
        with buttons:
            _undo_and_redo()
    pipeline = current_pipeline()
    keep_in_address()
    with right:
        section = _choose_section()
        try:
            found = shown_pipeline(pipeline, chosen, chosen_seed(), _SIDE)
            for step in found.steps:
                with places[step.index]:
                    drawn_line(step.drawn)
            # Another seed may draw what cannot be.
            section(pipeline, chosen, found)
        except PipelineError as error:
            _draw_error(error, places)


def _undo_and_redo() -> None:
    st.button("", key="augment_undo", icon=":material/undo:", help="Undo", on_click=undo, disabled=not can_undo())
    st.button("", key="augment_redo", icon=":material/redo:", help="Redo", on_click=redo, disabled=not can_redo())


def _choose_section() -> Callable[[Pipeline, ChosenImage, ShownPipeline], None]:
    name = st.segmented_control(
        "Show",
        list(_SECTIONS),
        default=next(iter(_SECTIONS)),
        required=True,
        key="augment_section",
        label_visibility="collapsed",
        persist_state="session",
        wrap=True,
    )
    return _SECTIONS[name]


def _draw_error(error: PipelineError, places: dict[int, st.delta_generator.DeltaGenerator]) -> None:
    show_error(error)
    with places[error.transform]:
        st.caption(":red[This is where it stops.]")
    for number, fix in enumerate(error.fixes):
        st.button(plain(fix.text), key=f"augment_mend_{number}", on_click=set_pipeline, args=(fix.pipeline,))


def _before_and_after(_pipeline: Pipeline, chosen: ChosenImage, found: ShownPipeline) -> None:
    if len(found.results) > 1:
        picture_grid([found.original, *found.results], 3)
    else:
        compare_slider(
            found.original.data,
            found.results[0].data,
            f"{chosen.name} before and after the pipeline",
            key="augment_compare",
            width=_SIDE,
        )
        st.caption(f"{found.original.caption} → {found.results[0].caption} (height × width). {found.note}")


def _draws(pipeline: Pipeline, chosen: ChosenImage, _found: ShownPipeline) -> None:
    columns = st.select_slider(
        "Draws",
        [2, 3, 4, 5],
        3,
        format_func=lambda side: f"{side} × {side}",
        key="augment_draws",
        persist_state="session",
    )
    first, count = chosen_seed(), columns * columns
    place, started, shown = st.empty(), time.monotonic(), []
    for number, seed in enumerate(range(first, first + count)):
        # A word to the page also lets the next change of a control end the draws of the last.
        if time.monotonic() - started > _PATIENCE_SECONDS:
            place.progress(number / count, f"Draw {number + 1} of {count} …")
        result = shown_pipeline(pipeline, chosen, seed, _DRAW_SIDE).results[0]
        shown.append(Shown(result.data, f"seed {seed}", f"{chosen.name}, augmented with seed {seed}"))
    place.empty()
    picture_grid(shown, columns)


_SECTIONS: dict[str, Callable[[Pipeline, ChosenImage, ShownPipeline], None]] = {
    "Before and after": _before_and_after,
    "Draws": _draws,
    "Boxes and masks": marks_section,
    "Code and files": take_away_section,
}
