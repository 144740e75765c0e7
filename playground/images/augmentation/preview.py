"""A pipeline at the size of a screen: places on the original, slow changes of values on the reduced picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image

from playground.images.augmentation.application import Step, check_seed, run_one, size_of
from playground.images.augmentation.applied import AppliedStep, Box, Marks, mark_tensors, marks_of, step_done
from playground.images.augmentation.misfits import first_image
from playground.images.augmentation.reduction import as_pictures, reduced
from playground.images.augmentation.scaled_modules import scale
from playground.images.augmentation.transform import Transform, transform_type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from playground.images.augmentation.pipeline import Pipeline

# What takes 0.4 to 22 s on 12 million pixels; the rest is run on the original.
_SLOW_COLOURS = ("ColorJitter", "RandomPhotometricDistort")
# As many pixels are quick in full, whatever is done to them.
_QUICK_PIXELS = 300_000
_SLOW = (*_SLOW_COLOURS, "GaussianBlur", "GaussianNoise", "ElasticTransform", "AugMix")


@dataclass(frozen=True, eq=False)
class Preview:
    """The pictures to show (one, or those of FiveCrop), and what there is to say about them.

    `size` is the (height, width) that the output has in full; `marks` are in pixels of the pictures. Pictures that are
    not `exact` had slow transforms run on the reduced picture: what they show is drawn alike and may differ a little.
    """

    pictures: tuple[Image.Image, ...]
    size: tuple[int, int]
    steps: tuple[AppliedStep, ...]
    marks: Marks
    exact: bool


def preview(
    pipeline: Pipeline,
    image: Image.Image,
    seed: int,
    side: int,
    boxes: Sequence[Box] = (),
    masks: Sequence[NDArray[np.bool_]] = (),
) -> Preview:
    """What `Pipeline.apply` gives, with sides of at most `side` pixels, and within a fraction of a second.

    The numbers drawn are those of the full run. Raises PipelineError as `Pipeline.apply` does.
    """
    from playground.images.augmentation.private_random import PrivateRandomness

    check_seed(seed)
    run = _Run(pipeline, side, image, mark_tensors(image, boxes, masks))
    told: list[tuple[Step, tuple[int, int], tuple[Any, ...]]] = []
    with PrivateRandomness(seed):
        for index, transform in enumerate(pipeline.transforms):
            if transform.enabled:
                told.append(run.step(index, transform))
        run.finish()
    kinds = bool(boxes), bool(masks)
    return Preview(
        run.image,
        run.full_size,
        tuple(step_done(step, size, marks_of(marks, *kinds)) for step, size, marks in told),
        marks_of(run.marks, *kinds),
        run.exact,
    )


class _Run:
    """An image on its way: at first in full, then reduced; and colours that wait until it is reduced."""

    def __init__(self, pipeline: Pipeline, side: int, image: Any, marks: tuple[Any, ...]) -> None:
        self.image, self.marks, self.exact = image, marks, True
        self.full_size = size_of(image)
        self._pipeline, self._side = pipeline, side
        self._factor: float | None = None
        self._waiting: list[Callable[[Any], Any]] = []
        self._last_in_full = max(
            (index for index, transform in enumerate(pipeline.transforms) if _needs_all_pixels(transform)), default=-1
        )

    def step(self, index: int, transform: Transform) -> tuple[Step, tuple[int, int], tuple[Any, ...]]:
        """Run a transform; give what it drew, the size of the full image after it, and the marks."""
        step = Step(index, transform, self.full_size)
        if index < self._last_in_full and transform.type in _SLOW_COLOURS and self._is_large():
            self._let_wait(step)
            return step, self.full_size, self.marks
        if index > self._last_in_full and self._is_large():
            self._reduce()
        factor = self._factor or 1.0
        self.image, self.marks = run_one(
            self._pipeline, step, self.image, self.marks, lambda module: scale(module, transform, factor, step.size)
        )
        if self._factor is None:
            self.full_size = size_of(self.image)
        elif factor > 1 and transform.type in _SLOW:
            self.exact = False
        return step, self.full_size, self.marks

    def finish(self) -> None:
        """Make a picture of what came out, reduce it if no step did, and let the colours that waited come."""
        self.image = as_pictures(self.image)
        self._reduce()

    def _is_large(self) -> bool:
        height, width = self.full_size
        return height * width > _QUICK_PIXELS

    def _let_wait(self, step: Step) -> None:
        """Draw now, in the order of the full run, and change the colours when the picture is small."""
        found: list[Any] = []
        one = first_image(self.image)
        stand_in = one.crop((0, 0, 1, 1)) if isinstance(one, Image.Image) else one[..., :1, :1]
        run_one(self._pipeline, step, stand_in, (), found.append)
        if step.happened:
            self.exact = False
            module, drawn = found[0], step.drawn
            self._waiting.append(lambda image: module.transform(image, drawn))

    def _reduce(self) -> None:
        if self._factor is not None:
            return
        height, width = self.full_size
        self._factor = max(1.0, max(height, width) / self._side)
        if self._factor > 1:
            self.image = _each(self.image, lambda image: _reduced(image, self._side))
            self.marks = tuple(_resized(mark, size_of(self.image)) for mark in self.marks)
        for change in self._waiting:
            self.image = _each(self.image, change)


def _needs_all_pixels(transform: Transform) -> bool:
    return transform.enabled and transform.type not in _SLOW and transform_type(transform.type).work != "tensor"


def _each(image: Any, change: Callable[[Any], Any]) -> Any:
    return tuple(map(change, image)) if isinstance(image, tuple) else change(image)


def _reduced(image: Any, side: int) -> Any:
    if isinstance(image, Image.Image):
        return reduced(image, side)
    height, width = size_of(image)
    factor = max(height, width) / side
    return _resized(image, (max(1, round(height / factor)), max(1, round(width / factor))))


def _resized(tensor: Any, size: tuple[int, int]) -> Any:
    from torchvision.transforms.v2 import functional

    return functional.resize(tensor, list(size), antialias=True)
