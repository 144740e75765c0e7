"""Sizes that are added, subtracted and rounded: values that only a run gives, and when two of them are the same."""

from __future__ import annotations

import ast
import itertools
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from playground.networks.reading.as_python import as_python_would
from playground.networks.reading.values import Size, cannot_read, shown

Place: TypeAlias = "tuple[Any, int]"
"""A tensor and one of its dimensions."""

_SIGNS: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
}
_BY_SIGN = dict(_SIGNS.values())
# Larger and smaller than each other, even and odd.
_TRIED = (1, 2, 3, 6, 37)
_MOST_PLACES = 3
_MOST_DEPTH = 12
# The dimension of a formula, which is none of a tensor.
_NONE = -1


@dataclass(frozen=True)
class Formula:
    """A sum, difference, rounded quotient or remainder of sizes and numbers; it stands in the place of a tensor."""

    sign: str
    left: Size | int
    right: Size | int
    depth: int


def compute(sign: ast.operator, left: Any, right: Any, node: ast.AST) -> Any:
    """The size that an operator gives; raises SpecError for an operator between sizes that there is not."""
    if type(sign) not in _SIGNS:
        raise cannot_read(
            node,
            f"{shown(node)} is only known when the network runs: sizes of a tensor can be computed with +, -, *, // "
            "and %. Otherwise write the number.",
        )
    name, function = _SIGNS[type(sign)]
    if type(left) is int and type(right) is int:
        return function(left, right)
    if type(right) is int:
        as_python_would(node, function, 1, right)  # no size can be divided by zero
    if left == right and name == "-":
        return 0
    depth = 1 + max(_depth(left), _depth(right))
    if depth > _MOST_DEPTH:
        raise cannot_read(node, f"{shown(node)} is only known when the network runs; write the number.")
    return Size(Fraction(1), frozenset({((Formula(name, left, right, depth), _NONE), 1)}))


def holds_a_formula(size: Any) -> bool:
    """Whether a size is more than a product of sizes of tensors."""
    return isinstance(size, Size) and any(isinstance(tensor, Formula) for (tensor, _), _ in size.powers)


def atoms(size: Size | int) -> Iterator[Place]:
    """The sizes of tensors from which a size is computed."""
    for (tensor, dimension), _ in size.powers if isinstance(size, Size) else ():
        if isinstance(tensor, Formula):
            yield from atoms(tensor.left)
            yield from atoms(tensor.right)
        else:
            yield tensor, dimension


def are_equal(first: list[Any], second: list[Any]) -> bool:
    """Whether sizes are the same, whatever those of the tensors are from which they are computed: some are tried."""
    if not all(isinstance(size, Size) or type(size) is int for size in (*first, *second)):
        return False
    return len(first) == len(second) and all(itertools.starmap(_is_equal, zip(first, second, strict=True)))


def _is_equal(one: Any, other: Any) -> bool:
    places = list(dict.fromkeys((*atoms(one), *atoms(other))))
    if len(places) > _MOST_PLACES:
        return False
    for sizes in itertools.product(_TRIED, repeat=len(places)):
        values = dict(zip(places, sizes, strict=True))
        found = _value(one, values)
        if found is None or found != _value(other, values):
            return False
    return True


def _value(size: Any, values: Mapping[Place, int]) -> Fraction | int | None:
    """A size where those of tensors are these; None where a quotient is taken to come out even."""
    if not isinstance(size, Size):
        return int(size)
    result = size.factor
    for (tensor, dimension), power in size.powers:
        factor = _value_of_formula(tensor, values) if isinstance(tensor, Formula) else values[tensor, dimension]
        if factor is None or power < 0:
            return None
        result *= factor**power
    return result if result.denominator == 1 else None


def _value_of_formula(formula: Formula, values: Mapping[Place, int]) -> Fraction | int | None:
    left, right = _value(formula.left, values), _value(formula.right, values)
    if left is None or right is None or (right == 0 and formula.sign in ("//", "%")):
        return None
    found: Fraction | int = _BY_SIGN[formula.sign](left, right)
    return found


def _depth(size: Any) -> int:
    powers = size.powers if isinstance(size, Size) else ()
    return max((tensor.depth for (tensor, _), _ in powers if isinstance(tensor, Formula)), default=0)
