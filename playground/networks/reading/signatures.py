"""The functions of a source where they are defined, and their parameters with the values of a call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from playground.networks.errors import SpecError
from playground.networks.reading.changes import changes
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.values import FunctionValue, Unreadable, cannot_read


class ClassScope(Names):
    """The names in the body of a class, which its methods do not see: they see those `around` the class."""

    def __init__(self, around: Names, globals_: Names) -> None:
        super().__init__({} if around is globals_ else around)
        self.around = around
        self._own: dict[str, None] = {}

    def __setitem__(self, name: str, value: Any) -> None:
        self._own[name] = None
        super().__setitem__(name, value)

    def own(self) -> Names:
        """What the body has given names to."""
        return {name: self[name] for name in self._own if name in self}


def function_of(reader: Reader, definition: ast.FunctionDef | ast.Lambda, names: Names) -> FunctionValue:
    """The function that a definition makes, with its defaults, which are computed there and once."""
    defaults = {parameter.arg: _known(reader, default, names) for parameter, default in _pairs(definition.args)}
    around = names.around if isinstance(names, ClassScope) else names
    return FunctionValue(definition, around, defaults=defaults)


def bound(reader: Reader, function: FunctionValue, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> Names:
    """The parameters of a function with their values; raises SpecError for one too many or missing."""
    declared = function.definition.args
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
    return values | _defaults(reader, function, values, node)


def _defaults(reader: Reader, function: FunctionValue, given: Names, node: ast.AST) -> Names:
    declared = function.definition.args
    defaults = {parameter.arg: default for parameter, default in _pairs(declared)}
    values: Names = {}
    for parameter in (*declared.posonlyargs, *declared.args, *declared.kwonlyargs):
        name = parameter.arg
        if name in given:
            continue
        if name not in defaults:
            raise cannot_read(node, f"the argument {name!r} is missing; give it a value or a default.")
        # A helper of torchvision is defined in a file of its own, of which nothing is followed.
        found = function.defaults[name] if name in function.defaults else reader.value(defaults[name], reader.globals)
        if isinstance(found, Unreadable):
            raise found.error
        if reader.bind and isinstance(found, list | dict) and _changes(function.definition, name):
            raise cannot_read(
                defaults[name],
                f"this default is kept from one forward to the next, and {name} is changed; write {name}=None, and "
                f"if {name} is None: {name} = {ast.unparse(defaults[name])}",
            )
        values[name] = found
    return values


def _known(reader: Reader, default: ast.expr, names: Names) -> Any:
    """The value of a default, or why it is not known, which matters only where it is used."""
    try:
        return reader.value(default, names)
    except SpecError as error:
        if reader.budget.is_spent:
            raise
        return Unreadable(error)


def _pairs(declared: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr]]:
    """The parameters that have a default, with it."""
    positional = [*declared.posonlyargs, *declared.args]
    if declared.defaults:
        yield from zip(positional[-len(declared.defaults) :], declared.defaults, strict=True)
    for parameter, default in zip(declared.kwonlyargs, declared.kw_defaults, strict=True):
        if default is not None:
            yield parameter, default


def _changes(definition: ast.FunctionDef | ast.Lambda, name: str) -> bool:
    """Whether a function changes what a parameter stands for."""
    body = definition.body if isinstance(definition, ast.FunctionDef) else [definition.body]
    return any(changes(each, {}).get(name) is False for each in body)
