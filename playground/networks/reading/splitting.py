"""A tensor in parts: chunks, pieces of given sizes, and each index of a dimension."""

from __future__ import annotations

import ast
from typing import Any

from playground.networks.reading.applying import called, operation_on
from playground.networks.reading.limits import MAX_LENGTH
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.values import Applied, Unbound, cannot_read, shown


def read_chunk(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    """`x.chunk(2, dim=1)`; without a dimension it is the first one, the batch."""
    values = dict(zip(("chunks", "dim"), rest, strict=False)) | keywords
    return called("chunk", tensor, (), {"dim": 0} | values, node)


def read_split(reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Any:
    """`x.split([2, 3], dim=1)`: one operation where the sizes of the parts are known, else parts to be counted."""
    values = {"dim": 0} | dict(zip(("split_size", "dim"), rest, strict=False)) | keywords
    size = values.get("split_size", values.get("split_size_or_sections"))
    if size is None or type(values["dim"]) is not int:
        raise cannot_read(node, f"{shown(node)} cannot be read; write x.chunk(2, dim=1).")
    parts = Unbound(tensor, values["dim"], size)
    sizes = _known_sizes(reader, parts)
    return _pieces(reader, parts, sizes, node) if sizes else parts


def read_unbind(_: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.AST) -> Unbound:
    """`x.unbind(1)`: each index of a dimension."""
    dim = rest[0] if rest else keywords.get("dim", 0)
    if type(dim) is not int:
        raise cannot_read(node, f"{shown(node)} cannot be read; write x.unbind(0).")
    return Unbound(tensor, dim)


def unbound_parts(reader: Reader, parts: Unbound, count: int, node: ast.AST) -> list[Any]:
    """The parts of a tensor that are given to as many names."""
    if parts.size is None:
        tensor = reader.bind("parts", parts.tensor) if reader.bind else parts.tensor
        return [operation_on(tensor, "select", {"dim": parts.dim, "index": index}) for index in range(count)]
    sizes = list(parts.size) if isinstance(parts.size, list | tuple) else [parts.size] * count
    if len(sizes) != count:
        raise cannot_read(node, f"this split gives {len(sizes)} parts, which cannot be given to {count} names.")
    pieces = _pieces(reader, parts, sizes, node)
    bound = reader.bind("parts", pieces) if reader.bind else pieces
    return [operation_on(bound, "item", {"index": index}) for index in range(count)]


def part_of(parts: Unbound, index: int, node: ast.AST) -> Any:
    """One of the parts of a tensor: `x.unbind(0)[1]`, `x.split([2, 3], dim=1)[0]`."""
    if parts.size is None:
        return operation_on(parts.tensor, "select", {"dim": parts.dim, "index": index})
    raise cannot_read(node, f"how many parts {shown(node)} is of cannot be read; write x.chunk(2, dim=1)[0].")


def _known_sizes(reader: Reader, parts: Unbound) -> list[int]:
    """The sizes of the parts, where they and their number are known; else none."""
    if isinstance(parts.size, list | tuple):
        return list(parts.size) if all(type(size) is int for size in parts.size) else []
    whole = reader.shapes.side(parts.tensor, parts.dim)
    if type(whole) is not int or type(parts.size) is not int or not 0 < parts.size <= whole:
        return []
    count = -(-whole // parts.size)
    return [parts.size] * (count - 1) + [whole - parts.size * (count - 1)] if count <= MAX_LENGTH else []


def _pieces(reader: Reader, parts: Unbound, sizes: list[Any], node: ast.AST) -> Applied:
    """A tensor in parts of these sizes; as a chunk, where the source gives one size and it makes the whole."""
    whole = reader.shapes.side(parts.tensor, parts.dim)
    is_known = all(type(size) is int for size in sizes)
    is_even = len(set(sizes)) == 1 and (whole == sum(sizes) if is_known else not isinstance(whole, int))
    if is_even and not (is_known and isinstance(parts.size, list | tuple)):
        return operation_on(parts.tensor, "chunk", {"chunks": len(sizes), "dim": parts.dim})
    if not is_known:
        raise cannot_read(
            node, f"a split into such parts cannot be read; write numbers, or x.chunk({len(sizes)}, dim=1)."
        )
    return operation_on(parts.tensor, "split", {"sizes": tuple(sizes), "dim": parts.dim})
