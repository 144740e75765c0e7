"""The statements of a source: assignments, loops, and what holds where an if is known."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterator
from typing import Any

from playground.networks.errors import SpecError
from playground.networks.reading import library
from playground.networks.reading.applying import operation_on
from playground.networks.reading.arithmetic import binary
from playground.networks.reading.as_python import as_python_would
from playground.networks.reading.expressions import truth
from playground.networks.reading.in_place import change_in_place
from playground.networks.reading.inheritance import define_class
from playground.networks.reading.initialization import Modules
from playground.networks.reading.limits import MAX_LENGTH
from playground.networks.reading.memory import works_in_place
from playground.networks.reading.module_trees import put
from playground.networks.reading.parts import extend, items, one_by_one, remove, set_attribute
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.refusals import check_context, instead_of_assignment, instead_of_statement
from playground.networks.reading.signatures import function_of
from playground.networks.reading.splitting import unbound_parts
from playground.networks.reading.states import parts_given, states_of
from playground.networks.reading.values import (
    IGNORED,
    ClassValue,
    Node,
    Record,
    Return,
    Several,
    Sizes,
    StateOf,
    TorchName,
    Unbound,
    cannot_read,
    is_output_with_state,
    is_tensor,
    shown,
)

_IGNORED_STATEMENTS = (ast.Pass, ast.Assert)


class _Leave(Exception):  # noqa: N818 - it ends a round of a loop and never leaves this file: break or continue
    def __init__(self, again: bool) -> None:
        super().__init__()
        self.again = again


def follow(reader: Reader, statements: list[ast.stmt], names: Names) -> None:
    """Goes through statements; raises Return at a return."""
    for statement in statements:
        reader.budget.spend(statement)
        script = reader.script
        if script and script.skips(statement, names):
            continue
        try:
            _follow_one(reader, statement, names)
        except SpecError as error:
            reader.script = script
            if reader.initializing:
                continue
            if script is None or reader.budget.is_spent:
                raise
            script.pass_over(statement, error, names)
        else:
            if script:
                script.followed(statement, names)


def _follow_one(reader: Reader, node: ast.stmt, names: Names) -> None:
    match node:
        case ast.Assign():
            value = reader.value(node.value, names)
            for target in node.targets:
                assign(reader, target, value, names)
        case ast.AnnAssign():
            if node.value is not None:
                assign(reader, node.target, reader.value(node.value, names), names)
        case ast.AugAssign():
            _augment(reader, node, names)
        case ast.Expr():
            if not _says_nothing(reader, node.value, names):
                value = reader.value(node.value, names)
                if works_in_place(value):
                    change_in_place(reader, value.inputs[0], value, node)
        case ast.If():
            reader.follow(node.body if truth(reader, node.test, names) else node.orelse, names)
        case ast.For():
            _for(reader, node, names)
        case ast.While():
            _while(reader, node, names)
        case ast.Return():
            raise Return(None if node.value is None else reader.value(node.value, names))
        case ast.FunctionDef():
            names[node.name] = function_of(reader, node, names)
        case ast.ClassDef():
            names[node.name] = define_class(reader, node, names)
        case ast.Import() | ast.ImportFrom():
            library.import_names(reader, node, names)
        case ast.With():
            check_context(reader, node)
            reader.follow(node.body, names)
        case ast.Try() if reader.script:
            reader.follow([*node.body, *node.orelse, *node.finalbody], names)
        case ast.Global():
            names.update(dict.fromkeys(map(_global, node.names), True))
        case ast.Delete():
            for target in node.targets:
                _delete(reader, target, names)
        case ast.Break() | ast.Continue():
            raise _Leave(isinstance(node, ast.Continue))
        case ast.Raise():
            said = _words_of(reader, node, names)
            raise cannot_read(node, f"with these arguments the source raises an error: {said}; give it others.")
        case _ if isinstance(node, _IGNORED_STATEMENTS):
            pass
        case _:
            raise cannot_read(node, instead_of_statement(node))


def _words_of(reader: Reader, node: ast.Raise, names: Names) -> str:
    """The text with which a source raises an error, where it is known."""
    arguments = node.exc.args if isinstance(node.exc, ast.Call) else []
    try:
        said = reader.value(arguments[0], names) if arguments else None
    except SpecError:
        said = None
    return said.rstrip(".") if isinstance(said, str) else shown(node)


def _says_nothing(reader: Reader, node: ast.expr, names: Names) -> bool:
    """Whether this is a call, for its effect alone, of something imported from outside PyTorch: logging, say."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    function = names.get(node.func.id, reader.globals.get(node.func.id))
    return isinstance(function, TorchName) and not function.name.startswith("torch.")


