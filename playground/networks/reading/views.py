"""What a view says: which dimensions of a tensor it splits and which it joins."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from playground.networks.reading.shapes import Shapes, Sides
from playground.networks.reading.sizes import inverse, only_dimension, product, size_of
from playground.networks.reading.values import Applied, Size, cannot_read, is_tensor, shown


def read_view(shapes: Shapes, tensor: Any, sizes: Sequence[Any], node: ast.AST) -> Any:
    """`x.view(sizes)` as operations; raises SpecError, with the place, for one that cannot be said so."""
    wanted = list(sizes)
    if not all(isinstance(size, Size) or type(size) is int for size in wanted) or not wanted or 0 in wanted:
        raise _unreadable(node)
    own = shapes.of(tensor)
    if own is None:
        found = _of_unknown_shape(tensor, wanted)
    else:
        own_terms = [_in_own_terms(size, own) for size in wanted]
        found = _of_shape(shapes, tensor, wanted, own_terms) or _of_shape(shapes, tensor, wanted, wanted)
    if found is None:
        raise _unreadable(node)
    return found


def split_like(shapes: Shapes, tensor: Any, dim: int, sizes: Sequence[Any]) -> Applied | None:
    """A dimension split into neighbouring dimensions of one other tensor; None where the sizes are not these."""
    places = [only_dimension(size) for size in sizes]
    if len(places) < 2 or any(place is None for place in places):
        return None
    known = [place for place in places if place is not None]
    other, start = known[0]
    end: int | None = start + len(known)
    if start < 0 or known != [(other, start + index) for index in range(len(known))] or not is_tensor(other):
        return None
    shape = shapes.of(other)
    if isinstance(other, Applied) and other.is_output:
        return None
    given = {"dim": dim, "start": start, "end": None if shape is not None and len(shape) == end else end}
    defaults = {"dim": 2, "start": 2, "end": None}
    arguments = {name: at for name, at in given.items() if at != defaults[name]}
    return Applied((tensor, other), operation="unflatten_like", arguments=arguments)


def _unreadable(node: ast.AST) -> Exception:
    return cannot_read(
        node,
        f"{shown(node)} cannot be read; keep the batch first: x.view(x.size(0), -1), or x.flatten(1); and split or "
        "join neighbouring dimensions only, with sizes of this tensor.",
    )


def _of_unknown_shape(tensor: Any, wanted: list[Any]) -> Any:
    """The first sizes are the tensor's own where source takes them from these dimensions; all others are the rest."""
    kept = 0
    while kept < len(wanted) and _may_be_own(wanted[kept], kept):
        kept += 1
    if kept == 0 and _begins_with_the_batch(wanted):
        kept = 1
    rest = _with_one_unknown(wanted[kept:])
    if kept == 0 or rest is None:
        return None
    if kept == 1 and rest not in ([], [-1]):
        return Applied((tensor,), operation="reshape", arguments={"shape": tuple(rest)})
    # Without a rest the tensor stays as it is, but for dimensions of one element at its end.
    joined = flatten(tensor, kept if rest else kept - 1, -1)
    return joined if len(rest) <= 1 else _split(joined, kept, rest)


def _of_shape(shapes: Shapes, tensor: Any, wanted: list[Any], resolved: list[Any]) -> Any:
    """Dimensions that stay at the beginning and at the end; what is between them is joined, split, or both.

    `resolved` are the wanted sizes, with what is known of them.
    """
    own = shapes.of(tensor) or ()
    resolved = [_left_over(own, resolved) if size == -1 else size for size in resolved]
    start = _kept_at_start(own, resolved)
    end = _kept_at_end(own[start:], resolved[start:])
    if _cannot_come_out_even(own, resolved):
        return None
    before, after = own[start : len(own) - end], wanted[start : len(wanted) - end]
    if len(after) > 1 and len(before) >= 1:
        joined = flatten(tensor, start, start + len(before) - 1 if end else -1) if len(before) > 1 else tensor
        split = split_like(shapes, joined, start, resolved[start : len(resolved) - end])
        if split is not None:
            return split
    is_one_length = start == 1 and end == 0 and len(after) == 1 and type(after[0]) is int and after[0] != -1
    if len(before) == len(after) <= 1:
        return Applied((tensor,), operation="reshape", arguments={"shape": tuple(after)}) if is_one_length else tensor
    if not before or not after:
        # Dimensions of one element that come or go: the dimension before them takes them.
        start -= 1
        before, after = own[max(start, 0) : len(own) - end], wanted[max(start, 0) : len(wanted) - end]
    rest = _with_one_unknown(after)
    if start < 0 or rest is None or (start == 0 and rest[0] != -1):
        return None  # it cannot be said, or holds for a batch of one size only
    if start == 1 and end == 0 and len(rest) > 1:
        return Applied((tensor,), operation="reshape", arguments={"shape": tuple(rest)})
    joined = flatten(tensor, start, start + len(before) - 1 if end else -1) if len(before) > 1 else tensor
    if is_one_length and joined is not tensor:
        return replace(joined, length=after[0])
    return joined if len(rest) == 1 else _split(joined, start, rest)


