"""Densely connected networks: Huang, Liu, van der Maaten, Weinberger, arXiv:1608.06993."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class DenseLayer(nn.Module):
    """New feature maps, `growth_rate` of them, from all that there are."""

    def __init__(self, in_channels: int, growth_rate: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(in_channels)
        self.relu1 = nn.ReLU()
        self.conv1 = nn.Conv2d(in_channels, 4 * growth_rate, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(4 * growth_rate)
        self.relu2 = nn.ReLU()
        self.conv2 = nn.Conv2d(4 * growth_rate, growth_rate, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(self.relu1(self.norm1(x)))
        return self.conv2(self.relu2(self.norm2(x)))


class DenseBlock(nn.ModuleList):
    """Layers of which each sees the outputs of all before it."""

    def __init__(self, in_channels: int, growth_rate: int, count: int) -> None:
        super().__init__([DenseLayer(in_channels + index * growth_rate, growth_rate) for index in range(count)])

    def forward(self, x: Tensor) -> Tensor:
        features = [x]
        for child in self:
            features.append(child(torch.cat(features, dim=1)))
        return torch.cat(features, dim=1)


class Transition(nn.Sequential):
    """Half the channels, and half the height and width."""

    def __init__(self, in_channels: int) -> None:
        super().__init__(
            nn.BatchNorm2d(in_channels),
            nn.ReLU(),
            nn.Conv2d(in_channels, in_channels // 2, 1, bias=False),
            nn.AvgPool2d(2, stride=2),
        )


class DenseNet(nn.Module):
    """A stem, dense blocks with transitions between them, and a linear layer on the means."""

    def __init__(self, growth_rate: int = 32, blocks: Sequence[int] = (6, 12, 24, 16), num_classes: int = 1000) -> None:
        super().__init__()
        channels = 2 * growth_rate
        self.stem = nn.Sequential(
            nn.Conv2d(3, channels, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.features = nn.Sequential()
        for index, count in enumerate(blocks, 1):
            self.features.add_module(f"block{index}", DenseBlock(channels, growth_rate, count))
            channels += count * growth_rate
            if index < len(blocks):
                self.features.add_module(f"transition{index}", Transition(channels))
                channels = channels // 2
        self.norm = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.classifier = nn.Linear(channels, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(self.stem(x))
        x = self.relu(self.norm(x))
        return self.classifier(self.flatten(self.avgpool(x)))
