"""The preview of a pipeline on an image, as pages show it; what was shown once is kept for a while."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from playground.images import Pipeline, preview
from playground.images.augmentation.applied import AppliedStep
from playground.images.augmentation.marking import with_regions
from playground.images.augmentation.reduction import encoded, reduced
from playground.ui.augment.pictures import Shown
from playground.ui.images.chosen_image import ChosenImage

CARD_SIDE = 360
APPROXIMATE = (
    "Computed on the reduced picture, since it takes long on the full one; the download and the code are exact."
)


@dataclass(frozen=True, eq=False)
class ShownPipeline:
    """The original with the region of the last step on it, the results, and what the steps tell."""

    original: Shown
    results: tuple[Shown, ...]
    steps: tuple[AppliedStep, ...]
    exact: bool

    @property
    def note(self) -> str:
        """What is to be said about the result, or nothing."""
        return "" if self.exact else APPROXIMATE


def shown_pipeline(pipeline: Pipeline, chosen: ChosenImage, seed: int, side: int = CARD_SIDE) -> ShownPipeline:
    """The pictures of a pipeline, no larger than `side`. Raises PipelineError where it cannot work on the image."""
    return _shown(pipeline, chosen.choice, seed, side, chosen)


@st.cache_resource(max_entries=300, show_spinner=False, hash_funcs={Pipeline: repr})
def _shown(
    pipeline: Pipeline,
    choice: Hashable,  # noqa: ARG001  # what the result is kept under, for the image
    seed: int,
    side: int,
    _chosen: ChosenImage,
) -> ShownPipeline:
    image = _chosen.image
    found = preview(pipeline, image, seed, side)
    small = reduced(image, side)
    # Where a region is on the original is known for the first step alone; later ones see another image.
    regions = found.steps[-1].regions if len(found.steps) == 1 else ()
    original = encoded(with_regions(small, regions, small.width / image.width))
    size = _by(found.size)
    return ShownPipeline(
        Shown(original, _by((image.height, image.width)), f"{_chosen.name}, the original"),
        tuple(
            Shown(encoded(each), size if len(found.pictures) == 1 else "", f"{_chosen.name}, augmented")
            for each in found.pictures
        ),
        found.steps,
        found.exact,
    )


def _by(size: tuple[int, int]) -> str:
    height, width = size
    return f"{height:,} × {width:,}"
