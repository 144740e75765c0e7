"""Functions and methods on tensors as operations: `F.relu(x)`, `x.view(x.size(0), -1)`, `torch.cat([a, b], 1)`."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from playground.networks.errors import SpecError
from playground.networks.operations import OPERATIONS
from playground.networks.reading.in_place import change_in_place
from playground.networks.reading.parts import is_plain, items
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.values import (
    TRAINING,
    Applied,
    Sizes,
    Unbound,
    Variable,
    Zeros,
    cannot_read,
    is_tensor,
    shown,
)
from playground.networks.reading.views import read_view

_SAME = ("contiguous", "clone", "float", "to", "type_as", "requires_grad_", "cpu", "cuda", "detach")
# Arguments that change how something is computed and not what.
_NO_MATTER = ("inplace", "dtype", "memory_format")
# Names of functions and methods whose operation is called otherwise here.
_NOT_IN_TORCH = frozenset(
    {"concatenate", "add_number", "scale", "item", "tuple", "expand_like", "interpolate_like", "swish"}
)
"""What operations are called here that torch has no function of that name and meaning for."""
_SYNONYMS = {
    "cat": "concatenate",
    "concat": "concatenate",
    "mul": "multiply",
    "sub": "subtract",
    "swish": "silu",
    "upsample": "interpolate",
    "mm": "matmul",
    "bmm": "matmul",
    "swapaxes": "transpose",
}
_MADE_HERE = frozenset(
    {
        *("tensor", "zeros", "ones", "empty", "full", "rand", "randn", "randint", "arange", "linspace", "eye", "tril"),
        *("triu", "zeros_like", "ones_like", "rand_like", "randn_like", "full_like", "as_tensor", "from_numpy"),
        *("Parameter", "meshgrid", "new_zeros", "new_ones", "Tensor", "FloatTensor", "LongTensor", "bernoulli"),
        *("normal", "randperm"),
    }
)


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
    if name in _MADE_HERE:
        raise made_here(node)
    keywords = {key: value for key, value in keywords.items() if key not in _NO_MATTER}
    tensor = arguments[0] if arguments else keywords.pop("input", None)
    rest = arguments[1:]
    if name == "concatenate":
        return _concatenate(tensor if tensor is not None else keywords.pop("tensors", ()), rest, keywords, node)
    if name == "scaled_dot_product_attention":
        return _attention(tensor, rest, keywords, node)
    if not is_tensor(tensor):
        raise cannot_read(node, f"{shown(node)} cannot be read: only layers and operations on the input can.")
    if name == "clone" and isinstance(tensor, Variable):
        return replace(tensor)
    if name in _SAME:
        return tensor
    if name in _SPECIAL:
        return _SPECIAL[name](reader, tensor, rest, keywords, node)
    if name in ("add", "subtract", "multiply", "matmul"):
        return _arithmetic(name, tensor, (*rest, *keywords.values()), node)
    if name in OPERATIONS:
        return _plain(name, tensor, rest, keywords, node)
    raise cannot_read(node, _unknown_function(name, node))


def _unknown_function(name: str, node: ast.Call) -> str:
    """Why a function cannot be read: it is misspelt, or there is none of it here."""
    import torch

    if any(hasattr(owner, name) for owner in (torch, torch.Tensor, torch.nn.functional)):
        return (
            f"the function {name!r} cannot be read; write it with layers of torch.nn and with what can: +, -, *, @, "
            "torch.cat, flatten, reshape, permute, mean, and the activations of F."
        )
    known = {*OPERATIONS, *_SPECIAL, *_SYNONYMS, *_SAME} - _NOT_IN_TORCH
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.7)
    near = near or [each for each in sorted(known) if sorted(each) == sorted(name)][:1]
    called = ast.unparse(node.func)
    start = called[: len(called) - len(name)] if called.endswith(name) else ""
    return f"there is no {called[:60]}" + (f"; did you mean {start}{near[0]}?" if near else " in PyTorch.")


def made_here(node: ast.AST) -> SpecError:
    """The error for a tensor of one's own, which a network here has no place for."""
    return cannot_read(
        node,
        f"{shown(node)} cannot be read: a network here computes with its input and its layers, and has no tensors "
        "made here. Use a layer of torch.nn that holds such a parameter (nn.Linear, nn.Embedding, nn.PReLU), "
        "or a number.",
    )


