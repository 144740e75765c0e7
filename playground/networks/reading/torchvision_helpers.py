"""Building blocks that torchvision's model files import from its other files, as source that is read like any other."""

from __future__ import annotations

import ast
import functools

from playground.networks.reading.values import ClassValue, FunctionValue

_SOURCE = '''
def make_divisible(value, divisor=8, least=None):
    """The nearest multiple of the divisor, but at most a tenth below the value."""
    least = divisor if least is None else least
    nearest = max(least, int(value + divisor / 2) // divisor * divisor)
    return nearest + divisor if nearest < 0.9 * value else nearest


class ConvolutionBlock(nn.Sequential):
    """A convolution, then a normalisation and an activation unless they are None."""

    def __init__(
        self, in_channels, out_channels, kernel_size=3, stride=1, padding=None, groups=1, norm_layer=nn.BatchNorm2d,
        activation_layer=nn.ReLU, dilation=1, inplace=True, bias=None,
    ):
        if padding is None and isinstance(kernel_size, int) and isinstance(dilation, int):
            padding = (kernel_size - 1) // 2 * dilation
        elif padding is None:
            kernels = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
            dilations = (dilation, dilation) if isinstance(dilation, int) else dilation
            padding = tuple((kernels[i] - 1) // 2 * dilations[i] for i in range(2))
        bias = norm_layer is None if bias is None else bias
        layers = [nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias)]
        if norm_layer is not None:
            layers.append(norm_layer(out_channels))
        if activation_layer is not None:
            layers.append(activation_layer() if inplace is None else activation_layer(inplace=inplace))
        super().__init__(*layers)
        self.out_channels = out_channels


class SqueezeExcitation(nn.Module):
    """Each channel multiplied by a number that is computed from the means of all channels."""

    def __init__(self, input_channels, squeeze_channels, activation=nn.ReLU, scale_activation=nn.Sigmoid):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(input_channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, input_channels, 1)
        self.activation = activation()
        self.scale_activation = scale_activation()

    def forward(self, x):
        scale = self.activation(self.fc1(self.avgpool(x)))
        return self.scale_activation(self.fc2(scale)) * x


class MLP(nn.Sequential):
    """Linear layers, each but the last with a normalisation and an activation, and a Dropout after each."""

    def __init__(
        self, in_channels, hidden_channels, norm_layer=None, activation_layer=nn.ReLU, inplace=None, bias=True,
        dropout=0.0,
    ):
        options = {} if inplace is None else {"inplace": inplace}
        layers = []
        for width in hidden_channels[:-1]:
            layers.append(nn.Linear(in_channels, width, bias=bias))
            if norm_layer is not None:
                layers.append(norm_layer(width))
            layers += [activation_layer(**options), nn.Dropout(dropout, **options)]
            in_channels = width
        layers += [nn.Linear(in_channels, hidden_channels[-1], bias=bias), nn.Dropout(dropout, **options)]
        super().__init__(*layers)


class StochasticDepth(nn.Module):
    """Leaves whole samples out while training."""

    def __init__(self, p, mode):
        super().__init__()
        if p > 0:
            raise NotImplementedError("nn has no StochasticDepth; give 0 for its probability")

    def forward(self, x):
        return x


class Permute(nn.Module):
    """The dimensions in another order."""

    def __init__(self, dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        return torch.permute(x, self.dims)
'''

_NAMES = {
    "ops.misc.Conv2dNormActivation": "ConvolutionBlock",
    "ops.Conv2dNormActivation": "ConvolutionBlock",
    "ops.misc.ConvNormActivation": "ConvolutionBlock",
    "ops.misc.SqueezeExcitation": "SqueezeExcitation",
    "ops.SqueezeExcitation": "SqueezeExcitation",
    "ops.misc.MLP": "MLP",
    "ops.StochasticDepth": "StochasticDepth",
    "ops.stochastic_depth.StochasticDepth": "StochasticDepth",
    "ops.MLP": "MLP",
    "ops.misc.Permute": "Permute",
    "ops.Permute": "Permute",
    "_utils._make_divisible": "make_divisible",
    "models._utils._make_divisible": "make_divisible",
}


def find(name: str) -> ClassValue | FunctionValue | None:
    """The helper that torchvision has under this name, with or without "torchvision" before it."""
    helper = _NAMES.get(name.removeprefix("torchvision."))
    return _definitions()[helper] if helper else None


@functools.cache
def _definitions() -> dict[str, ClassValue | FunctionValue]:
    found: dict[str, ClassValue | FunctionValue] = {}
    tree = ast.parse(_SOURCE)
    for node in ast.walk(tree):
        # An error in here is at the line of the person's source that calls it.
        vars(node).pop("lineno", None)
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            found[statement.name] = ClassValue(statement)
        elif isinstance(statement, ast.FunctionDef):
            found[statement.name] = FunctionValue(statement, {})
    return found
