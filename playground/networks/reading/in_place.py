"""Operations that change a tensor where it is: afterwards, all that stood for the tensor stands for the result."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.values import Applied, Unreadable, Variable, cannot_read

# What these give shares its memory with what they are given.
_PARTS = ("select", "item")
_VIEWS = frozenset(
    {
        *(*_PARTS, "chunk", "split", "slice", "detach", "expand", "expand_like"),
        *("flatten", "reshape", "unflatten", "permute", "transpose", "unsqueeze", "squeeze"),
    }
)


def change_in_place(reader: Reader, tensor: Any, result: Applied, node: ast.AST) -> Any:
    """The result of an operation in place, which every name of the tensor stands for from now on."""
    if reader.bind is None:
        return result
    while works_in_place(tensor):
        tensor = tensor.inputs[0]
    holders = [(scope, name) for scope in reader.scopes for name, value in scope.items() if _holds(value, tensor)]
    if not holders:
        return result
    bound = reader.bind(holders[0][1], result)
    for scope, name in holders:
        scope[name] = _replaced(scope[name], tensor, bound)
    why = cannot_read(node, "this changes a tensor in place that another name is a view of; write it without in place.")
    for scope, name in list(_views_of(reader, tensor)):
        scope[name] = Unreadable(why)
    return bound


def works_in_place(value: Any) -> bool:
    """Whether a layer was applied that writes its result over its input."""
    return isinstance(value, Applied) and value.node is not None and value.node.arguments.get("inplace") is True


def _holds(value: Any, tensor: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_holds(each, tensor) for each in value)
    return value is tensor


def _replaced(value: Any, tensor: Any, result: Any) -> Any:
    if isinstance(value, list):
        value[:] = [_replaced(each, tensor, result) for each in value]
        return value
    if isinstance(value, tuple):
        return tuple(_replaced(each, tensor, result) for each in value)
    return result if value is tensor else value


def _views_of(reader: Reader, tensor: Any) -> Iterator[tuple[Names, str]]:
    """The names of what shares its memory with a tensor: its views, and what it is a view of."""
    own = _looked_at(tensor)
    for scope in reader.scopes:
        for name, value in scope.items():
            if isinstance(value, Variable | Applied) and _shares(own, _looked_at(value)):
                yield scope, name


def _shares(one: list[Any], other: list[Any]) -> bool:
    """Whether two views share memory; two parts of one tensor do not."""
    if any(each is one[0] for each in other) or any(each is other[0] for each in one):
        return True
    return one[-1] is other[-1] and not (_has_part(one) and _has_part(other))


def _has_part(views: list[Any]) -> bool:
    return any(applied.operation in _PARTS for applied in map(_applied, views) if applied is not None)


def _looked_at(value: Any) -> list[Any]:
    """A view, what it looks at, and so on."""
    found = [value]
    applied = _applied(value)
    while applied is not None and applied.operation in _VIEWS:
        found.append(applied.inputs[0])
        applied = _applied(found[-1])
    return found


def _applied(value: Any) -> Applied | None:
    found = value.applied if isinstance(value, Variable) else value
    return found if isinstance(found, Applied) else None
