"""Brackets behind a tensor: indices, slices, an ellipsis and None, along one dimension after the other."""

from __future__ import annotations

import ast
from typing import Any

from playground.networks.reading.applying import operation_on
from playground.networks.reading.parts import parts_of
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.states import parts_given, state_at
from playground.networks.reading.values import (
    Applied,
    Size,
    StateOf,
    Unreadable,
    cannot_read,
    is_output_with_state,
    is_tensor,
    shown,
)


def index_tensor(reader: Reader, tensor: Any, node: ast.Subscript, names: Names) -> Any:
    """A part of a tensor: `x[:, -1]`, `x[:, 1:3]`, `x[..., 0]`, `x[:, None]`; one of the tensors of a tuple: `x[0]`."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    indices = [_index(reader, part, names, node) for part in parts]
    if len(indices) == 1 and isinstance(indices[0], slice):
        found = parts_of(tensor)
        if found is not None:
            return found[indices[0]]
    if is_output_with_state(tensor):
        return _part_given(tensor, indices, node)
    if len(indices) == 1 and type(indices[0]) is int:
        return operation_on(tensor, "item", {"index": indices[0]})
    return _taken(tensor, indices, node)


def index_state(reader: Reader, state: StateOf, node: ast.Subscript, names: Names) -> Any:
    """What is known of a part of a state: `h[-1]`, `h[-1, :, :]`."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    first, *rest = [_index(reader, part, names, node) for part in parts]
    found = state_at(state, first)
    return _taken(found, rest, node) if is_tensor(found) else found


def _part_given(tensor: Any, indices: list[Any], node: ast.Subscript) -> Any:
    """One of the values that a layer gives with its output."""
    given = parts_given(tensor)
    if len(indices) == 1 and type(indices[0]) is int and -len(given) <= indices[0] < len(given):
        return given[indices[0]]
    raise cannot_read(
        node,
        f"{shown(node)} cannot be read: {shown(node.value)} gives {len(given)} values, its output and what comes with "
        "it; give them names first, out, h = self.layer(x), and take a part of one.",
    )


def _taken(tensor: Any, indices: list[Any], node: ast.Subscript) -> Any:
    """A tensor with indices taken along its dimensions."""
    if indices.count(Ellipsis) > 1:
        raise cannot_read(node, f"{shown(node)} has two ellipses; write one.")
    middle = indices.index(Ellipsis) if Ellipsis in indices else len(indices)
    # From the end, where a dimension is counted backwards and each index only moves those before it.
    dim = -1
    for index in reversed(indices[middle + 1 :]):
        tensor, steps = _along(tensor, dim, index)
        dim -= steps
    dim = 0
    for index in indices[:middle]:
        tensor, steps = _along(tensor, dim, index)
        dim += steps
    return tensor


def _index(reader: Reader, part: ast.expr, names: Names, node: ast.Subscript) -> Any:
    """An index, a slice, None or an ellipsis, with the numbers that are known."""
    if not isinstance(part, ast.Slice):
        index = reader.value(part, names)
        if index is None or index is Ellipsis or type(index) is int:
            return index
        raise cannot_read(node, _unreadable_index(index, node))
    bounds = [None if each is None else reader.value(each, names) for each in (part.lower, part.upper, part.step)]
    if all(each is None or type(each) is int for each in bounds):
        # With its first index written out it is a step of its own, though it may take everything.
        return slice(None) if part.lower is part.upper is part.step is None else slice(*bounds)
    raise cannot_read(
        node,
        f"the bounds of {shown(node)} are only known when the network runs; write numbers, or make one tensor as "
        "large as the other with F.interpolate(x, size=y.shape[-2:]).",
    )


def _unreadable_index(index: Any, node: ast.Subscript) -> str:
    if isinstance(index, list | tuple):
        return (
            f"{shown(node)} takes several places at once, which cannot be read; take slices, and put them together: "
            "torch.cat([x[:, 0:1], x[:, 2:3]], dim=1)."
        )
    if is_tensor(index) or isinstance(index, Unreadable):
        return (
            f"{shown(node)} takes places that are only known when the network runs, which cannot be read; take fixed "
            "ones, x[:, 0] or x[:, 1:3], or multiply with a gate."
        )
    if isinstance(index, Size):
        return f"the index in {shown(node)} is only known when the network runs; write a number: x[:, -1] is the last."
    return f"{shown(node)} cannot be read; write whole numbers, slices, None or an ellipsis in the brackets."


def _along(tensor: Any, dim: int, index: Any) -> tuple[Any, int]:
    """The tensor with an index taken along a dimension, and how many dimensions of the result the index stands for."""
    if type(index) is int:
        return operation_on(tensor, "select", {"dim": dim, "index": index}), 0
    if index is None:
        return operation_on(tensor, "unsqueeze", {"dim": dim}), 1
    if index == slice(None):
        return tensor, 1
    return _sliced(tensor, dim, index), 1


def _sliced(tensor: Any, dim: int, index: slice) -> Applied:
    step = 1 if index.step is None else index.step
    return operation_on(tensor, "slice", {"dim": dim, "start": index.start or 0, "end": index.stop, "step": step})
