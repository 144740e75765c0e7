"""Operations that take a tensor apart, cut it, pad it, or give it another shape; their values stay what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from playground.networks.operation_kinds import Operation, OperationParameter, keywords, method, named_method, sizes
from playground.networks.spec import Value

if TYPE_CHECKING:
    from torch import Tensor

DIM = OperationParameter("dim", "The dimension: 0 is the batch, 1 the channels, -1 the last.", 1)
_DIMS = OperationParameter("dims", "The dimensions, such as 2, 3 for height and width.", required=True, first=(-1,))
_SLICE = (
    DIM,
    OperationParameter("start", "The first index; below 0 it is counted from the end.", 0),
    OperationParameter("end", "The index at which it stops, without that one; None: at the end.", None),
    OperationParameter("step", "1 takes every index, 2 every other.", 1),
)
_PAD = (
    OperationParameter(
        "pad",
        "How many are added at the left, right, top and bottom; below 0 they are cut off.",
        required=True,
        first=(1, 1, 1, 1),
    ),
    OperationParameter("mode", "What is added: constant, reflect, replicate or circular.", "constant"),
    OperationParameter("value", "The number that is added where mode is constant.", 0),
)


def _code_of_slice(inputs: Sequence[str], values: Mapping[str, Value]) -> str:
    return f"{inputs[0]}[{', '.join(_indices(values))}]"


def _indices(values: Mapping[str, Value]) -> Iterator[str]:
    """What stands in the brackets for each dimension up to the one that is cut; from the end with an ellipsis."""
    dim, start, end, step = (values[name] for name in ("dim", "start", "end", "step"))
    takes_all = (start, end, step) == (0, None, 1)
    first = start if start or takes_all else ""
    cut = f"{first}:{'' if end is None else end}{'' if step == 1 else f':{step}'}"
    if isinstance(dim, int) and dim < 0:
        yield from ("...", cut, *[":"] * (-dim - 1))
    else:
        yield from (*[":"] * int(str(dim)), cut)


def _slice(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
    tensor, dim = inputs[0], values["dim"]
    if not -tensor.dim() <= dim < tensor.dim():
        raise IndexError(f"There is no dimension {dim} in a tensor of {tensor.dim()}.")
    places = [slice(None)] * tensor.dim()
    places[dim] = slice(values["start"], values["end"], values["step"])
    return tensor[tuple(places)]


def _pad(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
    from torch.nn import functional

    return functional.pad(inputs[0], values["pad"], values["mode"], values["value"])


ON_SHAPES = (
    method(
        "chunk",
        "Chunk",
        "Cuts a tensor into equal parts along a dimension; the step after it takes one with `item`.",
        OperationParameter("chunks", "How many parts.", 2),
        DIM,
    ),
    method(
        "split",
        "Split",
        "Cuts a tensor into parts of these sizes along a dimension; the step after it takes one with `item`.",
        OperationParameter(
            "sizes", "How long each part is; together as long as the dimension.", required=True, first=(1, 1)
        ),
        DIM,
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
    method(
        "select",
        "Select",
        "The part at one index of a dimension, such as the last step of a sequence.",
        OperationParameter("dim", "The dimension, which goes away.", 1),
        OperationParameter("index", "Which part, from 0; -1 is the last.", -1),
    ),
    Operation(
        "slice",
        "Slice",
        "The part between two indices of a dimension, such as the first channels or an image without its edge.",
        code=_code_of_slice,
        function=_slice,
        parameters=_SLICE,
    ),
    Operation(
        "pad",
        "Pad",
        "Adds rows and columns around images, or cuts them off.",
        code=lambda inputs, values: (
            f"F.pad({', '.join([inputs[0], repr(values['pad']), *keywords(values, _PAD[1:])])})"
        ),
        function=_pad,
        parameters=_PAD,
    ),
    method(
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
        code=lambda inputs, values: f"{inputs[0]}.reshape({inputs[0]}.size(0), {sizes(values['shape'])})",
        function=lambda inputs, values, _: inputs[0].reshape(inputs[0].shape[0], *values["shape"]),
        parameters=(
            OperationParameter("shape", "One sample's sizes; one of them may be -1.", required=True, first=(-1,)),
        ),
    ),
    method(
        "unflatten",
        "Unflatten",
        "Splits a dimension into several, such as the channels into groups.",
        OperationParameter("dim", "The dimension to split.", 1),
        OperationParameter("sizes", "The sizes that it becomes; one of them may be -1.", required=True, first=(1, -1)),
    ),
    Operation(
        "permute",
        "Permute",
        "Puts the dimensions into another order.",
        code=lambda inputs, values: f"{inputs[0]}.permute({sizes(values['dims'])})",
        function=lambda inputs, values, _: inputs[0].permute(*values["dims"]),
        parameters=(
            OperationParameter("dims", "The dimensions in their new order.", required=True, first=(0, 2, 3, 1)),
        ),
    ),
    method(
        "transpose",
        "Transpose",
        "Swaps two dimensions.",
        OperationParameter("dim0", "One of the two.", 1),
        OperationParameter("dim1", "The other.", 2),
    ),
    method("unsqueeze", "Unsqueeze", "Adds a dimension of size 1.", DIM),
    method("squeeze", "Squeeze", "Takes a dimension of size 1 away.", DIM),
    Operation(
        "expand",
        "Expand",
        "Repeats a tensor along its dimensions of size 1.",
        code=lambda inputs, values: f"{inputs[0]}.expand({sizes(values['sizes'])})",
        function=lambda inputs, values, _: inputs[0].expand(*values["sizes"]),
        parameters=(
            OperationParameter(
                "sizes", "The sizes that it becomes; -1 where it stays as it is.", required=True, first=(-1, -1, -1, -1)
            ),
        ),
    ),
    Operation(
        "repeat",
        "Repeat",
        "Puts a tensor several times after itself, along each dimension.",
        code=lambda inputs, values: f"{inputs[0]}.repeat({sizes(values['repeats'])})",
        function=lambda inputs, values, _: inputs[0].repeat(*values["repeats"]),
        parameters=(
            OperationParameter("repeats", "How often along each dimension.", required=True, first=(1, 2, 1, 1)),
        ),
    ),
    named_method("flip", "Flip", "Turns dimensions around.", _DIMS),
    named_method(
        "roll",
        "Roll",
        "Moves values along dimensions; those that leave at one end come in at the other.",
        OperationParameter("shifts", "How far along each dimension.", required=True, first=(1,)),
        OperationParameter("dims", "The dimensions, such as 2, 3 for height and width.", required=True, first=(-1,)),
    ),
)
"""The operations on the shape of one tensor."""
