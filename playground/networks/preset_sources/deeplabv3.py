"""DeepLabV3 for semantic segmentation: Chen, Papandreou, Schroff, Adam, arXiv:1706.05587."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from playground.networks.preset_sources.resnet import Bottleneck, ResNetFeatures


class DilatedConv(nn.Sequential):
    """A 3 x 3 convolution that looks `dilation` pixels apart."""

    def __init__(self, in_channels: int, out_channels: int, dilation: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, out_channels, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )


class ImagePooling(nn.Module):
    """The mean of the whole image, at every pixel."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.conv = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.bn = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        mean = self.relu(self.bn(self.conv(self.pool(x))))
        return F.interpolate(mean, size=x.shape[-2:], mode="bilinear", align_corners=False)


class ASPP(nn.Module):
    """Atrous spatial pyramid pooling: the same feature maps seen at several distances, side by side."""

    def __init__(self, in_channels: int, out_channels: int, dilations: Sequence[int]) -> None:
        super().__init__()
        self.pointwise = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels), nn.ReLU()
        )
        self.near = DilatedConv(in_channels, out_channels, dilations[0])
        self.middle = DilatedConv(in_channels, out_channels, dilations[1])
        self.far = DilatedConv(in_channels, out_channels, dilations[2])
        self.image = ImagePooling(in_channels, out_channels)
        self.project = nn.Sequential(
            nn.Conv2d(5 * out_channels, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Dropout(0.5),
        )

    def forward(self, x: Tensor) -> Tensor:
        views = [self.pointwise(x), self.near(x), self.middle(x), self.far(x), self.image(x)]
        return self.project(torch.cat(views, dim=1))


class DeepLabV3(nn.Module):
    """Scores of every class at every pixel, from the feature maps of a dilated residual network."""

    def __init__(self, num_classes: int = 4, blocks: Sequence[int] = (3, 4, 6, 3)) -> None:
        super().__init__()
        self.backbone = ResNetFeatures(Bottleneck, blocks, replace_stride_with_dilation=(False, True, True))
        self.aspp = ASPP(2048, 256, (12, 24, 36))
        self.head = nn.Sequential(
            nn.Conv2d(256, 256, 3, padding=1, bias=False),
            nn.BatchNorm2d(256),
            nn.ReLU(),
            nn.Conv2d(256, num_classes, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        scores = self.head(self.aspp(self.backbone(x)))
        return F.interpolate(scores, size=x.shape[-2:], mode="bilinear", align_corners=False)
