"""Regions, boxes and masks drawn on a picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from playground.images.augmentation.applied import Marks
from playground.images.augmentation.regions import Polygon

COLOURS = ("#f59e0b", "#38bdf8", "#f472b6", "#4ade80", "#a78bfa", "#fb7185")
"""Of the marks, in order; they are seen on light and on dark pixels."""

_OUTLINE = "#f59e0b"
_DARKENED = 0.45
_FINER = 3
_MASK_SHARE = 0.45


def with_regions(picture: Image.Image, regions: Sequence[Polygon], factor: float, darken: bool = True) -> Image.Image:
    """The picture with polygons outlined, and darker outside of them; corners times `factor` are its pixels."""
    if not regions:
        return picture
    colours = picture.convert("RGB")
    size = (colours.width * _FINER, colours.height * _FINER)
    inside, outline = Image.new("L", size, 0), Image.new("L", size, 0)
    for region in regions:
        corners = [(x * factor * _FINER, y * factor * _FINER) for x, y in region]
        ImageDraw.Draw(inside).polygon(corners, fill=255)
        ImageDraw.Draw(outline).line([*corners, *corners[:2]], fill=255, width=2 * _FINER, joint="curve")
    # Drawn larger and reduced, lines are smooth.
    inside, outline = inside.reduce(_FINER), outline.reduce(_FINER)
    drawn = colours.point(lambda value: value * _DARKENED) if darken else colours.copy()
    drawn.paste(colours, mask=inside)
    drawn.paste(_OUTLINE, (0, 0), outline)
    return drawn


def with_marks(picture: Image.Image, marks: Marks, factor: float = 1.0) -> Image.Image:
    """The picture with boxes and masks, each in its own colour; their pixels times `factor` are its pixels."""
    drawn = picture.convert("RGB")
    for index, mask in enumerate(marks.masks):
        _tint(drawn, mask, COLOURS[(len(marks.boxes) + index) % len(COLOURS)])
    pen = ImageDraw.Draw(drawn)
    for index, box in enumerate(marks.boxes):
        if box is not None:
            pen.rectangle(_scaled(box, factor), outline=COLOURS[index % len(COLOURS)], width=2)
    return drawn


def _tint(drawn: Image.Image, mask: np.ndarray, colour: str) -> None:
    share = Image.fromarray((mask * (255 * _MASK_SHARE)).astype(np.uint8)).resize(drawn.size)
    drawn.paste(colour, (0, 0), share)


def _scaled(box: Iterable[float], factor: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = (side * factor for side in box)
    return left, top, max(left, right - 1), max(top, bottom - 1)
