"""A card for MixUp or CutMix: what becomes of a batch of the person's images, and of its labels."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import streamlit as st

from playground.images import SAMPLES, TRANSFORMS, ImageError, Mixed, Transform, mixed
from playground.images.augmentation.marking import with_regions
from playground.images.augmentation.reduction import encoded
from playground.images.augmentation.transform import example
from playground.images.augmentation.transform_modules import code
from playground.ui.augment.parameters import parameter_widgets
from playground.ui.augment.pictures import Shown, drawn_line, picture_grid
from playground.ui.images.chosen_image import ChosenImage, sample_image
from playground.ui.messages import show_error

_MOST = 4
_LETTERS = "ABCD"


def mix_card(name: str, images: Sequence[ChosenImage], seed: int) -> None:
    """Draw the card; where the person has one image only, samples make the batch complete."""
    with st.container(border=True, key=f"augment_card_mix_{name}"):
        st.fragment(_card)(name, _batch(images), seed)


def _batch(images: Sequence[ChosenImage]) -> tuple[ChosenImage, ...]:
    samples = (sample_image(name) for name in SAMPLES)
    by_choice = {each.choice: each for each in (*images, *(samples if len(images) < 2 else ()))}
    return tuple(by_choice.values())[:_MOST]


def _card(name: str, images: tuple[ChosenImage, ...], seed: int) -> None:
    known = TRANSFORMS[name]
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.markdown(f"**{known.label}**", help=f"`v2.{name}`: {known.explanation}", width="stretch")
        buttons = st.container(width="content")
    shown = st.container()
    try:
        transform = parameter_widgets(example(name), f"mix_{name}", buttons)
        with shown:
            _draw(_mixed(transform, tuple(each.choice for each in images), seed, images))
    except ImageError as error:
        show_error(error)
        return
    st.code(f"{code(transform)[:-1]}{', ' if transform.given else ''}num_classes=...)", language="python")
    st.caption("It takes a whole batch and its labels, after the DataLoader; so it is in no pipeline of single images.")


@st.cache_resource(max_entries=60, show_spinner=False, hash_funcs={Transform: repr})
def _mixed(
    transform: Transform,
    choices: tuple[Hashable, ...],  # noqa: ARG001  # what the result is kept under, for the images
    seed: int,
    _images: tuple[ChosenImage, ...],
) -> Mixed:
    return mixed(transform, [each.image for each in _images], seed)


def _draw(found: Mixed) -> None:
    drawn_line(found.drawn)
    picture_grid(
        [
            Shown(
                encoded(with_regions(picture, found.regions, 1.0, darken=False)),
                _label(row),
                f"picture {_LETTERS[index]}, mixed",
            )
            for index, (picture, row) in enumerate(zip(found.pictures, found.labels, strict=True))
        ],
        min(len(found.pictures), 3),
    )


def _label(row: Sequence[float]) -> str:
    """The label of a mixed picture: "0.7 A + 0.3 B"."""
    return " + ".join(f"{share:.2f} {_LETTERS[index]}" for index, share in enumerate(row) if share > 0)
