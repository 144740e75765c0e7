"""A walk along the values of an image: OpenCV and NumPy on the left, PyTorch on the right, a card for each step."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import streamlit as st

from playground.images import ImageError
from playground.images.pixels import WALKS, WalkSettings
from playground.images.pixels.described import described, picture
from playground.ui.images.chosen_image import ChosenImage
from playground.ui.images.inline_image import data_uri
from playground.ui.messages import show_error
from playground.ui.pixels.photo import encoded, identity, photo_of
from playground.ui.pixels.settings import walk_settings
from playground.ui.pixels.step_card import ShownStep, step_card
from playground.ui.trace import wait_for_torch
from playground.ui.warm_up import torch_is_ready

if TYPE_CHECKING:
    from playground.images.pixels import PixelStep, Walk

# Of the picture in a card, in pixels.
_SIDE = 480

# The tensors of 25 million pixels take most of a gigabyte, so that people who come at once wait for each other.
_ONE_AT_A_TIME = threading.Lock()

ShownRows = tuple[tuple[str, tuple[ShownStep, ...]], ...]


# Of its own, so that a change here draws nothing else of the page again.
@st.fragment
def walk_view(name: str, chosen: ChosenImage) -> None:
    """Draw the walk of that name with its settings."""
    if not torch_is_ready():
        wait_for_torch("the tensors")
        return
    st.caption(WALKS[name].explanation)
    settings = walk_settings(name, photo_of(chosen))
    try:
        with st.spinner("Reading the pixels …"):
            beginning, rows, script = _shown(name, chosen, _relevant(name, settings))
    except ImageError as error:
        show_error(error)
        return
    for title, column in zip(("OpenCV and NumPy", "PyTorch and torchvision"), st.columns(2), strict=True):
        column.markdown(f"**{title}**")
    for index, (title, steps) in enumerate(rows):
        st.markdown(f"##### {title}")
        for column, step in zip(st.columns(2), steps, strict=False):
            with column:
                step_card(step, key=f"{name}_{index}_{step.name}")
    with st.expander("The whole walk as a script", icon=":material/code:"):
        st.caption(f"It begins with {len(beginning.splitlines())} lines that the cards leave out.")
        st.code(script, language="python")


def _relevant(name: str, settings: WalkSettings) -> WalkSettings:
    """The settings without those that make no difference, so that what is known of the walk is found again."""
    return WalkSettings(**{counts: getattr(settings, counts) for counts in WALKS[name].settings})


@st.cache_resource(max_entries=40, show_spinner=False, hash_funcs={ChosenImage: identity, WalkSettings: repr})
def _shown(name: str, chosen: ChosenImage, settings: WalkSettings) -> tuple[str, ShownRows, str]:
    """The beginning, the rows and the script, without the values themselves, which may fill hundreds of megabytes."""
    with _ONE_AT_A_TIME:
        walk: Walk = WALKS[name].of(photo_of(chosen), settings)
        rows = tuple((row.title, tuple(_shown_step(step) for step in row.steps)) for row in walk.rows)
        return walk.beginning, rows, walk.to_code()


def _shown_step(step: PixelStep) -> ShownStep:
    pixels = picture(step.value, step.axes, _SIDE)
    as_bgr = pixels if pixels.ndim == 2 else pixels[:, :, ::-1]
    return ShownStep(
        step.name,
        step.code,
        step.axes,
        step.channels,
        step.explanation,
        step.is_mistake,
        step.expressions,
        described(step.value, step.axes),
        data_uri(encoded(as_bgr, _SIDE)),
    )