def _global(name: str) -> str:
    """What says in a scope that a name is one of the file; no name of Python has a space."""
    return f"global {name}"


def assign(reader: Reader, target: ast.expr, value: Any, names: Names) -> None:
    """Gives a value to a name, an attribute, an item, or its parts to several of these."""
    match target:
        case ast.Name():
            scope = reader.globals if _global(target.id) in names else names
            scope[target.id] = _named(reader, target.id, value)
        case ast.Attribute():
            owner = reader.value(target.value, names)
            if isinstance(owner, ClassValue) and reader.bind:
                raise cannot_read(target, f"a forward that changes a class cannot be read; leave {shown(target)} out.")
            set_attribute(owner, target.attr, value, target)
        case ast.Tuple() | ast.List():
            for part, item in _shared_out(reader, target, value):
                assign(reader, part, item, names)
        case ast.Subscript():
            owner = reader.value(target.value, names)
            if is_tensor(owner):
                raise cannot_read(target, instead_of_assignment(target))
            key = reader.value(target.slice, names)
            reader.budget.go_through(target, key)
            _set_item(target, owner, key, value)
        case _:
            raise cannot_read(target, f"an assignment to {shown(target)} cannot be read; give the value a name.")


def _named(reader: Reader, name: str, value: Any) -> Any:
    """A value that is given a name; in a forward its tensors keep it."""
    if reader.bind and is_tensor(value):
        return reader.bind(name, value)
    if reader.bind and type(value) is tuple and value and all(map(is_tensor, value)):
        return Several(value, name)
    return value


def _shared_out(reader: Reader, target: ast.Tuple | ast.List, value: Any) -> list[tuple[ast.expr, Any]]:
    """Each target with its part of a value; a starred one takes what the others leave."""
    starred = [index for index, part in enumerate(target.elts) if isinstance(part, ast.Starred)]
    if not starred:
        return list(zip(target.elts, _unpacked(reader, value, len(target.elts), target), strict=True))
    if len(starred) > 1:
        raise cannot_read(target, f"{shown(target)} has more than one star; write one.")
    values, first, after = items(value, target), starred[0], len(target.elts) - starred[0] - 1
    if len(values) < first + after:
        raise cannot_read(target, f"{len(values)} values cannot be given to {len(target.elts)} names.")
    end = len(values) - after
    given = [*values[:first], list(values[first:end]), *values[end:]]
    targets = [part.value if isinstance(part, ast.Starred) else part for part in target.elts]
    return list(zip(targets, given, strict=True))


def _unpacked(reader: Reader, value: Any, count: int, at: ast.AST) -> list[Any]:
    if value is IGNORED:
        return [IGNORED] * count
    if isinstance(value, Sizes):
        if value.start >= 0:
            reader.shapes.set_rank(value.tensor, value.start + count)
        return [reader.shapes.side(value.tensor, value.start + index) for index in range(count)]
    if is_output_with_state(value):
        value = parts_given(reader.bind("out", value) if reader.bind else value)
    if isinstance(value, StateOf):
        return states_of(value, count)
    if isinstance(value, Unbound):
        return unbound_parts(reader, value, count, at)
    if is_tensor(value):
        tensor = reader.bind("parts", value) if reader.bind else value
        return [operation_on(tensor, "item", {"index": index}) for index in range(count)]
    values = items(value, at)
    if len(values) != count:
        raise cannot_read(at, f"{len(values)} values cannot be given to {count} names.")
    return values


