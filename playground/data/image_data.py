"""A data set in memory: all images as one tensor, on the device that trains on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.data.errors import DataError
from playground.data.registry import DatasetInfo

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, eq=False)
class ImageData:
    """Images `(N, C, H, W)` of uint8 and their labels `(N,)` of int64, both on one device.

    Raises DataError where the two tensors do not have these types and shapes.
    """

    images: torch.Tensor
    labels: torch.Tensor
    info: DatasetInfo

    def __post_init__(self) -> None:
        import torch

        if self.images.dtype != torch.uint8 or self.images.shape[1:] != self.info.image_shape:
            raise DataError(
                f"The images must be uint8 with the shape {self.info.image_shape} each, "
                f"not {self.images.dtype} of shape {tuple(self.images.shape)}."
            )
        if self.labels.dtype != torch.int64 or self.labels.shape != self.images.shape[:1]:
            raise DataError(
                f"The labels must be int64 of shape ({len(self.images)},), "
                f"not {self.labels.dtype} of shape {tuple(self.labels.shape)}."
            )

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def device(self) -> torch.device:
        """The device that both tensors are on."""
        return self.images.device

    def at(self, indices: torch.Tensor) -> ImageData:
        """The images at these indices, an int64 tensor `(n,)` on any device, in their order."""
        indices = indices.to(self.device)
        return ImageData(self.images.index_select(0, indices), self.labels.index_select(0, indices), self.info)
