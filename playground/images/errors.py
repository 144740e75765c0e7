"""The errors that everything in this package raises for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.images.augmentation.pipeline import Pipeline


class ImageError(Exception):
    """One clear sentence that says what is wrong with an image, and what to do."""


@dataclass(frozen=True)
class PipelineFix:
    """A pipeline that works where another one cannot, and what it changes, as the label of a button."""

    text: str
    pipeline: Pipeline


class PipelineError(ImageError):
    """What stops a pipeline: the index of the transform that cannot work on this image, and pipelines that can."""

    def __init__(self, message: str, transform: int, fixes: tuple[PipelineFix, ...] = ()) -> None:
        super().__init__(message)
        self.transform = transform
        self.fixes = fixes

    def __reduce__(self) -> tuple[type[PipelineError], tuple[str, int, tuple[PipelineFix, ...]]]:
        return type(self), (str(self), self.transform, self.fixes)
