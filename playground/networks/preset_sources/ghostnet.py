"""GhostNet: Han, Wang, Tian, Guo, Xu, Xu, arXiv:1911.11907, with the table of its blocks."""

from __future__ import annotations

import torch
from torch import Tensor, nn

# Of each block: its kernel, its channels inside and at its end, whether it squeezes and excites, and its stride.
BLOCKS = (
    (3, 16, 16, False, 1),
    (3, 48, 24, False, 2),
    (3, 72, 24, False, 1),
    (5, 72, 40, True, 2),
    (5, 120, 40, True, 1),
    (3, 240, 80, False, 2),
    (3, 200, 80, False, 1),
    (3, 184, 80, False, 1),
    (3, 184, 80, False, 1),
    (3, 480, 112, True, 1),
    (3, 672, 112, True, 1),
    (5, 672, 160, True, 2),
    (5, 960, 160, False, 1),
    (5, 960, 160, True, 1),
    (5, 960, 160, False, 1),
    (5, 960, 160, True, 1),
)


def depthwise(channels: int, kernel_size: int, stride: int) -> nn.Conv2d:
    """A convolution of each channel by itself."""
    return nn.Conv2d(
        channels, channels, kernel_size, stride=stride, padding=kernel_size // 2, groups=channels, bias=False
    )


class GhostModule(nn.Module):
    """Half of the feature maps from a 1 x 1 convolution, the other half cheaply from the first."""

    def __init__(self, in_channels: int, out_channels: int, activation: bool) -> None:
        super().__init__()
        half = out_channels // 2
        self.primary = nn.Sequential(nn.Conv2d(in_channels, half, 1, bias=False), nn.BatchNorm2d(half))
        self.cheap = nn.Sequential(depthwise(half, 3, 1), nn.BatchNorm2d(half))
        if activation:
            self.primary.append(nn.ReLU())
            self.cheap.append(nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        primary = self.primary(x)
        return torch.cat([primary, self.cheap(primary)], dim=1)


class SqueezeExcitation(nn.Module):
    """Weighs each channel by what all of them are on the mean."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        # A quarter of the channels, rounded to a multiple of 4.
        squeezed = (channels // 4 + 2) // 4 * 4
        self.weights = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(channels, squeezed, 1),
            nn.ReLU(),
            nn.Conv2d(squeezed, channels, 1),
            nn.Hardsigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weights(x)


class GhostBottleneck(nn.Module):
    """A Ghost module that widens, one that narrows, between them what the block needs, and a way around."""

    def __init__(
        self, in_channels: int, hidden: int, out_channels: int, kernel_size: int, excite: bool, stride: int
    ) -> None:
        super().__init__()
        self.body = nn.Sequential()
        self.body.add_module("widen", GhostModule(in_channels, hidden, True))
        if stride > 1:
            self.body.add_module("depthwise", depthwise(hidden, kernel_size, stride))
            self.body.add_module("norm", nn.BatchNorm2d(hidden))
        if excite:
            self.body.add_module("excite", SqueezeExcitation(hidden))
        self.body.add_module("narrow", GhostModule(hidden, out_channels, False))
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                depthwise(in_channels, kernel_size, stride),
                nn.BatchNorm2d(in_channels),
                nn.Conv2d(in_channels, out_channels, 1, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x) + self.shortcut(x)


class GhostNet(nn.Module):
    """A stem, Ghost bottlenecks, two wide 1 x 1 convolutions around the means, and a linear layer."""

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        channels = 16
        self.stem = nn.Sequential(
            nn.Conv2d(3, channels, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(channels), nn.ReLU()
        )
        blocks = []
        for kernel_size, hidden, out_channels, excite, stride in BLOCKS:
            blocks.append(GhostBottleneck(channels, hidden, out_channels, kernel_size, excite, stride))
            channels = out_channels
        self.blocks = nn.Sequential(*blocks)
        self.conv = nn.Sequential(nn.Conv2d(channels, 960, 1, bias=False), nn.BatchNorm2d(960), nn.ReLU())
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Sequential(nn.Conv2d(960, 1280, 1), nn.ReLU())
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Linear(1280, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(self.blocks(self.stem(x)))
        x = self.flatten(self.head(self.avgpool(x)))
        return self.classifier(self.dropout(x))