def operation_on(tensor: Any, name: str, values: Names) -> Applied:
    """An operation on one tensor; arguments that are its defaults are left out, as in every spec."""
    return Applied((tensor,), operation=name, arguments=_without_defaults(name, values))


def unbound_parts(reader: Reader, parts: Unbound, count: int, node: ast.AST) -> list[Any]:
    """The parts of a tensor that are given to as many names."""
    tensor = reader.bind("parts", parts.tensor) if reader.bind else parts.tensor
    if parts.size is None:
        return [operation_on(tensor, "select", {"dim": parts.dim, "index": index}) for index in range(count)]
    whole = reader.shapes.side(tensor, parts.dim)
    sizes = parts.size if isinstance(parts.size, list | tuple) else [parts.size] * count
    if len(set(sizes)) != 1 or len(sizes) != count or not _comes_out_even(whole, sizes[0], count):
        raise cannot_read(node, f"a split into such parts cannot be read; write x.chunk({count}, dim=...).")
    pieces = operation_on(tensor, "chunk", {"chunks": count, "dim": parts.dim})
    pieces_ = reader.bind("parts", pieces) if reader.bind else pieces
    return [operation_on(pieces_, "item", {"index": index}) for index in range(count)]


def _comes_out_even(whole: Any, size: Any, count: int) -> bool:
    """Whether as many parts make the whole, so that they are those of a chunk; of what is not known, it does."""
    if isinstance(whole, int) and isinstance(size, int):
        return whole == size * count
    return True


def _without_defaults(name: str, values: Names) -> Names:
    defaults = {
        parameter.name: repr(parameter.default) for parameter in OPERATIONS[name].parameters if not parameter.required
    }
    tuples = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return {key: value for key, value in tuples.items() if repr(value) != defaults.get(key)}


