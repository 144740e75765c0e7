"""What a pipeline made of an image, step by step: the numbers drawn, the region seen, boxes and masks moved along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.images.augmentation.application import run, size_of
from playground.images.augmentation.drawn_numbers import Drawn, drawn_numbers
from playground.images.augmentation.regions import Polygon, regions

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    from playground.images.augmentation.application import Step
    from playground.images.augmentation.pipeline import Pipeline

Box = tuple[float, float, float, float]
"""(left, top, right, bottom) in pixels."""


@dataclass(frozen=True, eq=False)
class Marks:
    """What a person marked on an image: boxes, and masks of the shape `(H, W)`. A box outside of the image is None.

    They are not `known` after a transform along which torchvision cannot move them.
    """

    boxes: tuple[Box | None, ...] = ()
    masks: tuple[NDArray[np.bool_], ...] = ()
    known: bool = True


@dataclass(frozen=True, eq=False)
class AppliedStep:
    """What the transform at `index` of the pipeline did. Sizes are (height, width); of several images, of the first.

    `regions` are polygons in pixels of the step's input. `marks` are as they are after it.
    """

    index: int
    size_before: tuple[int, int]
    size_after: tuple[int, int]
    happened: bool
    drawn: tuple[Drawn, ...]
    regions: tuple[Polygon, ...]
    marks: Marks


@dataclass(frozen=True, eq=False)
class Applied:
    """The output of `Pipeline.apply`, and how it came about."""

    output: Any
    steps: tuple[AppliedStep, ...]


def applied(
    pipeline: Pipeline,
    image: Image.Image,
    seed: int,
    boxes: Sequence[Box] = (),
    masks: Sequence[NDArray[np.bool_]] = (),
) -> Applied:
    """Apply the pipeline as `Pipeline.apply` does, with the same pixels, and tell what each enabled transform drew.

    The numbers are those that torchvision drew for these pixels. `boxes` and `masks`, each mask of the image's shape
    `(H, W)`, move along. Raises PipelineError as `Pipeline.apply` does.
    """
    steps: list[AppliedStep] = []

    def on_step(step: Step, output: Any, moved: tuple[Any, ...]) -> None:
        steps.append(step_done(step, size_of(output), marks_of(moved, bool(boxes), bool(masks))))

    output = run(pipeline, image, seed, mark_tensors(image, boxes, masks), on_step)
    return Applied(output, tuple(steps))


def step_done(step: Step, size_after: tuple[int, int], marks: Marks) -> AppliedStep:
    """What is told of a step when it is done."""
    return AppliedStep(step.index, step.size, size_after, step.happened, drawn_numbers(step), regions(step), marks)


def mark_tensors(image: Image.Image, boxes: Sequence[Box], masks: Sequence[NDArray[np.bool_]]) -> tuple[Any, ...]:
    """Boxes and masks as torchvision moves them: a tensor of each kind that there is."""
    if not boxes and not masks:
        return ()
    import torch
    from torchvision import tv_tensors

    size = (image.height, image.width)
    found: list[Any] = []
    if boxes:
        corners = torch.tensor(boxes, dtype=torch.float32)
        found.append(tv_tensors.BoundingBoxes(corners, format="XYXY", canvas_size=size))
    if masks:
        found.append(tv_tensors.Mask(torch.from_numpy(np.stack(masks).astype(np.uint8))))
    return tuple(found)


def marks_of(moved: tuple[Any, ...], with_boxes: bool, with_masks: bool) -> Marks:
    """The tensors of `mark_tensors`, which may be gone, as plain values."""
    if not moved:
        return Marks(known=not (with_boxes or with_masks))
    boxes = tuple(map(_box, moved[0].tolist())) if with_boxes else ()
    masks = tuple(np.asarray(moved[-1].cpu(), np.bool_)) if with_masks else ()
    return Marks(boxes, masks)


def _box(corners: list[float]) -> Box | None:
    left, top, right, bottom = corners
    return (left, top, right, bottom) if right > left and bottom > top else None
