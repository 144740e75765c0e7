"""What a step of a forward can compute without a layer: arithmetic, shapes, and functions without weights."""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from playground.networks.errors import SpecError
from playground.networks.spec import Value

if TYPE_CHECKING:
    from torch import Tensor

Function: TypeAlias = "Callable[[Sequence[Tensor], Mapping[str, Any], bool], Any]"
"""What computes an operation: the inputs, all arguments, and whether the network is training."""


@dataclass(frozen=True)
class OperationParameter:
    """A parameter of an operation, with what it does in one line, and its default unless it is required."""

    name: str
    explanation: str
    default: Value = None
    required: bool = False


@dataclass(frozen=True)
class Operation:
    """An operation on one or more tensors: how people name it, how code says it, and the function itself.

    `code` gives the Python expression for the names of the inputs and all arguments. `most_inputs` is None
    where there may be any number.
    """

    name: str
    label: str
    explanation: str
    code: Callable[[Sequence[str], Mapping[str, Value]], str]
    function: Function
    least_inputs: int = 1
    most_inputs: int | None = 1
    parameters: tuple[OperationParameter, ...] = ()


def operation(name: str) -> Operation:
    """The operation of that name; raises SpecError if there is none."""
    if name not in OPERATIONS:
        raise SpecError(f"There is no operation {name[:100]!r}; there are {', '.join(OPERATIONS)}.")
    return OPERATIONS[name]


def all_arguments(name: str, arguments: Mapping[str, Value]) -> dict[str, Value]:
    """The arguments with the defaults of those left out; raises SpecError if one is unknown or missing."""
    known = {parameter.name: parameter for parameter in operation(name).parameters}
    for argument in arguments:
        if argument not in known:
            raise SpecError(f"{name} has no argument {argument[:100]!r}; it has {', '.join(known) or 'none'}.")
    for parameter in known.values():
        if parameter.required and parameter.name not in arguments:
            raise SpecError(f"{name} needs {parameter.name}: {parameter.explanation}")
    return {parameter.name: arguments.get(parameter.name, parameter.default) for parameter in known.values()}


def operate(name: str, inputs: Sequence[Any], arguments: Mapping[str, Value], training: bool) -> Any:
    """The result of an operation on tensors; raises SpecError, or whatever torch raises for these inputs."""
    found = operation(name)
    most = len(inputs) if found.most_inputs is None else found.most_inputs
    if not found.least_inputs <= len(inputs) <= most:
        raise SpecError(f"{name} takes {_inputs_in_words(found)}; it has {len(inputs)}.")
    return found.function(inputs, all_arguments(name, arguments), training)


def write_operation(name: str, inputs: Sequence[str], arguments: Mapping[str, Value]) -> str:
    """The Python expression for an operation on variables of these names."""
    return operation(name).code(inputs, all_arguments(name, arguments))


def _inputs_in_words(found: Operation) -> str:
    if found.most_inputs is None:
        return f"{found.least_inputs} inputs or more"
    return "one input" if found.most_inputs == 1 else f"{found.most_inputs} inputs"


def _arithmetic(name: str, label: str, sign: str, explanation: str, compute: Callable[[Any, Any], Any]) -> Operation:
    return Operation(
        name,
        label,
        explanation,
        code=lambda inputs, _: f" {sign} ".join(inputs),
        function=lambda inputs, _, __: functools.reduce(compute, inputs),
        least_inputs=2,
        most_inputs=None,
    )


def _with_a_number(name: str, label: str, sign: str, explanation: str, compute: Callable[[Any, Any], Any]) -> Operation:
    return Operation(
        name,
        label,
        explanation,
        code=lambda inputs, values: f"{inputs[0]} {sign} {values['number']!r}",
        function=lambda inputs, values, _: compute(inputs[0], values["number"]),
        parameters=(OperationParameter("number", "The number to compute with.", required=True),),
    )


