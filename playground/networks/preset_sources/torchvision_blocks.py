"""What torchvision's model files import from its other files: read in the place of these, and never run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

Make = Callable[..., nn.Module]


def make_divisible(value: float, divisor: int = 8, least: int | None = None) -> int:
    """The nearest multiple of the divisor, but at most a tenth below the value."""
    least = divisor if least is None else least
    nearest = max(least, int(value + divisor / 2) // divisor * divisor)
    return nearest + divisor if nearest < 0.9 * value else nearest


class ConvolutionBlock(nn.Sequential):
    """A convolution that keeps the size for stride 1, then a normalisation and an activation unless they are None."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any = 3,
        stride: Any = 1,
        padding: Any = None,
        groups: int = 1,
        norm_layer: Make | None = nn.BatchNorm2d,
        activation_layer: Make | None = nn.ReLU,
        dilation: Any = 1,
        inplace: bool | None = True,
        bias: bool | None = None,
    ) -> None:
        if padding is None and isinstance(kernel_size, int) and isinstance(dilation, int):
            padding = (kernel_size - 1) // 2 * dilation
        elif padding is None:
            kernels = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
            dilations = (dilation, dilation) if isinstance(dilation, int) else dilation
            padding = tuple((kernels[i] - 1) // 2 * dilations[i] for i in range(2))
        bias = norm_layer is None if bias is None else bias
        layers: list[nn.Module] = [
            nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias)
        ]
        if norm_layer is not None:
            layers.append(norm_layer(out_channels))
        if activation_layer is not None:
            layers.append(activation_layer() if inplace is None else activation_layer(inplace=inplace))
        super().__init__(*layers)
        self.out_channels = out_channels


class SqueezeExcitation(nn.Module):
    """Each channel multiplied by a number that is computed from the means of all channels."""

    def __init__(
        self,
        input_channels: int,
        squeeze_channels: int,
        activation: Make = nn.ReLU,
        scale_activation: Make = nn.Sigmoid,
    ) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(input_channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, input_channels, 1)
        self.activation = activation()
        self.scale_activation = scale_activation()

    def forward(self, x: Tensor) -> Tensor:
        scale = self.activation(self.fc1(self.avgpool(x)))
        return self.scale_activation(self.fc2(scale)) * x


class MLP(nn.Sequential):
    """Linear layers, each but the last with a normalisation and an activation, and a Dropout after each."""

    def __init__(
        self,
        in_channels: int,
        hidden_channels: Sequence[int],
        norm_layer: Make | None = None,
        activation_layer: Make = nn.ReLU,
        inplace: bool | None = None,
        bias: bool = True,
        dropout: float = 0.0,
    ) -> None:
        options: dict[str, bool] = {} if inplace is None else {"inplace": inplace}
        layers: list[nn.Module] = []
        for width in hidden_channels[:-1]:
            layers.append(nn.Linear(in_channels, width, bias=bias))
            if norm_layer is not None:
                layers.append(norm_layer(width))
            layers += [activation_layer(**options), nn.Dropout(dropout, **options)]
            in_channels = width
        layers += [nn.Linear(in_channels, hidden_channels[-1], bias=bias), nn.Dropout(dropout, **options)]
        super().__init__(*layers)


class StochasticDepth(nn.Module):
    """What leaves whole samples out while training; torch.nn has no such layer, so that only 0 can be read."""

    def __init__(self, p: float, mode: str) -> None:
        super().__init__()
        if p > 0:
            raise NotImplementedError(f"torch.nn has no StochasticDepth ({mode}); give 0 for its probability")

    def forward(self, x: Tensor) -> Tensor:
        return x


class Permute(nn.Module):
    """The dimensions in another order."""

    def __init__(self, dims: tuple[int, ...]) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: Tensor) -> Tensor:
        return torch.permute(x, self.dims)
