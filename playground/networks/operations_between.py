"""Operations on several tensors: sums, products, concatenations, and one tensor made as large as another."""

from __future__ import annotations

import operator as signs
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from playground.networks.operation_kinds import (
    Operation,
    OperationParameter,
    between_two,
    keywords,
    literal,
    operator,
)
from playground.networks.spec import Value

if TYPE_CHECKING:
    from torch import Tensor

_ATTENTION = (
    OperationParameter("is_causal", "Whether each position sees only itself and those before it.", False),
    OperationParameter("scale", "The factor for the scores; None: one by the root of their width.", None),
)
MODE = (
    OperationParameter("mode", "How values between pixels are found: nearest, bilinear, ...", "nearest"),
    OperationParameter("align_corners", "Whether corner pixels stay exactly where they are.", None),
)
_EQUATION = OperationParameter(
    "equation",
    "A letter for each dimension of each tensor, and those that stay: bij,bjk->bik.",
    required=True,
    first="...ij,...jk->...ik",
)


def _concatenate(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
    import torch

    return torch.cat(list(inputs), dim=values["dim"])


def _stack(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
    import torch

    return torch.stack(list(inputs), dim=values["dim"])


def _einsum(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
    import torch

    return torch.einsum(values["equation"], *inputs)


def _attend(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
    from torch.nn import functional

    query, key, value = inputs
    return functional.scaled_dot_product_attention(query, key, value, **values)


def _resize_like(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
    from torch.nn import functional

    return functional.interpolate(inputs[0], size=inputs[1].shape[-2:], **values)


def _unflatten_like(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
    import torch

    return torch.unflatten(inputs[0], values["dim"], inputs[1].shape[values["start"] : values["end"]])


def _pad_like(inputs: Sequence[Tensor], _: Mapping[str, Any], __: bool) -> Any:
    from torch.nn import functional

    small, large = inputs
    across, down = large.size(3) - small.size(3), large.size(2) - small.size(2)
    return functional.pad(small, [across // 2, across - across // 2, down // 2, down - down // 2])


def _code_of_pad_like(inputs: Sequence[str], _: Mapping[str, Value]) -> str:
    small, large = inputs
    differences = (f"({large}.size({dim}) - {small}.size({dim})" for dim in (3, 2))
    return f"F.pad({small}, [{', '.join(f'{each}) // 2, {each} + 1) // 2' for each in differences)}])"


BETWEEN = (
    operator("add", "Add", "+", "The sum, element by element: a residual connection.", signs.add),
    operator("subtract", "Subtract", "-", "The difference, element by element.", signs.sub),
    operator("multiply", "Multiply", "*", "The product, element by element: a gate.", signs.mul),
    operator("divide", "Divide", "/", "The quotient, element by element.", signs.truediv),
    operator("matmul", "Matrix product", "@", "The product of matrices.", signs.matmul),
    between_two("maximum", "Maximum", "The larger of two values, element by element: maxout."),
    between_two("minimum", "Minimum", "The smaller of two values, element by element."),
    Operation(
        "einsum",
        "Einstein sum",
        "Products of elements, summed over the dimensions whose letter is not among those that stay.",
        code=lambda inputs, values: f"torch.einsum({', '.join([literal(values['equation']), *inputs])})",
        function=_einsum,
        most_inputs=None,
        parameters=(_EQUATION,),
    ),
    Operation(
        "scaled_dot_product_attention",
        "Attention",
        "Each query takes the mean of the values, weighted by how well their keys match it.",
        code=lambda inputs, values: (
            f"F.scaled_dot_product_attention({', '.join([*inputs, *keywords(values, _ATTENTION)])})"
        ),
        function=_attend,
        least_inputs=3,
        most_inputs=3,
        parameters=_ATTENTION,
    ),
    Operation(
        "concatenate",
        "Concatenate",
        "Puts tensors one after the other along a dimension.",
        code=lambda inputs, values: f"torch.cat([{', '.join(inputs)}], dim={values['dim']})",
        function=_concatenate,
        most_inputs=None,
        parameters=(OperationParameter("dim", "The dimension: 0 is the batch, 1 the channels, -1 the last.", 1),),
    ),
    Operation(
        "stack",
        "Stack",
        "Puts tensors of one shape beside each other, along a new dimension.",
        code=lambda inputs, values: f"torch.stack([{', '.join(inputs)}], dim={values['dim']})",
        function=_stack,
        most_inputs=None,
        parameters=(OperationParameter("dim", "Where the new dimension is: 1 is after the batch, -1 the last.", 1),),
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
    Operation(
        "unflatten_like",
        "Unflatten like another",
        "Splits a dimension of the first into several that the second has: pixels in a row into height and width.",
        code=lambda inputs, values: (
            f"{inputs[0]}.unflatten({values['dim']}, {inputs[1]}.shape[{values['start']}:"
            f"{'' if values['end'] is None else values['end']}])"
        ),
        function=_unflatten_like,
        least_inputs=2,
        most_inputs=2,
        parameters=(
            OperationParameter("dim", "The dimension of the first that is split.", 2),
            OperationParameter("start", "The first dimension of the second whose size it takes.", 2),
            OperationParameter("end", "Where the second's dimensions stop, without that one; None: at the end.", None),
        ),
    ),
    Operation(
        "interpolate_like",
        "Resize like another",
        "Makes the first images as large as the second.",
        code=lambda inputs, values: (
            f"F.interpolate({inputs[0]}, size={inputs[1]}.shape[-2:]"
            f"{''.join(f', {each}' for each in keywords(values, MODE))})"
        ),
        function=_resize_like,
        least_inputs=2,
        most_inputs=2,
        parameters=MODE,
    ),
    Operation(
        "pad_like",
        "Pad like another",
        "Adds rows and columns of zeros around the first images, or cuts them, until they are as large as the second.",
        code=_code_of_pad_like,
        function=_pad_like,
        least_inputs=2,
        most_inputs=2,
    ),
)
"""The operations on several tensors."""
