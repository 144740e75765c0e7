"""Operators between what is known: numbers, lists and texts; sizes of tensors; and tensors, as operations."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

from playground.networks.reading import sizes
from playground.networks.reading.as_python import as_python_would
from playground.networks.reading.limits import MAX_LENGTH
from playground.networks.reading.parts import is_plain
from playground.networks.reading.reader import Reader
from playground.networks.reading.states import not_known
from playground.networks.reading.values import (
    IGNORED,
    Applied,
    ClassValue,
    Size,
    Sizes,
    StateOf,
    TorchName,
    Zeros,
    cannot_read,
    is_tensor,
    shown,
)

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}
_TENSOR_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.MatMult: "matmul",
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
}
# A power of whole numbers has that many times their digits.
_LARGEST_POWER = 64
# Whole numbers and texts put into a text as they are: no widths, which could make it as long as one likes.
_PLAIN_FORMAT = re.compile(r"(?:[^%]|%[dsi%])*")


def binary(reader: Reader, sign: ast.operator, left: Any, right: Any, node: ast.AST) -> Any:
    """What an operator gives between two values."""
    for value in (left, right):
        if isinstance(value, Zeros):
            raise value.error
        if isinstance(value, StateOf):
            raise not_known(value, node)
    if is_tensor(left) or is_tensor(right):
        return _between_tensors(sign, left, right, node)
    if isinstance(left, Size | Sizes) or isinstance(right, Size | Sizes):
        return sizes.combine(sign, left, right, node)
    if isinstance(sign, ast.BitOr) and _is_kind(left) and _is_kind(right):
        return (*_kinds(left), *_kinds(right))
    if left is IGNORED or right is IGNORED:
        raise cannot_read(node, f"{shown(node)} cannot be read; write its value.")
    if type(sign) not in _OPERATORS:
        raise cannot_read(node, "this operator cannot be read between numbers.")
    _check_size(reader, sign, left, right, node)
    result = as_python_would(node, _OPERATORS[type(sign)], left, right)
    reader.budget.keep(node, result)
    return result


def unary(sign: ast.unaryop, value: Any, node: ast.AST) -> Any:
    """What a sign before a value gives."""
    if is_tensor(value) and isinstance(sign, ast.USub):
        return _with_number(value, "scale", -1)
    if not isinstance(value, int | float):
        raise cannot_read(node, f"{shown(node)} cannot be read; write a number.")
    return as_python_would(node, _SIGNS[type(sign)], value)


def holds(reader: Reader, sign: ast.cmpop, left: Any, right: Any, node: ast.AST) -> bool:
    """Whether a comparison holds between two values; raises SpecError where only a run would say."""
    for value in (left, right):
        if isinstance(sign, ast.Is | ast.IsNot):
            continue
        if is_tensor(value):
            raise cannot_read(
                node,
                f"{shown(node)} compares the values of a tensor, which are only known when the network runs; for "
                "what depends on a value write F.relu(x), x.clamp(min=0), torch.maximum(x, y), or multiply with "
                "torch.sigmoid(x).",
            )
        if isinstance(value, Size | Sizes) or value is IGNORED:
            raise cannot_read(
                node,
                f"whether {shown(node)} holds is only known when the network runs; remove it, and keep the case of "
                "the images that you use.",
            )
    if not isinstance(sign, ast.Is | ast.IsNot):
        reader.budget.go_through(node, left, right)
    if isinstance(sign, ast.In | ast.NotIn):
        return as_python_would(node, operator.contains, right, left) is isinstance(sign, ast.In)
    return bool(as_python_would(node, _COMPARISONS[type(sign)], left, right))


def _is_kind(value: Any) -> bool:
    """Whether a value stands for a class, or for several, as isinstance takes them."""
    return all(isinstance(kind, ClassValue | TorchName) or kind is None for kind in _kinds(value))


def _kinds(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _between_tensors(sign: ast.operator, left: Any, right: Any, node: ast.AST) -> Applied:
    if is_tensor(left) and is_tensor(right):
        if type(sign) not in _TENSOR_OPERATORS:
            raise cannot_read(node, f"{shown(node)} cannot be read; between tensors there are +, -, *, / and @.")
        # `a + b + c` is one operation on three tensors.
        operation = _TENSOR_OPERATORS[type(sign)]
        chained = isinstance(node, ast.BinOp) and isinstance(node.left, ast.BinOp)
        goes_on = chained and isinstance(left, Applied) and left.operation == operation
        return Applied((*(left.inputs if goes_on else (left,)), right), operation=operation)
    tensor, number = (left, right) if is_tensor(left) else (right, left)
    if not isinstance(number, int | float):
        raise cannot_read(
            node,
            f"{shown(node)} cannot be read: a tensor is computed with another, or with a number; write one.",
        )
    match sign:
        case ast.Add():
            return _with_number(tensor, "add_number", number)
        case ast.Mult():
            return _with_number(tensor, "scale", number)
        case ast.Sub() if is_tensor(left):
            return _with_number(tensor, "add_number", -number)
        case ast.Sub():
            return _with_number(_with_number(tensor, "scale", -1), "add_number", number)
        case ast.Div() if is_tensor(left) and number:
            return _with_number(tensor, "scale", 1 / number)
        case ast.Div() if is_tensor(right):
            inverse = _with_number(tensor, "power", -1)
            return inverse if number == 1 else _with_number(inverse, "scale", number)
        case ast.Pow() if is_tensor(left):
            return _with_number(tensor, "power", number)
    raise cannot_read(
        node,
        f"{shown(node)} cannot be read; between a tensor and a number there are +, -, *, / and **, and "
        "torch.exp(x) in place of a number to the power of x.",
    )


def _with_number(tensor: Any, name: str, number: float) -> Applied:
    return Applied((tensor,), operation=name, arguments={"number": number})


def _check_size(reader: Reader, sign: ast.operator, left: Any, right: Any, node: ast.AST) -> None:
    """Refuses what would give numbers, texts and lists that fill the memory, or the text of what has none here."""
    sequence, other = (left, right) if isinstance(left, list | tuple | str) else (right, left)
    if isinstance(sign, ast.Mult) and isinstance(sequence, list | tuple | str) and isinstance(other, int):
        if len(sequence) * other > MAX_LENGTH:
            raise cannot_read(node, f"this would have more than {MAX_LENGTH:,} values or characters, the limit.")
    elif isinstance(sign, ast.Mod) and isinstance(left, str):
        if not _PLAIN_FORMAT.fullmatch(left) or not is_plain(right):
            raise cannot_read(node, "this text cannot be read; write it out.")
        reader.budget.go_through(node, left, right)
    elif isinstance(sign, ast.Pow | ast.LShift) and isinstance(right, int | float) and abs(right) > _LARGEST_POWER:
        raise cannot_read(node, "this power is too large.")
