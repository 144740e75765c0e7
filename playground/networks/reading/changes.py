"""What a statement may change, told by its text alone: for statements that cannot be followed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
CHANGING_METHODS = frozenset(
    {
        *("append", "extend", "insert", "pop", "popitem", "remove", "clear", "update", "setdefault", "reverse", "sort"),
        *("add_module", "register_module", "register_parameter", "register_buffer", "set_submodule"),
        *("__setattr__", "__setitem__", "__delattr__", "__delitem__"),
    }
)
# What `net = net.to(device)` and the like give is the same network.
_SAME = ("to", "cuda", "cpu", "eval", "train", "float", "half", "double", "requires_grad_", "apply", "compile")
_WRAPPERS = ("DataParallel", "DistributedDataParallel", "compile")
# Weights and how they are trained, which are no part of what a network is made of.
_WEIGHTS = ("data", "grad", "requires_grad", "training", "weight", "bias")
# How far functions are followed that call others.
_DEEPEST = 3


@dataclass(frozen=True)
class _Functions:
    """The functions of a file, and what is known of what each changes at a depth of calls."""

    definitions: Mapping[str, ast.FunctionDef]
    known: dict[tuple[str, int], set[str]] = field(default_factory=dict)


def changes(statement: ast.AST, functions: Mapping[str, ast.FunctionDef]) -> dict[str, bool]:
    """The names that a statement changes; true for those that it gives a value, false for those whose value it changes.

    `functions` are those of the file, which change what they are given.
    """
    return _changes(statement, _Functions(functions), 0)


def _changes(statement: ast.AST, functions: _Functions, depth: int) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for node in walk(statement):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.setdefault(node.id, True)
        elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            _note(node, found)
        elif isinstance(node, ast.AugAssign):
            _note(node.target, found)
        elif isinstance(node, ast.Call):
            for changed in _changed_by_call(node, functions, depth):
                _note(changed, found)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.setdefault(node.name, True)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update({(alias.asname or alias.name.partition(".")[0]): True for alias in node.names})
    for node in walk(statement):
        if isinstance(node, ast.Assign):
            for name in _unchanged(node):
                found.pop(name, None)
    return found


def loaded(node: ast.AST) -> set[str]:
    """The names that a statement, a function or a class uses from around it."""
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
    used = {each.id for each in names if isinstance(each.ctx, ast.Load)}
    if isinstance(node, ast.FunctionDef):
        used -= {each.id for each in names if not isinstance(each.ctx, ast.Load)}
    return used


def names_of_calls(node: ast.AST) -> set[str]:
    """The names of the functions and classes that are called in a statement, without what stands before their dot."""
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in calls}


def walk(node: ast.AST, *, deep: bool = True) -> Iterator[ast.AST]:
    """What stands in a node, without the bodies of functions and classes in it."""
    pending: list[ast.AST] = list(ast.iter_child_nodes(node)) if not deep else [node]
    while pending:
        each = pending.pop()
        yield each
        if deep and (not isinstance(each, _DEFINITIONS) or each is node):
            pending += ast.iter_child_nodes(each)


def _note(target: ast.AST, found: dict[str, bool]) -> None:
    """The name at the beginning of `net.fc[0].bias`, unless only weights are meant."""
    while isinstance(target, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(target, ast.Attribute) and target.attr in _WEIGHTS:
            return
        target = target.func if isinstance(target, ast.Call) else target.value
    if isinstance(target, ast.Name):
        found[target.id] = False


def _changed_by_call(node: ast.Call, functions: _Functions, depth: int) -> Iterator[ast.AST]:
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in CHANGING_METHODS:
        yield function.value
    elif isinstance(function, ast.Name) and function.id in ("setattr", "delattr"):
        yield from node.args[:1]
    elif isinstance(function, ast.Name) and function.id in functions.definitions and depth < _DEEPEST:
        definition = functions.definitions[function.id]
        changed = _changed_inside(function.id, functions, depth + 1)
        parameters = {each.arg for each in ast.walk(definition.args) if isinstance(each, ast.arg)}
        if changed & parameters:
            yield from (*node.args, *(keyword.value for keyword in node.keywords))
        globals_ = {name for each in ast.walk(definition) if isinstance(each, ast.Global) for name in each.names}
        yield from (ast.Name(name, ast.Load()) for name in (changed - parameters) | globals_)


def _changed_inside(name: str, functions: _Functions, depth: int) -> set[str]:
    """The names in a function whose values it changes."""
    if (name, depth) not in functions.known:
        inside = [_changes(each, functions, depth) for each in functions.definitions[name].body]
        functions.known[name, depth] = {each for found in inside for each, is_new in found.items() if not is_new}
    return functions.known[name, depth]


def _unchanged(node: ast.Assign) -> Iterator[str]:
    """The name in `net = net.to(device)` and in `net = nn.DataParallel(net)`."""
    target, value = node.targets[0], node.value
    if not isinstance(target, ast.Name) or len(node.targets) > 1 or not isinstance(value, ast.Call):
        return
    function = value.func
    owner = function.value if isinstance(function, ast.Attribute) and function.attr in _SAME else None
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    wrapped = value.args[0] if name in _WRAPPERS and value.args else None
    if any(isinstance(same, ast.Name) and same.id == target.id for same in (owner, wrapped)):
        yield target.id