def _functional(name: str, label: str, explanation: str, *parameters: OperationParameter) -> Operation:
    """A function of torch.nn.functional that takes one tensor."""

    def compute(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
        from torch.nn import functional

        return getattr(functional, name)(*inputs, **values)

    return Operation(
        name,
        label,
        explanation,
        code=lambda inputs, values: f"F.{name}({', '.join([*inputs, *_keywords(values, parameters)])})",
        function=compute,
        parameters=parameters,
    )


def _method(name: str, label: str, explanation: str, *parameters: OperationParameter) -> Operation:
    """A method of a tensor, called with all its arguments by position."""
    return Operation(
        name,
        label,
        explanation,
        code=lambda inputs, values: f"{inputs[0]}.{name}({', '.join(map(repr, values.values()))})",
        function=lambda inputs, values, _: getattr(inputs[0], name)(*values.values()),
        parameters=parameters,
    )


def _keywords(values: Mapping[str, Value], parameters: Sequence[OperationParameter]) -> Iterator[str]:
    """The arguments that are not their defaults, as code passes them."""
    for parameter in parameters:
        if parameter.required or values[parameter.name] != parameter.default:
            yield f"{parameter.name}={_literal(values[parameter.name])}"


def _literal(value: Value) -> str:
    """A value as Python source; a text in double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _concatenate(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
    import torch

    return torch.cat(list(inputs), dim=values["dim"])


def _dropout(inputs: Sequence[Tensor], values: Mapping[str, Any], training: bool) -> Any:
    from torch.nn import functional

    return functional.dropout(inputs[0], p=values["p"], training=training)


def _attend(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
    from torch.nn import functional

    query, key, value = inputs
    return functional.scaled_dot_product_attention(query, key, value, **values)


def _resize_like(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
    from torch.nn import functional

    return functional.interpolate(inputs[0], size=inputs[1].shape[-2:], **values)


_ATTENTION = (
    OperationParameter("is_causal", "Whether each position sees only itself and those before it.", False),
    OperationParameter("scale", "The factor for the scores; None: one by the root of their width.", None),
)
_DIM = OperationParameter("dim", "The dimension: 0 is the batch, 1 the channels, -1 the last.", 1)
_ALONG = OperationParameter("dim", "The dimension along which they sum to 1.", required=True)
_KERNEL = (
    OperationParameter("kernel_size", "Height and width of the window.", required=True),
    OperationParameter("stride", "How far the window moves; None: as far as it is large.", None),
    OperationParameter("padding", "How many rows and columns are added on each side.", 0),
)
_MODE = (
    OperationParameter("mode", "How values between pixels are found: nearest, bilinear, ...", "nearest"),
    OperationParameter("align_corners", "Whether corner pixels stay exactly where they are.", None),
)

OPERATIONS = {
    each.name: each
    for each in (
        _arithmetic("add", "Add", "+", "The sum, element by element: a residual connection.", operator.add),
        _arithmetic("subtract", "Subtract", "-", "The difference, element by element.", operator.sub),
        _arithmetic("multiply", "Multiply", "*", "The product, element by element: a gate.", operator.mul),
        _arithmetic("matmul", "Matrix product", "@", "The product of matrices.", operator.matmul),
        Operation(
            "scaled_dot_product_attention",
            "Attention",
            "Each query takes the mean of the values, weighted by how well their keys match it.",
            code=lambda inputs, values: (
                f"F.scaled_dot_product_attention({', '.join([*inputs, *_keywords(values, _ATTENTION)])})"
            ),
            function=_attend,
            least_inputs=3,
            most_inputs=3,
            parameters=_ATTENTION,
        ),
        _with_a_number("add_number", "Add a number", "+", "Adds the same number everywhere.", operator.add),
        _with_a_number("scale", "Scale", "*", "Multiplies everything by the same number.", operator.mul),
        Operation(
            "concatenate",
            "Concatenate",
            "Puts tensors one after the other along a dimension.",
            code=lambda inputs, values: f"torch.cat([{', '.join(inputs)}], dim={values['dim']})",
            function=_concatenate,
            most_inputs=None,
            parameters=(_DIM,),
        ),
        _method(
            "chunk",
            "Chunk",
            "Cuts a tensor into equal parts along a dimension; the step after it takes one with `item`.",
            OperationParameter("chunks", "How many parts.", 2),
            _DIM,
        ),
        Operation(
            "item",
            "Take one part",
            "One of several tensors, such as a part of `chunk` or the output of an LSTM.",
            code=lambda inputs, values: f"{inputs[0]}[{values['index']}]",
            function=lambda inputs, values, _: inputs[0][values["index"]],
            parameters=(OperationParameter("index", "Which one, from 0.", 0),),
        ),
        Operation(
            "tuple",
            "Several results",
            "Several tensors at once, as the result of a forward.",
            code=lambda inputs, _: f"({', '.join(inputs)},)",
            function=lambda inputs, _, __: tuple(inputs),
            most_inputs=None,
        ),
        _method(
            "flatten",
            "Flatten",
            "Joins dimensions into one.",
            OperationParameter("start_dim", "The first dimension to join.", 1),
            OperationParameter("end_dim", "The last dimension to join.", -1),
        ),
        Operation(
            "reshape",
            "Reshape",
            "Gives each sample of the batch another shape.",
            code=lambda inputs, values: f"{inputs[0]}.reshape({inputs[0]}.size(0), {_sizes(values['shape'])})",
            function=lambda inputs, values, _: inputs[0].reshape(inputs[0].shape[0], *values["shape"]),
            parameters=(OperationParameter("shape", "One sample's sizes; one of them may be -1.", required=True),),
        ),
        _method(
            "unflatten",
            "Unflatten",
            "Splits a dimension into several, such as the channels into groups.",
            OperationParameter("dim", "The dimension to split.", 1),
            OperationParameter("sizes", "The sizes that it becomes; one of them may be -1.", required=True),
        ),
        Operation(
            "permute",
            "Permute",
            "Puts the dimensions into another order.",
            code=lambda inputs, values: f"{inputs[0]}.permute({_sizes(values['dims'])})",
            function=lambda inputs, values, _: inputs[0].permute(*values["dims"]),
            parameters=(OperationParameter("dims", "The dimensions in their new order.", required=True),),
        ),
        _method(
            "transpose",
            "Transpose",
            "Swaps two dimensions.",
            OperationParameter("dim0", "One of the two.", 1),
            OperationParameter("dim1", "The other.", 2),
        ),
        _method(
            "select",
            "Select",
            "The part at one index of a dimension, such as the last step of a sequence.",
            OperationParameter("dim", "The dimension, which goes away.", 1),
            OperationParameter("index", "Which part, from 0; -1 is the last.", -1),
        ),
        Operation(
            "expand_like",
            "Expand like another",
            "Repeats the first along its dimensions of size 1 until it is as large as the second.",
            code=lambda inputs, _: f"{inputs[0]}.expand_as({inputs[1]})",
            function=lambda inputs, _, __: inputs[0].expand_as(inputs[1]),
            least_inputs=2,
            most_inputs=2,
        ),
        _method("unsqueeze", "Unsqueeze", "Adds a dimension of size 1.", _DIM),
        _method("squeeze", "Squeeze", "Takes a dimension of size 1 away.", _DIM),
        Operation(
            "mean",
            "Mean",
            "The mean over dimensions.",
            code=lambda inputs, values: f"{inputs[0]}.mean(dim={values['dim']!r}, keepdim={values['keepdim']})",
            function=lambda inputs, values, _: inputs[0].mean(dim=values["dim"], keepdim=values["keepdim"]),
            parameters=(
                OperationParameter("dim", "The dimensions to average over.", (2, 3)),
                OperationParameter("keepdim", "Whether they stay, with size 1.", False),
            ),
        ),
        _functional("relu", "ReLU", "Sets negative values to zero."),
        _functional(
            "leaky_relu",
            "LeakyReLU",
            "Makes negative values small.",
            OperationParameter("negative_slope", "The factor for negative values.", 0.01),
        ),
        _functional("relu6", "ReLU6", "Sets negative values to zero and what is above 6 to 6."),
        _functional(
            "gelu",
            "GELU",
            "Multiplies each value by the probability that a normal variable is below it.",
            OperationParameter(
                "approximate", "tanh computes the probability roughly and faster; none, exactly.", "none"
            ),
        ),
        _functional("silu", "SiLU", "Multiplies each value by its sigmoid."),
        _functional("hardswish", "Hardswish", "SiLU in straight pieces, which is faster."),
        _functional("sigmoid", "Sigmoid", "Squeezes every value into the range from 0 to 1."),
        _functional("hardsigmoid", "Hardsigmoid", "Sigmoid in straight pieces, which is faster."),
        _functional("tanh", "Tanh", "Squeezes every value into the range from -1 to 1."),
        _functional("softmax", "Softmax", "Turns scores into probabilities along a dimension.", _ALONG),
        _functional("log_softmax", "LogSoftmax", "The logarithm of Softmax.", _ALONG),
        _functional("max_pool2d", "2-D max pooling", "Keeps the largest value of each window.", *_KERNEL),
        _functional("avg_pool2d", "2-D average pooling", "Replaces each window by its mean.", *_KERNEL),
        _functional(
            "adaptive_avg_pool2d",
            "Adaptive 2-D average pooling",
            "Averages to the size that you ask for.",
            OperationParameter("output_size", "Height and width of the output.", required=True),
        ),
        _functional(
            "interpolate",
            "Resize",
            "Makes images larger or smaller.",
            OperationParameter("size", "Height and width of the output, or None.", None),
            OperationParameter("scale_factor", "How many times as large, or None.", None),
            *_MODE,
        ),
        Operation(
            "interpolate_like",
            "Resize like another",
            "Makes the first images as large as the second.",
            code=lambda inputs, values: (
                f"F.interpolate({inputs[0]}, size={inputs[1]}.shape[-2:]"
                f"{''.join(f', {each}' for each in _keywords(values, _MODE))})"
            ),
            function=_resize_like,
            least_inputs=2,
            most_inputs=2,
            parameters=_MODE,
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
}


def _sizes(values: Value) -> str:
    return ", ".join(map(str, values)) if isinstance(values, tuple) else str(values)
