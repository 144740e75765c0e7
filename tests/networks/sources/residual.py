import math
from collections import OrderedDict
from functools import partial

import torch
import torch.nn as nn
import torch.nn.functional as F

WIDTHS = [8, 16]


def conv3x3(in_planes, out_planes, stride=1):
    return nn.Conv2d(in_planes, out_planes, kernel_size=3, stride=stride, padding=1, bias=False)


class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channels, channels // reduction),
            nn.ReLU(inplace=True),
            nn.Linear(channels // reduction, channels),
            nn.Sigmoid(),
        )

    def forward(self, x):
        b, c, _, _ = x.size()
        y = self.pool(x).view(b, c)
        y = self.fc(y).view(b, c, 1, 1)
        return x * y.expand_as(x)


class Block(nn.Module):
    expansion = 2

    def __init__(self, in_planes: int, planes: int, stride: int = 1, norm_layer=None) -> None:
        super().__init__()
        if norm_layer is None:
            norm_layer = nn.BatchNorm2d
        if planes < 1:
            raise ValueError("planes must be positive")
        self.conv1 = conv3x3(in_planes, planes, stride)
        self.bn1 = norm_layer(planes)
        self.conv2 = conv3x3(planes, planes * self.expansion)
        self.bn2 = norm_layer(planes * self.expansion)
        self.se = SqueezeExcite(planes * self.expansion)
        self.downsample = None
        if stride != 1 or in_planes != planes * self.expansion:
            self.downsample = nn.Sequential(
                OrderedDict(
                    [
                        ("conv", nn.Conv2d(in_planes, planes * self.expansion, 1, stride, bias=False)),
                        ("norm", norm_layer(planes * self.expansion)),
                    ]
                )
            )

    def forward(self, x):
        identity = x
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.se(self.bn2(self.conv2(out)))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return F.relu(out)


class Residual(nn.Module):
    def __init__(self, depth=2, num_classes=5, width_per_group=1.0):
        super().__init__()
        self.in_planes = int(math.ceil(8 * width_per_group))
        norm = partial(nn.BatchNorm2d, eps=1e-3)
        self.stem = nn.Sequential(conv3x3(3, self.in_planes), nn.ReLU(True))
        for index, width in enumerate(WIDTHS):
            setattr_name = f"layer{index + 1}"
            self.add_module(setattr_name, self._make_layer(Block, width, depth, 1 if index == 0 else 2, norm))
        self.head = nn.Linear(WIDTHS[-1] * Block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out")
            elif isinstance(m, nn.BatchNorm2d):
                m.weight.data.fill_(1)

    def _make_layer(self, block, planes, blocks, stride, norm):
        strides = [stride] + [1] * (blocks - 1)
        layers = []
        for stride in strides:
            layers.append(block(self.in_planes, planes, stride, norm_layer=norm))
            self.in_planes = planes * block.expansion
        return nn.Sequential(*layers)

    def _forward_impl(self, x):
        x = self.stem(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = F.adaptive_avg_pool2d(x, 1)
        return self.head(torch.flatten(x, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self._forward_impl(x)
