"""U-Net for segmentation: Ronneberger, Fischer, Brox, arXiv:1505.04597; padded, so that the size stays."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class DoubleConv(nn.Sequential):
    """Two 3 x 3 convolutions with batch normalization and ReLU."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )


class Up(nn.Module):
    """Twice the height and width; then what the way down knew at this size is put beside it."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
        self.conv = DoubleConv(2 * out_channels, out_channels)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = self.up(x)
        return self.conv(torch.cat([skip, x], dim=1))


class UNet(nn.Module):
    """Four times down, four times up, and the scores of every class at every pixel."""

    def __init__(self, in_channels: int = 3, num_classes: int = 2, channels: int = 64) -> None:
        super().__init__()
        self.down1 = DoubleConv(in_channels, channels)
        self.pool1 = nn.MaxPool2d(2)
        self.down2 = DoubleConv(channels, 2 * channels)
        self.pool2 = nn.MaxPool2d(2)
        self.down3 = DoubleConv(2 * channels, 4 * channels)
        self.pool3 = nn.MaxPool2d(2)
        self.down4 = DoubleConv(4 * channels, 8 * channels)
        self.pool4 = nn.MaxPool2d(2)
        self.bottom = DoubleConv(8 * channels, 16 * channels)
        self.up4 = Up(16 * channels, 8 * channels)
        self.up3 = Up(8 * channels, 4 * channels)
        self.up2 = Up(4 * channels, 2 * channels)
        self.up1 = Up(2 * channels, channels)
        self.out = nn.Conv2d(channels, num_classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        skip1 = self.down1(x)
        skip2 = self.down2(self.pool1(skip1))
        skip3 = self.down3(self.pool2(skip2))
        skip4 = self.down4(self.pool3(skip3))
        x = self.bottom(self.pool4(skip4))
        x = self.up4(x, skip4)
        x = self.up3(x, skip3)
        x = self.up2(x, skip2)
        x = self.up1(x, skip1)
        return self.out(x)
