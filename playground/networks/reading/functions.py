"""Functions and methods on tensors as operations: `F.relu(x)`, `x.view(x.size(0), -1)`, `torch.cat([a, b], 1)`."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable
from functools import partial
from typing import Any

from playground.networks.operations import OPERATIONS
from playground.networks.reading.applying import arguments_of, called, operation_on, without_defaults
from playground.networks.reading.in_place import change_in_place
from playground.networks.reading.parts import items
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.reductions import read_clamp, read_extreme, read_over_dims, read_variance
from playground.networks.reading.refusals import MADE_HERE, instead_of_call, instead_of_function, made_here
from playground.networks.reading.resizing import read_expand, read_interpolate, read_pad, read_pool
from playground.networks.reading.splitting import read_chunk, read_split, read_unbind
from playground.networks.reading.states import changed_state, check_known
from playground.networks.reading.values import (
    TRAINING,
    Applied,
    Size,
    Sizes,
    StateOf,
    Zeros,
    cannot_read,
    is_tensor,
    shown,
)
from playground.networks.reading.views import read_view, split_like

_SAME = frozenset(
    {
        *("contiguous", "float", "half", "bfloat16", "double", "to", "type_as", "cpu", "cuda"),
        "requires_grad_",
    }
)
# Arguments that change how something is computed and not what.
_NO_MATTER = ("inplace", "dtype", "memory_format")
# Names of functions and methods whose operation is called otherwise here.
_NOT_IN_TORCH = frozenset(
    {
        *("concatenate", "add_number", "scale", "power", "item", "tuple", "slice", "swish"),
        *("expand_like", "interpolate_like", "pad_like"),
    }
)
"""What operations are called here that torch has no function of that name and meaning for."""
_SYNONYMS = {
    "cat": "concatenate",
    "concat": "concatenate",
    "mul": "multiply",
    "sub": "subtract",
    "swish": "silu",
    "upsample": "interpolate",
    "div": "divide",
    "true_divide": "divide",
    "mm": "matmul",
    "bmm": "matmul",
    "swapaxes": "transpose",
    "clip": "clamp",
    "absolute": "abs",
}
_TWO_TENSORS = ("add", "subtract", "multiply", "divide", "matmul", "maximum", "minimum")
# What is a power of each value.
_POWERS = {"square": 2, "rsqrt": -0.5, "reciprocal": -1}


def read_function(reader: Reader, name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """A call on tensors as an operation; raises SpecError, with the place, for what cannot be said so."""
    plain = name.removesuffix("_") if name not in _SAME else name
    in_place = plain != name or keywords.get("inplace") is True
    given = (*arguments, *([keywords["input"]] if "input" in keywords else []))
    result = _computed(reader, _SYNONYMS.get(plain, plain), arguments, keywords, node)
    if in_place and isinstance(result, Applied) and given:
        return change_in_place(reader, given[0], result, node)
    return result


def _computed(reader: Reader, name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    if name == "zeros" and reader.bind:
        return Zeros(_all_sizes(arguments, keywords.get("size")), made_here(node))
    if name in MADE_HERE:
        raise made_here(node, in_forward=reader.bind is not None)
    keywords = {key: value for key, value in keywords.items() if key not in _NO_MATTER}
    if name == "einsum":
        return _einsum(arguments, node)
    tensor = arguments[0] if arguments else keywords.pop("input", None)
    rest = arguments[1:]
    if isinstance(tensor, StateOf) and name == "squeeze":
        return changed_state(tensor, name, (*rest, *keywords.values()))
    if any(isinstance(value, list | tuple | StateOf) for value in (tensor, *rest)):
        check_known((tensor, *rest), node)
    if name in ("concatenate", "stack"):
        return _put_together(name, tensor if tensor is not None else keywords.pop("tensors", ()), rest, keywords, node)
    if name == "scaled_dot_product_attention":
        return _attention(tensor, rest, keywords, node)
    if not is_tensor(tensor):
        raise cannot_read(node, instead_of_call(name, node))
    if name in _SAME:
        return tensor
    if name in _SPECIAL:
        return _SPECIAL[name](reader, tensor, rest, keywords, node)
    if name in _TWO_TENSORS:
        return _arithmetic(name, tensor, (*rest, *keywords.values()), node)
    if name in _POWERS:
        return operation_on(tensor, "power", {"number": _POWERS[name]})
    if name in OPERATIONS and name not in _NOT_IN_TORCH:
        return called(name, tensor, rest, keywords, node)
    raise cannot_read(node, _unknown_function(name, node))


def _unknown_function(name: str, node: ast.Call) -> str:
    """Why a function cannot be read: it is misspelt, or there is none of it here."""
    import torch

    owners = (torch, torch.Tensor, torch.nn.functional, torch.nn.utils, torch.nn.utils.rnn)
    if any(hasattr(owner, name) for owner in owners):
        return instead_of_function(name)
    known = {*OPERATIONS, *_SPECIAL, *_SYNONYMS, *_SAME} - _NOT_IN_TORCH
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.7)
    near = near or [each for each in sorted(known) if sorted(each) == sorted(name)][:1]
    written = ast.unparse(node.func)
    start = written[: len(written) - len(name)] if written.endswith(name) else ""
    return f"there is no {written[:60]}" + (f"; did you mean {start}{near[0]}?" if near else " in PyTorch.")


def _put_together(name: str, tensors: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    dim = rest[0] if rest else keywords.get("dim", keywords.get("axis", 0))
    given = items(tensors, node) if not is_tensor(tensors) else []
    if not given or not all(map(is_tensor, given)) or type(dim) is not int:
        raise cannot_read(
            node,
            f"{ast.unparse(node.func)[:40]} takes a list of tensors that the forward computes; "
            f"write {ast.unparse(node.func)[:40]}([a, b], dim=1).",
        )
    # A list that happens to hold one tensor is that tensor; `torch.cat([x])` says so itself and stays.
    is_list = bool(node.args) and isinstance(node.args[0], ast.List)
    if len(given) == 1 and name == "concatenate" and not is_list:
        return given[0]
    return Applied(tuple(given), operation=name, arguments={} if dim == 1 else {"dim": dim})


def _einsum(arguments: tuple[Any, ...], node: ast.Call) -> Applied:
    equation, *others = arguments or (None,)
    tensors = list(others[0]) if len(others) == 1 and isinstance(others[0], list | tuple) else others
    if not isinstance(equation, str) or not tensors or not all(map(is_tensor, tensors)):
        raise cannot_read(
            node, f'{shown(node)} cannot be read; write torch.einsum("bij,bjk->bik", x, y), with the equation as text.'
        )
    return Applied(tuple(tensors), operation="einsum", arguments={"equation": equation})


def _attention(tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    parameters = ("query", "key", "value", "attn_mask", "dropout_p", "is_causal", "scale")
    values = dict(zip(parameters, (tensor, *rest), strict=False)) | keywords
    inputs = tuple(values.pop(name, None) for name in parameters[:3])
    if not all(map(is_tensor, inputs)) or values.pop("attn_mask", None) is not None:
        raise cannot_read(
            node,
            "this attention cannot be read; write F.scaled_dot_product_attention(query, key, value), with "
            "is_causal=True in place of a mask.",
        )
    if values.pop("dropout_p", 0.0) != 0:
        raise cannot_read(node, "dropout inside of attention cannot be read; leave it out, or put nn.Dropout after it.")
    name = "scaled_dot_product_attention"
    return Applied(inputs, operation=name, arguments=without_defaults(name, arguments_of(name, (), values, node)))


def _size(reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Any:
    dimension = rest[0] if rest else keywords.get("dim")
    if dimension is not None and type(dimension) is not int:
        raise cannot_read(node, f"{shown(node)} cannot be read; write the dimension as a whole number.")
    return Sizes(tensor) if dimension is None else reader.shapes.side(tensor, dimension)


def _unknown(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Any:  # noqa: ARG001
    raise cannot_read(node, f"{shown(node)} is only known when the network runs; write the number.")


def _number_of_dimensions(reader: Reader, tensor: Any, rest: Any, keywords: Names, node: ast.AST) -> Any:
    shape = reader.shapes.of(tensor)
    return _unknown(reader, tensor, rest, keywords, node) if shape is None else len(shape)


def _all_sizes(rest: tuple[Any, ...], named: Any) -> tuple[Any, ...]:
    given = rest if rest else (named,)
    return tuple(given[0]) if len(given) == 1 and isinstance(given[0], tuple | list) else given


def _view(reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Any:
    sizes = _all_sizes(rest, keywords.get("shape", keywords.get("size")))
    if len(sizes) == 1 and isinstance(sizes[0], Sizes):
        raise cannot_read(node, f"{shown(node)} cannot be read; write the sizes one by one.")
    return read_view(reader.shapes, tensor, sizes, node)


def _reshape(reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Any:
    """`x.reshape(x.size(0), 4, -1)` is the operation itself; with sizes of tensors it is what they say."""
    sizes = _all_sizes(rest, keywords.get("shape"))
    is_own = len(sizes) > 1 and isinstance(sizes[0], Size) and sizes[0] == reader.shapes.side(tensor, 0)
    if is_own and all(type(size) is int for size in sizes[1:]):
        return Applied((tensor,), operation="reshape", arguments={"shape": sizes[1:]})
    return _view(reader, tensor, rest, keywords, node)


def _permute(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    dims = _all_sizes(rest, keywords.get("dims"))
    if not all(type(dim) is int for dim in dims):
        raise cannot_read(node, f"{shown(node)} cannot be read; write the dimensions in their new order.")
    return Applied((tensor,), operation="permute", arguments={"dims": dims})


def _flatten(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    # PyTorch's own default joins the batch, too.
    return called(
        "flatten",
        tensor,
        (),
        {"start_dim": 0} | dict(zip(("start_dim", "end_dim"), rest, strict=False)) | keywords,
        node,
    )


def _norm(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    values = dict(zip(("p", "dim", "keepdim"), rest, strict=False)) | keywords
    if values.get("p", 2) in ("fro", None):
        values["p"] = 2
    return called("norm", tensor, (), values, node)


def _unflatten(reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    values = dict(zip(("dim", "sizes"), rest, strict=False)) | keywords
    sizes = values.get("sizes")
    if isinstance(sizes, Sizes) and type(values.get("dim")) is int:
        arguments = without_defaults("unflatten_like", {"dim": values["dim"], "start": sizes.start})
        return Applied((tensor, sizes.tensor), operation="unflatten_like", arguments=arguments)
    if isinstance(sizes, tuple | list) and type(values.get("dim")) is int:
        split = split_like(reader.shapes, tensor, values["dim"], sizes)
        if split is not None:
            return split
    if not isinstance(sizes, tuple | list):
        raise cannot_read(node, f"{shown(node)} cannot be read; write x.unflatten(1, (2, -1)).")
    unknown = [size if type(size) is int else -1 for size in sizes]
    return called("unflatten", tensor, (), values | {"sizes": tuple(unknown)}, node)


def _transpose(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    return called("transpose", tensor, rest, keywords, node)


def _matrix_transposed(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    return called("transpose", tensor, (0, 1, *rest), keywords, node)


def _arithmetic(name: str, tensor: Any, others: tuple[Any, ...], node: ast.AST) -> Applied:
    if len(others) == 1 and is_tensor(others[0]):
        return Applied((tensor, others[0]), operation=name)
    if len(others) == 1 and type(others[0]) in (int, float):
        number = others[0]
        if name == "divide" and number:
            return operation_on(tensor, "scale", {"number": 1 / number})
        if name in ("add", "subtract"):
            return operation_on(tensor, "add_number", {"number": number if name == "add" else -number})
        if name == "multiply":
            return operation_on(tensor, "scale", {"number": number})
    raise cannot_read(node, "this computation cannot be read; write it with +, -, *, / or @.")


def _power(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    number = rest[0] if rest else keywords.get("exponent")
    if type(number) not in (int, float):
        raise cannot_read(node, f"{shown(node)} cannot be read; write the power as a number: x ** 2.")
    return operation_on(tensor, "power", {"number": number})


def _bound(name: str, _: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    """`x.clamp_min(0)` and `x.clamp_max(1)`."""
    return called("clamp", tensor, (), {name: rest[0]} if rest else keywords, node)


def _negative(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:  # noqa: ARG001
    return operation_on(tensor, "scale", {"number": -1})


def _whole_numbers(name: str, parameter: str) -> Callable[..., Any]:
    """A method that takes several whole numbers, one by one or as a tuple: `x.repeat(1, 2, 1, 1)`, `x.flip(-1)`."""

    def read(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
        numbers = _all_sizes(rest, keywords.get(parameter))
        if not all(type(number) is int for number in numbers):
            raise cannot_read(node, f"{shown(node)} is only known when the network runs; write whole numbers.")
        return operation_on(tensor, name, {parameter: numbers})

    return read


def _roll(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    values = dict(zip(("shifts", "dims"), rest, strict=False)) | keywords
    pairs = {key: (value,) if type(value) is int else value for key, value in values.items()}
    return called("roll", tensor, (), pairs, node)


def _squeeze(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    if not rest and "dim" not in keywords:
        raise cannot_read(
            node,
            f"{shown(node)} takes away every dimension of size 1, also that of a batch of one sample; say which: "
            "x.squeeze(-1), or x.flatten(1) after a pooling to 1 x 1.",
        )
    return called("squeeze", tensor, rest, keywords, node)


def _expand_like(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    others = (*rest, *keywords.values())
    if len(others) != 1 or not is_tensor(others[0]):
        raise cannot_read(node, f"{shown(node)} cannot be read; write x.expand_as(y).")
    return Applied((tensor, others[0]), operation="expand_like")


def _dropout(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    p = rest[0] if rest else keywords.get("p", 0.5)
    training = rest[1] if len(rest) > 1 else keywords.get("training")
    if training != TRAINING:
        raise cannot_read(
            node, "this dropout also works while testing; write F.dropout(x, p, training=self.training) or nn.Dropout."
        )
    return operation_on(tensor, "dropout", {"p": p})


_SPECIAL: dict[str, Callable[..., Any]] = {
    "size": _size,
    "dim": _number_of_dimensions,
    "ndimension": _number_of_dimensions,
    "numel": _unknown,
    "view": _view,
    "reshape": _reshape,
    "permute": _permute,
    "flatten": _flatten,
    "unflatten": _unflatten,
    "transpose": _transpose,
    "t": _matrix_transposed,
    "pow": _power,
    "neg": _negative,
    "negative": _negative,
    "clamp": read_clamp,
    "clamp_min": partial(_bound, "min"),
    "clamp_max": partial(_bound, "max"),
    "repeat": _whole_numbers("repeat", "repeats"),
    "flip": _whole_numbers("flip", "dims"),
    "roll": _roll,
    "squeeze": _squeeze,
    "pad": read_pad,
    "expand": read_expand,
    "expand_as": _expand_like,
    "dropout": _dropout,
    "interpolate": read_interpolate,
    **{name: partial(read_pool, name) for name in ("max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d")},
    "norm": _norm,
    **{name: partial(read_over_dims, name) for name in ("mean", "sum", "amax", "amin")},
    **{name: partial(read_extreme, name) for name in ("max", "min")},
    **{name: partial(read_variance, name) for name in ("var", "std")},
    "chunk": read_chunk,
    "split": read_split,
    "unbind": read_unbind,
}
"""What must be read in a way of its own: from the name to what reads it."""
