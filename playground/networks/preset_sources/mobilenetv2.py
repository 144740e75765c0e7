"""MobileNetV2: Sandler, Howard, Zhu, Zhmoginov, Chen, arXiv:1801.04381, with the table of its blocks."""

from __future__ import annotations

from torch import Tensor, nn

# Of each group of blocks: how much wider they are inside, their channels, how many, and the first one's stride.
GROUPS = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def conv_block(in_channels: int, out_channels: int, kernel_size: int, stride: int, groups: int) -> nn.Sequential:
    """A convolution with batch normalization and ReLU6."""
    return nn.Sequential(
        nn.Conv2d(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            padding=kernel_size // 2,
            groups=groups,
            bias=False,
        ),
        nn.BatchNorm2d(out_channels),
        nn.ReLU6(),
    )


class InvertedResidual(nn.Module):
    """Widened by a 1 x 1 convolution, filtered channel by channel, narrowed again, and added where shapes allow."""

    def __init__(self, in_channels: int, out_channels: int, stride: int, widening: int) -> None:
        super().__init__()
        hidden = in_channels * widening
        self.adds = stride == 1 and in_channels == out_channels
        self.conv = nn.Sequential()
        if widening != 1:
            self.conv.add_module("expand", conv_block(in_channels, hidden, 1, 1, 1))
        self.conv.add_module("depthwise", conv_block(hidden, hidden, 3, stride, hidden))
        self.conv.add_module("project", nn.Conv2d(hidden, out_channels, 1, bias=False))
        self.conv.add_module("norm", nn.BatchNorm2d(out_channels))

    def forward(self, x: Tensor) -> Tensor:
        if self.adds:
            return x + self.conv(x)
        return self.conv(x)


class MobileNetV2(nn.Module):
    """A stem, inverted residuals, a wide 1 x 1 convolution, and a linear layer on the means."""

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        channels = 32
        self.stem = conv_block(3, channels, 3, 2, 1)
        blocks = []
        for widening, out_channels, count, stride in GROUPS:
            for index in range(count):
                blocks.append(InvertedResidual(channels, out_channels, stride if index == 0 else 1, widening))
                channels = out_channels
        self.blocks = nn.Sequential(*blocks)
        self.head = conv_block(channels, 1280, 1, 1, 1)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Linear(1280, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.head(self.blocks(self.stem(x)))
        x = self.flatten(self.avgpool(x))
        return self.classifier(self.dropout(x))