def _cannot_come_out_even(own: Sides, wanted: list[Any]) -> bool:
    """Whether there are more or fewer elements than before, whatever the sizes are that are not known."""
    if -1 in wanted:
        return False
    ratio = product([*own, inverse(product(wanted))])
    return ratio != 1 and not (isinstance(ratio, Size) and ratio.powers)


def _kept_at_start(own: Sides, wanted: list[Any]) -> int:
    kept = 0
    while kept < min(len(own), len(wanted)) and own[kept] == wanted[kept]:
        kept += 1
    stays = kept > 0 or not own[1:] or own[-1] == wanted[-1]
    return 1 if not stays and _begins_with_the_batch(wanted) else kept


def _left_over(own: Sides, wanted: list[Any]) -> Any:
    """The size that -1 stands for, where it is one of the tensor's own."""
    others = product([size for size in wanted if size != -1])
    found = next((size for size in own if product([size, others]) == product(list(own))), None)
    return -1 if found is None else found


def _kept_at_end(own: Sides, wanted: list[Any]) -> int:
    kept = 0
    while kept < min(len(own), len(wanted)) and own[-1 - kept] == wanted[-1 - kept]:
        kept += 1
    return kept


def _in_own_terms(size: Any, own: Sides) -> Any:
    """A size with those of other tensors replaced: for the same dimension of this one, where nothing says otherwise."""
    if not isinstance(size, Size):
        return size
    known = {place for side in own if isinstance(side, Size) for place, _ in side.powers}
    factors: list[Any] = [Size(size.factor, frozenset())]
    for (tensor, dimension), power in size.powers:
        factor: Any = size_of(tensor, dimension)
        if (tensor, dimension) not in known and 0 <= dimension < len(own) and _may_be(own[dimension], dimension):
            factor = own[dimension]
        factors += [factor] * power if power > 0 else [inverse(factor)] * -power
    return product(factors)


def _may_be(own: Any, dimension: int) -> bool:
    """Whether a size of a tensor may be one that is taken from the same dimension of another."""
    if isinstance(own, int):
        return own != 1
    found = only_dimension(own)
    return found is not None and found[1] == dimension


def _begins_with_the_batch(wanted: list[Any]) -> bool:
    """Whether -1 before numbers stands for the batch, as people write it."""
    return bool(wanted[0] == -1) and all(type(size) is int and size != -1 for size in wanted[1:])


def _may_be_own(size: Any, place: int) -> bool:
    """Whether source takes a size from this dimension of some tensor."""
    found = only_dimension(size)
    return found is not None and found[1] == place


def _with_one_unknown(sizes: list[Any]) -> list[Any] | None:
    """The sizes as numbers, with -1 for the one that is none; None where there are several."""
    known = [size if type(size) is int else -1 for size in sizes]
    return known if known.count(-1) <= 1 else None


def flatten(tensor: Any, start: int, end: int) -> Applied:
    """The tensor with these dimensions as one."""
    given = {"start_dim": start, "end_dim": end}
    defaults = {"start_dim": 1, "end_dim": -1}
    return Applied(
        (tensor,), operation="flatten", arguments={name: at for name, at in given.items() if at != defaults[name]}
    )


def _split(tensor: Any, dim: int, sizes: list[Any]) -> Applied:
    given = {"sizes": tuple(sizes)} if dim == 1 else {"dim": dim, "sizes": tuple(sizes)}
    return Applied((tensor,), operation="unflatten", arguments=given)
