"""The functions of a file that make a network of a class without being given anything."""

from __future__ import annotations

import ast

from playground.networks.reading.changes import names_of_calls, walk


def makers(tree: ast.Module, name: str) -> list[str]:
    """The functions that need no arguments and give what a class makes, also by way of another function."""
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef) and _returns(each)}
    found = {name}
    size = 0
    while size != len(found):
        size = len(found)
        found |= {each for each, function in functions.items() if not found.isdisjoint(names_of_calls(function))}
    return [each for each, function in functions.items() if each in found and not required(function.args)]


def required(declared: ast.arguments) -> list[str]:
    """The parameters of a function that have no default."""
    positional = [*declared.posonlyargs, *declared.args]
    by_name = zip(declared.kwonlyargs, declared.kw_defaults, strict=True)
    needed = positional[: len(positional) - len(declared.defaults)]
    return [each.arg for each in (*needed, *(parameter for parameter, default in by_name if default is None))]


def _returns(function: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Return) and each.value is not None for each in walk(function))
