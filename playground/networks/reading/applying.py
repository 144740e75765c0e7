"""Operations applied to tensors, with their arguments as every spec has them: defaults are left out."""

from __future__ import annotations

import ast
from typing import Any

from playground.networks.operations import OPERATIONS
from playground.networks.reading.parts import is_plain
from playground.networks.reading.reader import Names
from playground.networks.reading.values import Applied, cannot_read


def operation_on(tensor: Any, name: str, values: Names) -> Applied:
    """An operation on one tensor."""
    return Applied((tensor,), operation=name, arguments=without_defaults(name, values))


def called(name: str, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Applied:
    """An operation on one tensor, called with these arguments; raises SpecError for those that it does not have."""
    return operation_on(tensor, name, arguments_of(name, rest, keywords, node))


def without_defaults(name: str, values: Names) -> Names:
    """The arguments that are not the operation's defaults."""
    defaults = {
        parameter.name: repr(parameter.default) for parameter in OPERATIONS[name].parameters if not parameter.required
    }
    tuples = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return {key: value for key, value in tuples.items() if repr(value) != defaults.get(key)}


def arguments_of(name: str, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Names:
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
    for parameter in OPERATIONS[name].parameters:
        if parameter.required and values.get(parameter.name) is None:
            example = f"; write {parameter.name}={parameter.first!r}" if parameter.first is not None else ""
            explanation = parameter.explanation.rstrip(".")
            raise cannot_read(
                node, f"{name} needs {parameter.name}: {explanation[:1].lower()}{explanation[1:]}{example}."
            )
    return values
