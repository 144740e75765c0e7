"""Operators between what is known: numbers, lists and texts; sizes of tensors; and tensors, as operations."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

from playground.networks.reading import sizes
from playground.networks.reading.limits import MAX_LENGTH, MAX_NUMBER
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
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
# Whole numbers and texts put into a text as they are: no widths, which could make it as long as one likes.
_PLAIN_FORMAT = re.compile(r"(?:[^%]|%[dsi%])*")


def binary(sign: ast.operator, left: Any, right: Any, node: ast.AST) -> Any:
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
    _check_size(sign, left, right, node)
    try:
        return _OPERATORS[type(sign)](left, right)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise cannot_read(node, f"this cannot be computed: {error}.") from error


def negative(value: Any, node: ast.AST) -> Any:
    """What a minus before a value gives."""
    if is_tensor(value):
        return _with_number(value, "scale", -1)
    if not isinstance(value, int | float):
        raise cannot_read(node, f"{shown(node)} cannot be read; write a number.")
    return -value


def holds(sign: ast.cmpop, left: Any, right: Any, node: ast.AST) -> bool:
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
    try:
        return bool(_COMPARISONS[type(sign)](left, right))
    except TypeError as error:
        raise cannot_read(node, f"this cannot be compared: {error}.") from error


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


def _check_size(sign: ast.operator, left: Any, right: Any, node: ast.AST) -> None:
    """Refuses numbers and sequences that would fill the memory."""
    long = [value for value in (left, right) if isinstance(value, list | tuple | str)]
    if long and isinstance(sign, ast.Mult):
        times = max((value for value in (left, right) if isinstance(value, int)), default=1)
        if max(map(len, long)) * times > MAX_LENGTH:
            raise cannot_read(node, "this text or list cannot be read; write it out.")
    if isinstance(left, str) and isinstance(sign, ast.Mod) and not _PLAIN_FORMAT.fullmatch(left):
        raise cannot_read(node, "this text cannot be read; write it out.")
    numbers = [value for value in (left, right) if isinstance(value, int | float)]
    if any(abs(number) > MAX_NUMBER for number in numbers):
        raise cannot_read(node, "this number is too large.")
    if isinstance(sign, ast.Pow | ast.LShift) and len(numbers) == 2 and abs(right) > 64:
        raise cannot_read(node, "this power is too large.")
