"""What a module is applied to: each parameter of its forward with what a call gives it, as Python binds them."""

from __future__ import annotations

import ast
import functools
import inspect
from typing import Any

from playground.networks.containers import CONTAINERS
from playground.networks.reading.classes import find_method
from playground.networks.reading.reader import Names
from playground.networks.reading.values import Node, cannot_read, shown


def given_to(module: Node, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Names:
    """The values of a call by the names of the forward's parameters, in their order; raises SpecError for a slip."""
    own = _own_parameters(module)
    positional = [each.arg for each in (*own.posonlyargs, *own.args)][1:] if own else _of_torch(module.type)
    names = [*positional, *(each.arg for each in own.kwonlyargs)] if own else positional
    called = module.class_name or module.type
    if own and len(arguments) > len(positional):
        takes = f"takes {len(positional)}" if own.vararg is None else "names these only"
        raise cannot_read(
            node,
            f"{shown(node)} gives {len(arguments)} inputs, and the forward of {called} {takes}: "
            f"{', '.join(positional) or 'none'}; give each input a parameter with a name.",
        )
    unknown = next((name for name in keywords if name not in names), None)
    if unknown is not None:
        raise cannot_read(
            node, f"the forward of {called} has no parameter {unknown!r}; it has {', '.join(names) or 'none'}."
        )
    twice = next((name for name in positional[: len(arguments)] if name in keywords), None)
    if twice is not None:
        raise cannot_read(node, f"{shown(node)} gives {twice!r} twice; give it once.")
    # What a layer of torch has no parameter for stays in its place, for the trace to say what the layer takes.
    beyond = [f"input {place}" for place in range(len(positional), len(arguments))]
    values = dict(zip([*positional, *beyond], arguments, strict=False)) | keywords
    return {name: values[name] for name in (*names, *beyond) if name in values}


def in_order(module: Node, given: Names, node: ast.Call) -> tuple[Any, ...]:
    """The inputs of a layer as it is called without names; raises SpecError where one before is left out."""
    own = _own_parameters(module)
    names = list(dict.fromkeys([*(_of_torch(module.type) if own is None else ()), *given]))
    last = max((place for place, name in enumerate(names) if given.get(name) is not None), default=-1)
    for name in names[: last + 1]:
        if given.get(name) is None:
            raise cannot_read(
                node,
                f"{shown(node)} leaves out {name!r} and gives what comes after it, which cannot be read; give "
                f"{', '.join(names[: last + 1])}, or leave the others out as well.",
            )
    return tuple(given[name] for name in names[: last + 1])


def is_miscounted(module: Node, count: int) -> bool:
    """Whether a forward of the source takes fewer inputs than these, or more."""
    declared = _own_parameters(module)
    if declared is None or declared.vararg is not None or any(each is None for each in declared.kw_defaults):
        return False
    positional = len(declared.posonlyargs) + len(declared.args) - 1
    return not positional - len(declared.defaults) <= count <= positional


def missing(module: Node, given: Names) -> str | None:
    """The first parameter without a default of a forward of the source that a call gives nothing."""
    declared = _own_parameters(module)
    if declared is None:
        return None
    positional = [each.arg for each in (*declared.posonlyargs, *declared.args)][1:]
    needed = positional[: len(positional) - len(declared.defaults)]
    needed += [
        each.arg for each, default in zip(declared.kwonlyargs, declared.kw_defaults, strict=True) if default is None
    ]
    return next((name for name in needed if name not in given), None)


def _own_parameters(module: Node) -> ast.arguments | None:
    """The parameters of the forward that the source has for a module, self among them."""
    method = find_method(module, "forward")
    return None if method is None else method.definition.args


@functools.cache
def _of_torch(type_name: str) -> tuple[str, ...]:
    """The parameters of the forward of a layer or a container of torch.nn."""
    from torch import nn

    if type_name in CONTAINERS and type_name != "Sequential":
        return ("x",)
    return tuple(inspect.signature(getattr(nn, type_name).forward).parameters)[1:]
