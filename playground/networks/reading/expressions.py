"""The expressions of a source, with what is known of their values."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Iterator
from typing import Any

from playground.networks.operations import OPERATIONS as FUNCTIONS
from playground.networks.reading.arithmetic import binary, holds, unary
from playground.networks.reading.as_python import as_python_would
from playground.networks.reading.calls import mapping, read_call
from playground.networks.reading.limits import MAX_NUMBER
from playground.networks.reading.lookups import attribute, subscript
from playground.networks.reading.parts import items
from playground.networks.reading.python_functions import BUILTINS
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.refusals import instead_of_expression
from playground.networks.reading.signatures import function_of
from playground.networks.reading.values import (
    IGNORED,
    TRAINING,
    Size,
    Sizes,
    TorchName,
    Unreadable,
    cannot_read,
    is_tensor,
    shown,
)

# How a whole number or a text stands in an f-string: at most 99 characters wide.
_LIMITED = frozenset({int, str, list, tuple, dict})
_PLAIN_FORMAT = re.compile(r"[<>^0]{0,2}\d{0,2}[ds]?")


def value(reader: Reader, node: ast.expr, names: Names) -> Any:
    """What an expression stands for."""
    reader.budget.spend(node)
    match node:
        case ast.Name():
            return _name(reader, node, names)
        case ast.Attribute():
            return attribute(reader, node, reader.value(node.value, names))
        case ast.Constant():
            if type(node.value) is int and node.value > MAX_NUMBER:
                reader.budget.keep(node, node.value)
            return node.value
        case ast.Call():
            return _kept(reader, node, read_call(reader, node, names))
        case ast.BinOp():
            return binary(reader, node.op, reader.value(node.left, names), reader.value(node.right, names), node)
        case ast.UnaryOp():
            return _unary(reader, node, names)
        case ast.BoolOp():
            return _boolean(reader, node, names)
        case ast.Compare():
            return _compare(reader, node, names)
        case ast.IfExp():
            return reader.value(node.body if truth(reader, node.test, names) else node.orelse, names)
        case ast.Tuple():
            return _kept(reader, node, tuple(_elements(reader, node.elts, names)))
        case ast.List() | ast.Set():
            return _kept(reader, node, list(_elements(reader, node.elts, names)))
        case ast.Dict():
            return _kept(reader, node, _dictionary(reader, node, names))
        case ast.ListComp():
            found = [reader.value(node.elt, scope) for scope in _inner(reader, node.generators, names)]
            return _kept(reader, node, found)
        case ast.GeneratorExp():
            # Each value is computed when it is taken: what takes it may change what the next one depends on.
            return (reader.value(node.elt, scope) for scope in _inner(reader, node.generators, names))
        case ast.DictComp():
            made: Names = {}
            for scope in _inner(reader, node.generators, names):
                _put(reader, made, node.key, node.value, scope)
            return made
        case ast.Subscript():
            return _kept(reader, node, subscript(reader, node, names))
        case ast.Lambda():
            return function_of(reader, node, names)
        case ast.JoinedStr():
            parts = [str(_kept(reader, part, reader.value(part, names))) for part in node.values]
            return _kept(reader, node, "".join(parts))
        case ast.FormattedValue():
            return _formatted(reader, node, names)
        case ast.NamedExpr():
            names[node.target.id] = reader.value(node.value, names)
            return names[node.target.id]
    raise cannot_read(node, instead_of_expression(node))


def _kept(reader: Reader, node: ast.expr, made: Any) -> Any:
    """What an expression made, if it is not too large."""
    if type(made) in _LIMITED:
        reader.budget.keep(node, made)
    return made


def truth(reader: Reader, test: ast.expr, names: Names) -> bool:
    """Whether a condition holds; raises SpecError where only a run would say."""
    given = reader.value(test, names)
    if given == TRAINING:
        raise cannot_read(
            test,
            "a network here computes the same while training and while testing, but for dropout and normalisation: "
            "remove this if, and keep the part for testing.",
        )
    if is_tensor(given) or isinstance(given, Size | Sizes) or given is IGNORED:
        raise cannot_read(test, f"whether {shown(test)} holds is only known when the network runs; remove this if.")
    return bool(given)


def _name(reader: Reader, node: ast.Name, names: Names) -> Any:
    for scope in (names, reader.globals):
        if node.id in scope:
            return _known(node, scope[node.id])
    if node.id in BUILTINS:
        return TorchName(node.id)
    if "* of torch.nn" in reader.globals and node.id[:1].isupper():
        return TorchName(f"torch.nn.{node.id}")
    if "* of torch.nn.functional" in reader.globals and node.id in FUNCTIONS:
        return TorchName(f"torch.nn.functional.{node.id}")
    raise cannot_read(node, f"the name {node.id!r} is not known here; define it above, or give its value.")


def _known(node: ast.Name, given: Any) -> Any:
    if isinstance(given, Unreadable):
        line = given.error.line
        raise cannot_read(node, f"{node.id!r} is not known here: line {line} cannot be read; write its value.")
    return given


def _unary(reader: Reader, node: ast.UnaryOp, names: Names) -> Any:
    if isinstance(node.op, ast.Not):
        return not truth(reader, node.operand, names)
    return unary(node.op, reader.value(node.operand, names), node)


def _boolean(reader: Reader, node: ast.BoolOp, names: Names) -> Any:
    given: Any = None
    for each in node.values:
        given = reader.value(each, names)
        if is_tensor(given) or isinstance(given, Size):
            truth(reader, each, names)
        if given == TRAINING and isinstance(node.op, ast.And):
            # What else must hold may be known not to.
            rest = ast.BoolOp(node.op, [other for other in node.values if other is not each])
            return False if not _boolean(reader, rest, names) else given
        if bool(given) == isinstance(node.op, ast.Or):
            return given
    return given


def _compare(reader: Reader, node: ast.Compare, names: Names) -> bool:
    left = reader.value(node.left, names)
    for sign, comparator in zip(node.ops, node.comparators, strict=True):
        right = reader.value(comparator, names)
        if not holds(reader, sign, left, right, node):
            return False
        left = right
    return True


def _elements(reader: Reader, nodes: list[ast.expr], names: Names) -> Iterator[Any]:
    for node in nodes:
        if isinstance(node, ast.Starred):
            yield from _kept(reader, node, items(reader.value(node.value, names), node, reader.shapes))
        else:
            yield reader.value(node, names)


def _dictionary(reader: Reader, node: ast.Dict, names: Names) -> Names:
    result: Names = {}
    for key, each in zip(node.keys, node.values, strict=True):
        if key is None:
            result |= _kept(reader, each, mapping(reader.value(each, names), each))
        else:
            _put(reader, result, key, each, names)
    return result


def _put(reader: Reader, made: Names, key: ast.expr, each: ast.expr, names: Names) -> None:
    """Puts a value into a dictionary, under a key that may not be hashable."""
    at = reader.value(key, names)
    reader.budget.go_through(key, at)
    as_python_would(key, operator.setitem, made, at, reader.value(each, names))


def _inner(reader: Reader, generators: list[ast.comprehension], names: Names) -> Iterator[Names]:
    """The names in a comprehension, as often as it computes its value: always the same, which functions in it keep."""
    first = reader.value(generators[0].iter, names)
    return _comprehension(reader, generators, first, dict(names))


def _comprehension(reader: Reader, generators: list[ast.comprehension], values: Any, scope: Names) -> Iterator[Names]:
    first, *rest = generators
    reader.budget.go_through(first.iter, values)
    for each in items(values, first.iter, reader.shapes):
        _give(first.target, each, scope)
        if not all(truth(reader, condition, scope) for condition in first.ifs):
            continue
        if rest:
            yield from _comprehension(reader, rest, reader.value(rest[0].iter, scope), scope)
        else:
            yield scope


def _give(target: ast.expr, given: Any, names: Names) -> None:
    """Gives a value to the names of a comprehension."""
    match target:
        case ast.Name():
            names[target.id] = given
        case ast.Tuple() | ast.List():
            parts = items(given, target)
            if len(parts) != len(target.elts):
                raise cannot_read(target, f"{len(parts)} values cannot be given to {len(target.elts)} names.")
            for part, each in zip(target.elts, parts, strict=True):
                _give(part, each, names)
        case _:
            raise cannot_read(target, f"{shown(target)} cannot be read here; write a name.")


def _formatted(reader: Reader, node: ast.FormattedValue, names: Names) -> str:
    given = reader.value(node.value, names)
    form = "" if node.format_spec is None else str(reader.value(node.format_spec, names))
    if not form and isinstance(given, int | float | str | None):
        return str(given)
    if not _PLAIN_FORMAT.fullmatch(form) or not isinstance(given, int | str):
        raise cannot_read(node, f"the format {form[:20]!r} cannot be read; leave it out.")
    return as_python_would(node, format, given, form)