def _values(name: str, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Names:
    """The arguments of an operation, which come in the order of its parameters."""
    known = [parameter.name for parameter in OPERATIONS[name].parameters]
    if len(rest) > len(known):
        raise cannot_read(node, f"{name} takes {len(known)} arguments here; {len(rest)} are given.")
    values = dict(zip(known, rest, strict=False)) | keywords
    for key, value in values.items():
        if key not in known:
            raise cannot_read(node, f"the argument {key!r} of {name} cannot be read; leave it out.")
        if not is_plain(value):
            raise cannot_read(node, f"{key} is only known when the network runs; write its value.")
    return values


def _plain(name: str, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    return operation_on(tensor, name, _values(name, rest, keywords, node))


def _concatenate(tensors: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    dim = rest[0] if rest else keywords.get("dim", keywords.get("axis", 0))
    given = items(tensors, node) if not is_tensor(tensors) else []
    if not given or not all(map(is_tensor, given)) or type(dim) is not int:
        raise cannot_read(node, "torch.cat takes a list of tensors; write torch.cat([a, b], dim=1).")
    if len(given) == 1:
        return given[0]
    return Applied(tuple(given), operation="concatenate", arguments={} if dim == 1 else {"dim": dim})


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
    return Applied(inputs, operation=name, arguments=_without_defaults(name, _values(name, (), values, node)))


def _size(reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, _: ast.AST) -> Any:
    dimension = rest[0] if rest else keywords.get("dim")
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


def _permute(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    dims = _all_sizes(rest, keywords.get("dims"))
    if not all(type(dim) is int for dim in dims):
        raise cannot_read(node, f"{shown(node)} cannot be read; write the dimensions in their new order.")
    return Applied((tensor,), operation="permute", arguments={"dims": dims})


def _flatten(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    # PyTorch's own default joins the batch, too.
    return _plain(
        "flatten",
        tensor,
        (),
        {"start_dim": 0} | dict(zip(("start_dim", "end_dim"), rest, strict=False)) | keywords,
        node,
    )


def _unflatten(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    values = dict(zip(("dim", "sizes"), rest, strict=False)) | keywords
    sizes = values.get("sizes")
    if not isinstance(sizes, tuple | list):
        raise cannot_read(node, f"{shown(node)} cannot be read; write x.unflatten(1, (2, -1)).")
    unknown = [size if type(size) is int else -1 for size in sizes]
    return _plain("unflatten", tensor, (), values | {"sizes": tuple(unknown)}, node)


def _transpose(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    return _plain("transpose", tensor, rest, keywords, node)


def _matrix_transposed(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    return _plain("transpose", tensor, (0, 1, *rest), keywords, node)


def _arithmetic(name: str, tensor: Any, others: tuple[Any, ...], node: ast.AST) -> Applied:
    if len(others) == 1 and is_tensor(others[0]):
        return Applied((tensor, others[0]), operation=name)
    if len(others) == 1 and isinstance(others[0], int | float) and name in ("add", "multiply"):
        number = {"add": "add_number", "multiply": "scale"}[name]
        return Applied((tensor,), operation=number, arguments={"number": others[0]})
    raise cannot_read(node, "this computation cannot be read; write it with +, -, * or @.")


def _divide(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    number = rest[0] if rest else keywords.get("other")
    if not isinstance(number, int | float) or not number or len(rest) + len(keywords) != 1:
        raise cannot_read(node, "only a division by a number can be read.")
    return Applied((tensor,), operation="scale", arguments={"number": 1 / number})


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


def _interpolate(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    values = dict(zip(("size", "scale_factor", "mode", "align_corners"), rest, strict=False)) | keywords
    size = values.get("size")
    if isinstance(size, Sizes) and size.start in (2, -2):
        options = {key: value for key, value in values.items() if key in ("mode", "align_corners")}
        options = _without_defaults("interpolate_like", options)
        return Applied((tensor, size.tensor), operation="interpolate_like", arguments=options)
    return _plain("interpolate", tensor, (), values, node)


def _avg_pool2d(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    """Average pooling; over the whole image, as `F.avg_pool2d(x, x.size()[2:])`, with any size of the image."""
    kernel = rest[0] if rest else keywords.get("kernel_size")
    if isinstance(kernel, Sizes) and kernel.start in (2, -2) and len(rest) + len(keywords) == 1:
        return operation_on(tensor, "adaptive_avg_pool2d", {"output_size": 1})
    return _plain("avg_pool2d", tensor, rest, keywords, node)


def _mean(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    values = dict(zip(("dim", "keepdim"), rest, strict=False)) | keywords
    if "axis" in values:
        values["dim"] = values.pop("axis")
    if values.get("dim") is None:
        raise cannot_read(node, "a mean over everything cannot be read; say over which dimensions: x.mean(dim=(2, 3)).")
    return _plain("mean", tensor, (), values, node)


def _chunk(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    values = dict(zip(("chunks", "dim"), rest, strict=False)) | keywords
    return _plain("chunk", tensor, (), {"dim": 0} | values, node)


def _split(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Unbound:
    values = {"dim": 0} | dict(zip(("split_size", "dim"), rest, strict=False)) | keywords
    size = values.get("split_size", values.get("split_size_or_sections"))
    if size is None or type(values["dim"]) is not int:
        raise cannot_read(node, f"{shown(node)} cannot be read; write x.chunk(2, dim=1).")
    return Unbound(tensor, values["dim"], size)


def _unbind(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Unbound:
    dim = rest[0] if rest else keywords.get("dim", 0)
    if type(dim) is not int:
        raise cannot_read(node, f"{shown(node)} cannot be read; write x.unbind(0).")
    return Unbound(tensor, dim)


_SPECIAL: dict[str, Callable[..., Any]] = {
    "size": _size,
    "dim": _number_of_dimensions,
    "ndimension": _number_of_dimensions,
    "numel": _unknown,
    "view": _view,
    "reshape": _view,
    "permute": _permute,
    "flatten": _flatten,
    "unflatten": _unflatten,
    "transpose": _transpose,
    "t": _matrix_transposed,
    "div": _divide,
    "expand_as": _expand_like,
    "dropout": _dropout,
    "interpolate": _interpolate,
    "avg_pool2d": _avg_pool2d,
    "mean": _mean,
    "chunk": _chunk,
    "split": _split,
    "unbind": _unbind,
}
"""What must be read in a way of its own: from the name to what reads it."""
