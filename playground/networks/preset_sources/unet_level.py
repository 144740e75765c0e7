"""One level of a U-Net, down and up again: Ronneberger, Fischer, Brox, arXiv:1505.04597."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from playground.networks.preset_sources.unet import DoubleConv


class UNetLevel(nn.Module):
    """Half the height and width inside; on the way up, what the way down knew is put beside it."""

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.down = DoubleConv(in_channels, channels)
        self.pool = nn.MaxPool2d(2)
        self.inside = DoubleConv(channels, 2 * channels)
        self.up = nn.ConvTranspose2d(2 * channels, channels, 2, stride=2)
        self.conv = DoubleConv(2 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        skip = self.down(x)
        x = self.up(self.inside(self.pool(skip)))
        return self.conv(torch.cat([skip, x], dim=1))
