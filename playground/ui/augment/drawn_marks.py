"""Boxes and masks that a person draws on an image move along with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw

from playground.images import Pipeline, preview
from playground.images.augmentation.marking import COLOURS, with_marks
from playground.images.augmentation.reduction import encoded, reduced
from playground.ui.augment.preview import ShownPipeline
from playground.ui.augment.seed import chosen_seed
from playground.ui.components.mark_canvas import Mark, mark_canvas
from playground.ui.images.chosen_image import ChosenImage
from playground.ui.images.inline_image import inline_image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from playground.images.augmentation.applied import Box

_SIDE = 560


def marks_section(pipeline: Pipeline, chosen: ChosenImage, _found: ShownPipeline) -> None:
    """Draw the image to mark, and the augmented one with the marks where they are then."""
    image = chosen.image
    left, right = st.columns(2)
    with left:
        drawn = mark_canvas(
            encoded(reduced(image, _SIDE)),
            image.size,
            COLOURS,
            f"{chosen.name}, to draw boxes and outlines on",
            key=f"augment_marks_{hash(chosen.choice)}",
        )
        if not drawn:
            st.caption("Draw on the picture: a box, or the outline of a mask.")
    boxes, masks = _boxes(drawn), _masks(drawn, image.size)
    found = preview(pipeline, image, chosen_seed(), _SIDE, boxes, masks)
    with right:
        picture = with_marks(found.pictures[0], found.marks) if drawn else found.pictures[0]
        inline_image(encoded(picture))
        gone = sum(box is None for box in found.marks.boxes) + sum(not mask.any() for mask in found.marks.masks)
        if not found.marks.known:
            st.caption("torchvision does not move boxes and masks along with one of these transforms.")
        elif gone:
            st.caption(f"{gone} of {len(drawn)} lie outside of what is left of the image.")
    st.caption(
        "They are `tv_tensors.BoundingBoxes` and `tv_tensors.Mask`, and go through the same `v2.Compose` in one call. "
        "A turned box is the upright box around it; a mask is turned pixel by pixel."
    )


def _boxes(drawn: tuple[Mark, ...]) -> tuple[Box, ...]:
    corners = [np.array(mark.points) for mark in drawn if mark.kind == "box"]
    return tuple((*each.min(axis=0).tolist(), *each.max(axis=0).tolist()) for each in corners)


def _masks(drawn: tuple[Mark, ...], size: tuple[int, int]) -> tuple[NDArray[np.bool_], ...]:
    masks = []
    for mark in drawn:
        if mark.kind == "mask":
            filled = Image.new("L", size)
            ImageDraw.Draw(filled).polygon(mark.points, fill=1)
            masks.append(np.asarray(filled, np.bool_))
    return tuple(masks)
