"""Which part of its input a transform looks at, as polygons in pixels of that input."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from playground.images.augmentation.output_sizes import pair

if TYPE_CHECKING:
    from playground.images.augmentation.application import Step

Point = tuple[float, float]
Polygon = tuple[Point, ...]
"""Corners (x, y), which may lie outside of the image."""


def regions(step: Step) -> tuple[Polygon, ...]:
    """The polygons that the output shows, or that are erased; none where the whole image is seen, or nothing happened.

    A pixel's corners have whole numbers: the image goes from (0, 0) to (width, height).
    """
    if not step.happened or step.transform.type not in _REGIONS:
        return ()
    return _REGIONS[step.transform.type](step)


def _center_crop(step: Step) -> tuple[Polygon, ...]:
    return (_centered(step.size, pair(step.transform.all_parameters["size"])),)


def _random_crop(step: Step) -> tuple[Polygon, ...]:
    drawn = step.drawn
    left, top, _, _ = drawn["padding"]
    return (_rectangle(drawn["left"] - left, drawn["top"] - top, drawn["width"], drawn["height"]),)


def _drawn_rectangle(step: Step) -> tuple[Polygon, ...]:
    drawn = step.drawn
    return (_rectangle(drawn["left"], drawn["top"], drawn["width"], drawn["height"]),)


def _erased(step: Step) -> tuple[Polygon, ...]:
    drawn = step.drawn
    return () if drawn["v"] is None else (_rectangle(drawn["j"], drawn["i"], drawn["w"], drawn["h"]),)


def _several_crops(step: Step) -> tuple[Polygon, ...]:
    height, width = step.size
    size = pair(step.transform.all_parameters["size"])
    corners = [(left, top) for top in (0, height - size[0]) for left in (0, width - size[1])]
    return (*(_rectangle(left, top, size[1], size[0]) for left, top in corners), _centered(step.size, size))


def _rotation(step: Step) -> tuple[Polygon, ...]:
    if step.transform.all_parameters["expand"]:
        return ()
    # The output turns counter-clockwise, where y points down: so what it shows lies turned clockwise in the input.
    angle = math.radians(step.drawn["angle"])
    cosine, sine = math.cos(angle), math.sin(angle)
    x0, y0 = _center(step)

    def source(point: Point) -> Point:
        x, y = point[0] - x0, point[1] - y0
        return x0 + cosine * x - sine * y, y0 + sine * x + cosine * y

    return (_outline(step.size, source),)


def _affine(step: Step) -> tuple[Polygon, ...]:
    from torchvision.transforms.functional import _get_inverse_affine_matrix

    drawn = step.drawn
    a, b, c, d, e, f = _get_inverse_affine_matrix(
        list(_center(step)), drawn["angle"], list(drawn["translate"]), drawn["scale"], list(drawn["shear"])
    )
    return (_outline(step.size, lambda point: (a * point[0] + b * point[1] + c, d * point[0] + e * point[1] + f)),)


def _perspective(step: Step) -> tuple[Polygon, ...]:
    a, b, c, d, e, f, g, h = step.drawn["coefficients"]

    def source(point: Point) -> Point:
        x, y = point
        depth = g * x + h * y + 1
        return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth

    return (_outline(step.size, source),)


_REGIONS: dict[str, Callable[[Step], tuple[Polygon, ...]]] = {
    "CenterCrop": _center_crop,
    "RandomCrop": _random_crop,
    "RandomResizedCrop": _drawn_rectangle,
    "RandomErasing": _erased,
    "FiveCrop": _several_crops,
    "TenCrop": _several_crops,
    "RandomRotation": _rotation,
    "RandomAffine": _affine,
    "RandomPerspective": _perspective,
}


def _centered(size: tuple[int, int], crop: tuple[int, int]) -> Polygon:
    """A crop in the middle, rounded as torchvision rounds it; it may be larger than the image."""
    top, left = (_middle(whole, part) for whole, part in zip(size, crop, strict=True))
    return _rectangle(left, top, crop[1], crop[0])


def _middle(whole: int, part: int) -> int:
    return -((part - whole) // 2) if part > whole else round((whole - part) / 2)


def _rectangle(left: float, top: float, width: float, height: float) -> Polygon:
    return ((left, top), (left + width, top), (left + width, top + height), (left, top + height))


def _outline(size: tuple[int, int], source: Callable[[Point], Point]) -> Polygon:
    """Where the corners of an output of the same size come from."""
    height, width = size
    corners = ((0, 0), (width, 0), (width, height), (0, height))
    return tuple(source(corner) for corner in corners)


def _center(step: Step) -> Point:
    center = step.transform.all_parameters["center"]
    height, width = step.size
    return (center[0], center[1]) if isinstance(center, tuple) else (width / 2, height / 2)
