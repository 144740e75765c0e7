"""Operations that change a tensor where it is: afterwards, all that stood for the tensor stands for the result."""

from __future__ import annotations

import ast
from typing import Any

from playground.networks.reading.memory import Change, is_view, same_tensor
from playground.networks.reading.reader import Reader
from playground.networks.reading.values import Applied, is_tensor


def change_in_place(reader: Reader, tensor: Any, result: Applied, node: ast.AST) -> Any:
    """The result of an operation in place, which every name of the tensor stands for from now on."""
    if reader.bind is None:
        return result
    changed = same_tensor(tensor)
    if result.operation and not is_view(result):
        reader.changes.append(Change(tensor, node, result))
    for scope in reader.scopes:
        reader.budget.go_through(node, *scope.values())
    holders = [(scope, name) for scope in reader.scopes for name, value in scope.items() if _holds(value, changed)]
    if not holders:
        return result
    bound = reader.bind(holders[0][1], result)
    for scope, name in holders:
        scope[name] = _replaced(scope[name], changed, bound)
    return bound


def _holds(value: Any, tensor: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_holds(each, tensor) for each in value)
    if isinstance(value, dict):
        return any(_holds(each, tensor) for each in value.values())
    return is_tensor(value) and same_tensor(value) is tensor


def _replaced(value: Any, tensor: Any, result: Any) -> Any:
    if isinstance(value, list):
        value[:] = [_replaced(each, tensor, result) for each in value]
        return value
    if isinstance(value, dict):
        value.update({key: _replaced(each, tensor, result) for key, each in value.items()})
        return value
    if isinstance(value, tuple):
        return tuple(_replaced(each, tensor, result) for each in value)
    return result if _holds(value, tensor) else value
