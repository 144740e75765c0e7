"""ShuffleNetV2: Ma, Zhang, Zheng, Sun, arXiv:1807.11164, with the channels of its stages."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def conv_block(in_channels: int, out_channels: int, kernel_size: int, stride: int) -> nn.Sequential:
    """A convolution with batch normalization and ReLU."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride=stride, padding=kernel_size // 2, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


def depthwise(channels: int, stride: int) -> nn.Sequential:
    """A 3 x 3 convolution of each channel by itself."""
    return nn.Sequential(
        nn.Conv2d(channels, channels, 3, stride=stride, padding=1, groups=channels, bias=False),
        nn.BatchNorm2d(channels),
    )


class ShuffleUnit(nn.Module):
    """Half of the channels go through convolutions, the other half around them; then they are mixed."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        half = channels // 2
        self.branch = nn.Sequential(
            conv_block(half, half, 1, 1),
            depthwise(half, 1),
            conv_block(half, half, 1, 1),
        )
        self.shuffle = nn.ChannelShuffle(2)

    def forward(self, x: Tensor) -> Tensor:
        kept, changed = x.chunk(2, dim=1)
        return self.shuffle(torch.cat([kept, self.branch(changed)], dim=1))


class DownsampleUnit(nn.Module):
    """All channels go through both branches, which halve height and width; then they are mixed."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        half = out_channels // 2
        self.shortcut = nn.Sequential(depthwise(in_channels, 2), conv_block(in_channels, half, 1, 1))
        self.branch = nn.Sequential(
            conv_block(in_channels, half, 1, 1),
            depthwise(half, 2),
            conv_block(half, half, 1, 1),
        )
        self.shuffle = nn.ChannelShuffle(2)

    def forward(self, x: Tensor) -> Tensor:
        return self.shuffle(torch.cat([self.shortcut(x), self.branch(x)], dim=1))


def stage(in_channels: int, out_channels: int, count: int) -> nn.Sequential:
    """A unit that makes the feature maps smaller, and those that follow it."""
    units = [ShuffleUnit(out_channels) for _ in range(1, count)]
    return nn.Sequential(DownsampleUnit(in_channels, out_channels), *units)


class ShuffleNetV2(nn.Module):
    """A stem, three stages of units, a wide 1 x 1 convolution, and a linear layer on the means."""

    def __init__(self, channels: Sequence[int] = (24, 116, 232, 464, 1024), num_classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = conv_block(3, channels[0], 3, 2)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.stage2 = stage(channels[0], channels[1], 4)
        self.stage3 = stage(channels[1], channels[2], 8)
        self.stage4 = stage(channels[2], channels[3], 4)
        self.conv5 = conv_block(channels[3], channels[4], 1, 1)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(channels[4], num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.conv1(x))
        x = self.stage4(self.stage3(self.stage2(x)))
        x = self.flatten(self.avgpool(self.conv5(x)))
        return self.fc(x)
