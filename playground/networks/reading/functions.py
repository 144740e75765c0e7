"""Functions and methods on tensors as operations: `F.relu(x)`, `x.view(x.size(0), -1)`, `torch.cat([a, b], 1)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from playground.networks.operations import OPERATIONS
from playground.networks.reading.values import Applied, Size, Sizes, TorchName, cannot_read, is_tensor, shown

if TYPE_CHECKING:
    from playground.networks.reading.interpreter import Interpreter, Names

_SAME = ("expand_as", "contiguous", "clone", "float", "to", "type_as", "requires_grad_", "cpu", "cuda")
# Arguments that change how something is computed and not what.
_NO_MATTER = ("inplace", "dtype", "memory_format")


def read_function(reader: Interpreter, name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """A call on tensors as an operation; raises SpecError, with the place, for what cannot be said so."""
    keywords = {key: value for key, value in keywords.items() if key not in _NO_MATTER}
    tensor = arguments[0] if arguments else keywords.pop("input", None)
    rest = arguments[1:]
    if name == "concatenate":
        return _concatenate(reader, tensor if tensor is not None else keywords.pop("tensors", ()), rest, keywords, node)
    if not is_tensor(tensor):
        raise cannot_read(
            node, f"{shown(node)} cannot be read: only layers and operations on the input can, not tensors made here."
        )
    if name in _SAME:
        return tensor
    if name in ("size", "dim", "numel"):
        return _size(name, tensor, rest, keywords, node)
    if name in ("view", "reshape"):
        return _reshape(tensor, _all_sizes(rest, keywords.get("shape")), node)
    if name == "permute":
        return Applied((tensor,), operation="permute", arguments={"dims": _all_sizes(rest, keywords.get("dims"))})
    if name in ("add", "subtract", "multiply", "matmul"):
        return _arithmetic(name, tensor, (*rest, *keywords.values()), node)
    if name == "dropout":
        return _dropout(tensor, rest, keywords, node)
    if name == "interpolate":
        return _interpolate(tensor, rest, keywords, node)
    if name == "flatten":
        # PyTorch's own default joins the batch, too.
        return _plain(
            name,
            tensor,
            (),
            {"start_dim": 0} | dict(zip(("start_dim", "end_dim"), rest, strict=False)) | keywords,
            node,
        )
    if name == "mean":
        return _mean(tensor, rest, keywords, node)
    if name == "chunk":
        return _chunk(tensor, rest, keywords, node)
    if name in OPERATIONS:
        return _plain(name, tensor, rest, keywords, node)
    raise cannot_read(node, f"the function {name!r} cannot be read; there are {', '.join(OPERATIONS)}.")


def _plain(name: str, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    """An operation whose arguments come in the order of its parameters."""
    known = [parameter.name for parameter in OPERATIONS[name].parameters]
    if len(rest) > len(known):
        raise cannot_read(node, f"{name} takes {len(known)} arguments here; {len(rest)} are given.")
    values = dict(zip(known, rest, strict=False)) | keywords
    for key, value in values.items():
        if key not in known:
            raise cannot_read(node, f"the argument {key!r} of {name} cannot be read; leave it out.")
        _check_known(value, key, node)
    return operation_on(tensor, name, values)


def operation_on(tensor: Any, name: str, values: Names) -> Applied:
    """An operation on one tensor; arguments that are its defaults are left out, as in every spec."""
    defaults = {
        parameter.name: repr(parameter.default) for parameter in OPERATIONS[name].parameters if not parameter.required
    }
    kept = {key: value for key, value in _tuples(values).items() if repr(value) != defaults.get(key)}
    return Applied((tensor,), operation=name, arguments=kept)


def _check_known(value: Any, name: str, node: ast.AST) -> None:
    if not isinstance(value, bool | int | float | str | tuple | list | None):
        raise cannot_read(node, f"{name} is only known when the network runs; write its value.")


def _tuples(values: Names) -> Names:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _concatenate(reader: Interpreter, tensors: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    dim = rest[0] if rest else keywords.get("dim", keywords.get("axis", 0))
    given = reader.items(tensors, node) if not is_tensor(tensors) else []
    if not given or not all(map(is_tensor, given)):
        raise cannot_read(node, "torch.cat takes a list of tensors; write torch.cat([a, b], dim=1).")
    return Applied(tuple(given), operation="concatenate", arguments={} if dim == 1 else {"dim": dim})


def _size(name: str, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Any:
    if name != "size":
        raise cannot_read(node, f"{name}() is only known when the network runs; write the number.")
    dimension = rest[0] if rest else keywords.get("dim")
    return Sizes(tensor) if dimension is None else Size(tensor, dimension)


def _all_sizes(rest: tuple[Any, ...], named: Any) -> tuple[Any, ...]:
    given = rest if rest else (named,)
    return tuple(given[0]) if len(given) == 1 and isinstance(given[0], tuple | list) else given


def _reshape(tensor: Any, sizes: tuple[Any, ...], node: ast.AST) -> Applied:
    """A reshape that keeps the batch: its size comes first, as `x.size(0)`, or as -1 before numbers."""
    first, *others = sizes
    unknown = [index for index, size in enumerate(others) if isinstance(size, Size)]
    if len(unknown) == 1 and -1 not in others:
        others[unknown[0]] = -1
    keeps_batch = (isinstance(first, Size) and first.dimension == 0) or (first == -1 and -1 not in others)
    if not keeps_batch or not others or not all(isinstance(size, int) for size in others):
        raise cannot_read(
            node, f"{shown(node)} cannot be read; keep the batch first: x.view(x.size(0), -1), or x.flatten(1)."
        )
    if others == [-1]:
        return Applied((tensor,), operation="flatten", arguments={})
    return Applied((tensor,), operation="reshape", arguments={"shape": tuple(others)})


def _arithmetic(name: str, tensor: Any, others: tuple[Any, ...], node: ast.AST) -> Applied:
    if len(others) == 1 and is_tensor(others[0]):
        return Applied((tensor, others[0]), operation=name)
    if len(others) == 1 and isinstance(others[0], int | float) and name in ("add", "multiply"):
        number = {"add": "add_number", "multiply": "scale"}[name]
        return Applied((tensor,), operation=number, arguments={"number": others[0]})
    raise cannot_read(node, "this computation cannot be read; write it with +, -, * or @.")


def _dropout(tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    p = rest[0] if rest else keywords.get("p", 0.5)
    training = rest[1] if len(rest) > 1 else keywords.get("training")
    if training != TorchName("self.training"):
        raise cannot_read(
            node, "this dropout also works while testing; write F.dropout(x, p, training=self.training) or nn.Dropout."
        )
    return operation_on(tensor, "dropout", {"p": p})


def _interpolate(tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    values = dict(zip(("size", "scale_factor", "mode", "align_corners"), rest, strict=False)) | keywords
    size = values.get("size")
    if isinstance(size, Sizes) and size.start in (2, -2):
        options = {key: value for key, value in values.items() if key in ("mode", "align_corners")}
        return Applied((tensor, size.tensor), operation="interpolate_like", arguments=options)
    return _plain("interpolate", tensor, (), values, node)


def _mean(tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    values = dict(zip(("dim", "keepdim"), rest, strict=False)) | keywords
    dims = values.get("dim")
    if dims is None:
        raise cannot_read(node, "a mean over everything cannot be read; say over which dimensions: x.mean(dim=(2, 3)).")
    return operation_on(tensor, "mean", {"dim": dims, "keepdim": values.get("keepdim", False)})


def _chunk(tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    values = dict(zip(("chunks", "dim"), rest, strict=False)) | keywords
    return _plain("chunk", tensor, (), {"dim": 0} | values, node)
