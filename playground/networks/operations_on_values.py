"""Operations that compute new values from those of one tensor: with numbers, over dimensions, and activations."""

from __future__ import annotations

import operator as signs
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from playground.networks.operation_kinds import (
    Operation,
    OperationParameter,
    functional,
    method,
    named_method,
    with_a_number,
)
from playground.networks.operations_between import MODE

if TYPE_CHECKING:
    from torch import Tensor

_ALONG = OperationParameter("dim", "The dimension along which they sum to 1.", required=True, first=1)
_OVER = OperationParameter("dim", "The dimension or dimensions.", required=True, first=1)
_KEEPDIM = OperationParameter("keepdim", "Whether they stay, with size 1.", False)
_CORRECTION = OperationParameter(
    "correction", "What the number of values is lessened by before it divides: 1, or 0 as in BatchNorm.", 1
)
_KERNEL = (
    OperationParameter("kernel_size", "Height and width of the window.", required=True, first=2),
    OperationParameter("stride", "How far the window moves; None: as far as it is large.", None),
    OperationParameter("padding", "How many rows and columns are added on each side.", 0),
)
_WINDOW = (
    OperationParameter("kernel_size", "How many steps the window has.", required=True, first=2),
    OperationParameter("stride", "How far the window moves; None: as far as it is long.", None),
    OperationParameter("padding", "How many steps are added at each end.", 0),
)


def _dropout(inputs: Sequence[Tensor], values: Mapping[str, Any], training: bool) -> Any:
    from torch.nn import functional

    return functional.dropout(inputs[0], p=values["p"], training=training)


WITH_NUMBERS = (
    with_a_number("add_number", "Add a number", "+", "Adds the same number everywhere.", signs.add),
    with_a_number("scale", "Scale", "*", "Multiplies everything by the same number.", signs.mul),
    with_a_number("power", "Power", "**", "Raises every value to the same power; 2 squares it.", signs.pow),
)
"""The operations with a number."""

