"""A convolution as data: its tensors and its settings."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Convolution:
    """A convolution with its input, weight and output, or the gradient of that; the rest as PyTorch names it."""

    values: torch.Tensor
    weight: torch.Tensor
    output: torch.Tensor
    stride: list[int]
    padding: list[int]
    dilation: list[int]
    transposed: bool
    output_padding: list[int]
    groups: int

    @property
    def is_pointwise(self) -> bool:
        """Whether the kernel is a single pixel."""
        return self.weight[0, 0].numel() == 1

    @property
    def is_strided(self) -> bool:
        """Whether it leaves out positions."""
        return max(self.stride) > 1

    @property
    def is_depthwise(self) -> bool:
        """Whether each channel is convolved by itself."""
        return bool(self.groups == self.values.shape[1] > 1)

    @property
    def columns(self) -> int:
        """The bytes of one image of one group as columns, one for each position of the kernel."""
        image, positions = (self.output, self.values) if self.transposed else (self.values, self.output)
        rows = image.shape[1] // self.groups * self.weight[0, 0].numel()
        return rows * math.prod(positions.shape[2:]) * image.element_size()
