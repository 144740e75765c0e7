"""Sizes of tensors as values: they remember which tensor and dimension they are of, and can be multiplied."""

from __future__ import annotations

import ast
from fractions import Fraction
from typing import Any

from playground.networks.reading.formulas import compute, holds_a_formula
from playground.networks.reading.values import Size, Variable, cannot_read, shown


def size_of(tensor: Any, dimension: int) -> Size:
    """The size of a tensor in one dimension, which is not known."""
    return Size(Fraction(1), frozenset({((origin(tensor), dimension), 1)}))


def origin(tensor: Any) -> Any:
    """What stands for a tensor, whether or not it has a name already."""
    return tensor.applied if isinstance(tensor, Variable) and tensor.applied is not None else tensor


def only_dimension(size: Any) -> tuple[Any, int] | None:
    """The tensor and the dimension, where a size is that of one dimension of one tensor."""
    if isinstance(size, Size) and size.factor == 1 and len(size.powers) == 1:
        ((place, power),) = size.powers
        return place if power == 1 else None
    return None


def product(factors: list[Any]) -> Any:
    """The product of sizes and whole numbers: a number where all are numbers or cancel out."""
    result = Size(Fraction(1), frozenset())
    for factor in factors:
        result = _times(result, _as_size(factor), 1)
    return simplified(result)


def inverse(size: Any) -> Size:
    """What gives 1 when it is multiplied with a size."""
    return _times(Size(Fraction(1), frozenset()), _as_size(size), -1)


def combine(sign: ast.operator, left: Any, right: Any, node: ast.AST) -> Any:
    """What an operator gives where a size is; a quotient of sizes is taken to come out even, as it must for a view."""
    if not all(isinstance(value, Size) or type(value) is int for value in (left, right)):
        raise cannot_read(node, f"{shown(node)} is only known when the network runs; write the number.")
    if isinstance(sign, ast.Mult):
        return simplified(_times(_as_size(left), _as_size(right), 1))
    if isinstance(sign, ast.FloorDiv) and right != 0 and not holds_a_formula(left) and not holds_a_formula(right):
        return simplified(_times(_as_size(left), _as_size(right), -1))
    return compute(sign, left, right, node)


def simplified(size: Size) -> Any:
    """A whole number for a size that is none of a tensor."""
    return int(size.factor) if not size.powers and size.factor.denominator == 1 else size


def _as_size(value: Any) -> Size:
    return value if isinstance(value, Size) else Size(Fraction(value), frozenset())


def _times(left: Size, right: Size, power: int) -> Size:
    if not left.factor or not right.factor:
        return Size(Fraction(0), frozenset())
    powers = dict(left.powers)
    for place, count in right.powers:
        powers[place] = powers.get(place, 0) + power * count
    kept = frozenset((place, count) for place, count in powers.items() if count)
    return Size(left.factor * right.factor**power, kept)
