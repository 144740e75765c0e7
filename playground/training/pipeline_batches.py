"""What happens to the batches of a run: each image goes through the pipeline, then the batch through augmentations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from playground.images.augmentation.composed import composed

if TYPE_CHECKING:
    import torch

    from playground.training.config import TrainConfig

    Augmentation = Callable[[torch.Tensor, torch.Generator], torch.Tensor]


def augmentations(config: TrainConfig) -> tuple[Augmentation, ...]:
    """The functions of a batch of pixel values `(N, C, H, W)` and a generator, in order."""
    if not config.pipeline.enabled:
        return config.augmentation
    from playground.training.transform_each import transform_each

    transform = composed(config.pipeline)

    def through_the_pipeline(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        return transform_each(images, generator, transform)

    return (through_the_pipeline, *config.augmentation)
