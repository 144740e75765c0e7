"""The parameters of functions of a source, with the values of a call."""

from __future__ import annotations

import ast
from typing import Any

from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.values import cannot_read


def bound(reader: Reader, declared: ast.arguments, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> Names:
    """The parameters of a function with their values; raises SpecError for one too many or missing."""
    positional = [*declared.posonlyargs, *declared.args]
    values: Names = {}
    if len(arguments) > len(positional) and declared.vararg is None:
        raise cannot_read(node, f"{len(arguments)} arguments are given where there are {len(positional)} parameters.")
    if declared.vararg is not None:
        values[declared.vararg.arg] = tuple(arguments[len(positional) :])
    values |= {parameter.arg: value for parameter, value in zip(positional, arguments, strict=False)}
    known = {parameter.arg for parameter in (*positional, *declared.kwonlyargs)}
    extra = {name: value for name, value in keywords.items() if name not in known}
    if declared.kwarg is not None:
        values[declared.kwarg.arg] = extra
    elif extra:
        there = ", ".join(sorted(known - {"self"})) or "none"
        raise cannot_read(node, f"there is no parameter {next(iter(extra))!r}; there are {there}.")
    values |= {name: value for name, value in keywords.items() if name in known}
    return values | _defaults(reader, declared, values, node)


def _defaults(reader: Reader, declared: ast.arguments, given: Names, node: ast.AST) -> Names:
    positional = [*declared.posonlyargs, *declared.args]
    defaults = dict(zip(reversed(positional), reversed(declared.defaults), strict=False))
    defaults |= {
        parameter: default
        for parameter, default in zip(declared.kwonlyargs, declared.kw_defaults, strict=True)
        if default is not None
    }
    values: Names = {}
    for parameter in (*positional, *declared.kwonlyargs):
        if parameter.arg in given:
            continue
        if parameter not in defaults:
            raise cannot_read(node, f"the argument {parameter.arg!r} is missing; give it a value or a default.")
        values[parameter.arg] = reader.value(defaults[parameter], reader.globals)
    return values