def _set_item(target: ast.Subscript, owner: Any, key: Any, value: Any) -> None:
    if isinstance(owner, Node) and isinstance(value, Node):
        put(owner, str(key), value, target)
    elif isinstance(owner, dict | list):
        as_python_would(target, operator.setitem, owner, key, value)
    else:
        raise cannot_read(target, f"an assignment to {shown(target)} cannot be read; give the value a name.")


def _delete(reader: Reader, target: ast.expr, names: Names) -> None:
    match target:
        case ast.Name():
            names.pop(target.id, None)
        case ast.Attribute():
            owner = reader.value(target.value, names)
            if isinstance(owner, Node):
                owner.children.pop(target.attr, None)
                owner.attributes.pop(target.attr, None)
            elif isinstance(owner, ClassValue | Record):
                owner.attributes.pop(target.attr, None)
            else:
                raise cannot_read(target, f"del {shown(target)} cannot be read; leave it out.")
        case ast.Subscript():
            owner, key = reader.value(target.value, names), reader.value(target.slice, names)
            reader.budget.go_through(target, key)
            remove(owner, key, target)
        case _:
            raise cannot_read(target, f"del {shown(target)} cannot be read; leave it out.")


def _augment(reader: Reader, node: ast.AugAssign, names: Names) -> None:
    target: Any = node.target
    owner = reader.value(target, names)
    value = reader.value(node.value, names)
    if isinstance(owner, list) and isinstance(node.op, ast.Add):
        reader.budget.go_through(node, value)
        extend(owner, value, node)
        return
    result = binary(reader, node.op, owner, value, node)
    if is_tensor(owner) and not isinstance(node.op, ast.MatMult):
        result = change_in_place(reader, owner, result, node)
    assign(reader, target, result, names)


def _for(reader: Reader, node: ast.For, names: Names) -> None:
    values = reader.value(node.iter, names)
    if values is IGNORED:
        return
    outer = reader.initializing
    reader.initializing = outer or isinstance(values, Modules)
    try:
        for value in _each(reader, values, node.iter):
            assign(reader, node.target, value, names)
            if not _goes_on(reader, node, names):
                return
    finally:
        reader.initializing = outer
    reader.follow(node.orelse, names)


def _each(reader: Reader, values: Any, at: ast.expr) -> Iterator[Any]:
    """What a loop goes through; a list may grow on the way, and an iterator computes each when it is taken."""
    if not isinstance(values, list | Iterator):
        reader.budget.go_through(at, values)
        yield from items(values, at, reader.shapes)
        return
    if isinstance(values, Iterator):
        yield from one_by_one(values, at)
        return
    for rounds, value in enumerate(values):
        if rounds >= MAX_LENGTH:
            raise cannot_read(at, f"this has more than {MAX_LENGTH:,} values, the limit.")
        yield value


def _while(reader: Reader, node: ast.While, names: Names) -> None:
    rounds = 0
    while truth(reader, node.test, names):
        rounds += 1
        if rounds > MAX_LENGTH:
            raise cannot_read(node, f"this loop takes more than {MAX_LENGTH:,} rounds; write a for loop over a range.")
        if not _goes_on(reader, node, names):
            return
    reader.follow(node.orelse, names)


def _goes_on(reader: Reader, loop: ast.For | ast.While, names: Names) -> bool:
    """Follows one round of a loop; false where it leaves the loop."""
    reader.budget.spend(loop)
    try:
        reader.follow(loop.body, names)
    except _Leave as leave:
        return leave.again
    return True
