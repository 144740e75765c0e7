"""A pipeline as torchvision's own module, for work that draws from torch's global generator."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playground.images.augmentation.transform_modules import build, by_chance

if TYPE_CHECKING:
    from playground.images.augmentation.pipeline import Pipeline


def composed(pipeline: Pipeline) -> Callable[[Any], Any]:
    """The `v2.Compose` that the pipeline's code makes."""
    from torchvision.transforms import v2

    modules = [by_chance(build(transform), transform) for transform in pipeline.enabled]
    module: Callable[[Any], Any] = v2.Compose(modules or [v2.Identity()])
    return module
