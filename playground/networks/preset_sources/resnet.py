"""Residual networks: He, Zhang, Ren, Sun, arXiv:1512.03385; with groups ResNeXt: Xie and others, arXiv:1611.05431."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn


def normalization(kind: str, channels: int) -> nn.BatchNorm2d | nn.GroupNorm | nn.InstanceNorm2d:
    """The layer that normalises feature maps."""
    if kind == "GroupNorm":
        return nn.GroupNorm(32, channels)
    if kind == "InstanceNorm2d":
        return nn.InstanceNorm2d(channels, affine=True)
    return nn.BatchNorm2d(channels)


def projection(in_channels: int, out_channels: int, stride: int, norm: str) -> nn.Module:
    """The way around a block: the identity, or a 1 x 1 convolution where the block changes the shape."""
    if stride == 1 and in_channels == out_channels:
        return nn.Identity()
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False),
        normalization(norm, out_channels),
    )


class BasicBlock(nn.Module):
    """Two 3 x 3 convolutions and a way around them."""

    expansion = 1

    def __init__(
        self,
        in_channels: int,
        channels: int,
        stride: int,
        dilation: int,  # noqa: ARG002 - this and the next two are for Bottleneck, which stands in the same place
        groups: int,  # noqa: ARG002
        base_width: int,  # noqa: ARG002
        norm: str,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = normalization(norm, channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = normalization(norm, channels)
        self.shortcut = projection(in_channels, channels, stride, norm)
        self.relu2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu1(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out = out + self.shortcut(x)
        return self.relu2(out)

    def start_as_shortcut(self) -> None:
        """Makes the block give what the way around it gives, until it is trained."""
        nn.init.zeros_(self.bn2.weight)


class Bottleneck(nn.Module):
    """A 3 x 3 convolution between two 1 x 1 ones that narrow and widen, and a way around them."""

    expansion = 4

    def __init__(
        self, in_channels: int, channels: int, stride: int, dilation: int, groups: int, base_width: int, norm: str
    ) -> None:
        super().__init__()
        width = channels * base_width // 64 * groups
        out_channels = channels * self.expansion
        self.conv1 = nn.Conv2d(in_channels, width, 1, bias=False)
        self.bn1 = normalization(norm, width)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(
            width, width, 3, stride=stride, padding=dilation, dilation=dilation, groups=groups, bias=False
        )
        self.bn2 = normalization(norm, width)
        self.relu2 = nn.ReLU()
        self.conv3 = nn.Conv2d(width, out_channels, 1, bias=False)
        self.bn3 = normalization(norm, out_channels)
        self.shortcut = projection(in_channels, out_channels, stride, norm)
        self.relu3 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu1(self.bn1(self.conv1(x)))
        out = self.relu2(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        out = out + self.shortcut(x)
        return self.relu3(out)

    def start_as_shortcut(self) -> None:
        """Makes the block give what the way around it gives, until it is trained."""
        nn.init.zeros_(self.bn3.weight)


class ResNetFeatures(nn.Module):
    """A stem and four stages of residual blocks: feature maps, 1/32 as high and wide as the image.

    `replace_stride_with_dilation` says for each of the last three stages whether its convolutions look
    further apart instead of halving the feature maps; `zero_init_residual` whether each block starts as the way
    around it, because its last normalization multiplies with zero.
    """

    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck] = Bottleneck,
        blocks: Sequence[int] = (3, 4, 6, 3),
        groups: int = 1,
        base_width: int = 64,
        norm: str = "BatchNorm2d",
        replace_stride_with_dilation: Sequence[bool] = (False, False, False),
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.in_channels = 64
        self.dilation = 1
        self.groups = groups
        self.base_width = base_width
        self.norm = norm
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = normalization(norm, 64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = self.stage(block, 64, blocks[0], 1, False)
        self.layer2 = self.stage(block, 128, blocks[1], 2, replace_stride_with_dilation[0])
        self.layer3 = self.stage(block, 256, blocks[2], 2, replace_stride_with_dilation[1])
        self.layer4 = self.stage(block, 512, blocks[3], 2, replace_stride_with_dilation[2])
        if zero_init_residual:
            for module in self.modules():
                if isinstance(module, BasicBlock | Bottleneck):
                    module.start_as_shortcut()

    def stage(
        self, block: type[BasicBlock] | type[Bottleneck], channels: int, count: int, stride: int, dilate: bool
    ) -> nn.Sequential:
        """Blocks of as many channels; the first of them makes the feature maps smaller by `stride`."""
        # The first block still sees what the stage before made, so that it keeps the dilation of that.
        dilation = self.dilation
        if dilate:
            self.dilation = self.dilation * stride
            stride = 1
        layers = [block(self.in_channels, channels, stride, dilation, self.groups, self.base_width, self.norm)]
        self.in_channels = channels * block.expansion
        for _ in range(1, count):
            layers.append(block(self.in_channels, channels, 1, self.dilation, self.groups, self.base_width, self.norm))
        return nn.Sequential(*layers)

    def features(self, x: Tensor) -> Tensor:
        """The feature maps `(N, C, H, W)` of images."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        return self.layer4(x)

    def forward(self, x: Tensor) -> Tensor:
        return self.features(x)


class ResNet(ResNetFeatures):
    """The scores of classes from a linear layer on the means of the feature maps, which the other arguments are for."""

    def __init__(self, num_classes: int = 1000, **features: Any) -> None:
        super().__init__(**features)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(self.in_channels, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        return self.fc(self.flatten(self.avgpool(x)))