ON_VALUES = (
    Operation(
        "mean",
        "Mean",
        "The mean over dimensions.",
        code=lambda inputs, values: f"{inputs[0]}.mean(dim={values['dim']!r}, keepdim={values['keepdim']})",
        function=lambda inputs, values, _: inputs[0].mean(dim=values["dim"], keepdim=values["keepdim"]),
        parameters=(OperationParameter("dim", "The dimensions to average over.", (2, 3)), _KEEPDIM),
    ),
    named_method("sum", "Sum", "The sum over dimensions.", _OVER, _KEEPDIM),
    named_method("amax", "Largest value", "The largest value over dimensions.", _OVER, _KEEPDIM),
    named_method("amin", "Smallest value", "The smallest value over dimensions.", _OVER, _KEEPDIM),
    named_method(
        "argmax",
        "Place of the largest",
        "The index of the largest value along a dimension: the predicted class. No gradient goes through it.",
        OperationParameter("dim", "The dimension.", required=True, first=1),
        _KEEPDIM,
    ),
    named_method("var", "Variance", "The variance over dimensions.", _OVER, _CORRECTION, _KEEPDIM),
    named_method("std", "Standard deviation", "The root of the variance.", _OVER, _CORRECTION, _KEEPDIM),
    named_method(
        "norm",
        "Norm",
        "The length of vectors: the root of the sum of squares.",
        OperationParameter("p", "Which length: 2 is the usual one, 1 the sum of absolute values.", 2),
        _OVER,
        _KEEPDIM,
    ),
    named_method(
        "clamp",
        "Clamp",
        "Sets what is below a number, or above another, to that number.",
        OperationParameter("min", "The smallest value that stays, or None.", None, first=0),
        OperationParameter("max", "The largest value that stays, or None.", None),
    ),
    method("exp", "Exponential", "e to the power of each value."),
    method("log", "Logarithm", "The natural logarithm of each value."),
    method("sqrt", "Square root", "The square root of each value."),
    method("abs", "Absolute value", "Each value without its sign."),
    method("detach", "Detach", "The same values, through which no gradient goes back."),
    method("clone", "Copy", "The same values in memory of their own, which changes in place leave alone."),
    functional("relu", "ReLU", "Sets negative values to zero."),
    functional(
        "leaky_relu",
        "LeakyReLU",
        "Makes negative values small.",
        OperationParameter("negative_slope", "The factor for negative values.", 0.01),
    ),
    functional("relu6", "ReLU6", "Sets negative values to zero and what is above 6 to 6."),
    functional(
        "elu",
        "ELU",
        "Lets negative values approach a constant.",
        OperationParameter("alpha", "Minus this is the constant.", 1.0),
    ),
    functional("selu", "SELU", "ELU with the constants that keep mean and variance."),
    functional(
        "gelu",
        "GELU",
        "Multiplies each value by the probability that a normal variable is below it.",
        OperationParameter("approximate", "tanh computes the probability roughly and faster; none, exactly.", "none"),
    ),
    functional("silu", "SiLU", "Multiplies each value by its sigmoid."),
    functional("mish", "Mish", "Multiplies each value by the tanh of its Softplus."),
    functional("softplus", "Softplus", "ReLU without the corner: the logarithm of 1 + e to the power of each value."),
    functional("hardswish", "Hardswish", "SiLU in straight pieces, which is faster."),
    functional("sigmoid", "Sigmoid", "Squeezes every value into the range from 0 to 1."),
    functional("hardsigmoid", "Hardsigmoid", "Sigmoid in straight pieces, which is faster."),
    functional("logsigmoid", "LogSigmoid", "The logarithm of Sigmoid."),
    functional("tanh", "Tanh", "Squeezes every value into the range from -1 to 1."),
    functional("softmax", "Softmax", "Turns scores into probabilities along a dimension.", _ALONG),
    functional("log_softmax", "LogSoftmax", "The logarithm of Softmax.", _ALONG),
    functional(
        "normalize",
        "Normalize",
        "Divides vectors by their length.",
        OperationParameter("p", "Which length: 2 is the usual one, 1 the sum of absolute values.", 2.0),
        OperationParameter("dim", "The dimension along which a vector lies.", 1),
    ),
    functional("max_pool2d", "2-D max pooling", "Keeps the largest value of each window.", *_KERNEL),
    functional("avg_pool2d", "2-D average pooling", "Replaces each window by its mean.", *_KERNEL),
    functional("max_pool1d", "1-D max pooling", "Keeps the largest value of each window.", *_WINDOW),
    functional("avg_pool1d", "1-D average pooling", "Replaces each window by its mean.", *_WINDOW),
    functional(
        "adaptive_avg_pool2d",
        "Adaptive 2-D average pooling",
        "Averages to the size that you ask for.",
        OperationParameter("output_size", "Height and width of the output.", required=True, first=1),
    ),
    functional(
        "adaptive_max_pool2d",
        "Adaptive 2-D max pooling",
        "Keeps the largest values of as many windows as you ask for.",
        OperationParameter("output_size", "Height and width of the output.", required=True, first=1),
    ),
    functional(
        "interpolate",
        "Resize",
        "Makes images larger or smaller.",
        OperationParameter("size", "Height and width of the output, or None.", None),
        OperationParameter("scale_factor", "How many times as large, or None.", None, first=2),
        *MODE,
    ),
    functional(
        "pixel_shuffle",
        "Pixel shuffle",
        "Makes images larger and gives them fewer channels, whose values become neighbours.",
        OperationParameter("upscale_factor", "How many times as large.", required=True, first=2),
    ),
    Operation(
        "dropout",
        "Dropout",
        "Sets random values to zero, during training only.",
        code=lambda inputs, values: f"F.dropout({inputs[0]}, p={values['p']!r}, training=self.training)",
        function=_dropout,
        parameters=(OperationParameter("p", "The share of values that become zero.", 0.5),),
    ),
)
"""The operations on the values of one tensor."""
