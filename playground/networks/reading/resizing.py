"""Images made as large as others, and padding: sizes of other tensors are recognised, whatever they turn out to be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from playground.networks.reading import formulas
from playground.networks.reading.applying import called, operation_on, without_defaults
from playground.networks.reading.parts import is_plain
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.sizes import inverse, origin, product
from playground.networks.reading.values import Applied, Size, Sizes, cannot_read, is_tensor, shown

_IMAGE = ((2, 3), (-2, -1))
"""The dimensions of height and width, from either end."""


def read_interpolate(reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    """`F.interpolate`, to numbers, by a factor, or to the size of another tensor."""
    values = dict(zip(("size", "scale_factor", "mode", "align_corners"), rest, strict=False)) | keywords
    size = values.get("size")
    if size is None or is_plain(size):
        return called("interpolate", tensor, (), values, node)
    options = {key: value for key, value in values.items() if key in ("mode", "align_corners")}
    factor = _factor(reader, tensor, size)
    if factor is not None:
        return operation_on(tensor, "interpolate", {"scale_factor": factor} | options)
    other = _of_size(reader, size)
    if other is None:
        raise cannot_read(
            node,
            f"the size in {shown(node)} is only known when the network runs; write numbers, scale_factor=2, or the "
            "size of another tensor: size=y.shape[-2:].",
        )
    name = "interpolate_like"
    return Applied((tensor, other), operation=name, arguments=without_defaults(name, options))


def _of_size(reader: Reader, size: Any) -> Any:
    """The tensor whose height and width these are."""
    if isinstance(size, Sizes):
        return size.tensor if size.start in (2, -2) else None
    wanted = list(size) if isinstance(size, tuple | list) else []
    for other in _tensors_in(wanted):
        if any(wanted == [reader.shapes.side(other, dim) for dim in dims] for dims in _IMAGE):
            return other
    return None


def _factor(reader: Reader, tensor: Any, size: Any) -> int | None:
    """How many times as large as a tensor these sizes are, where they are a multiple of its own."""
    wanted = list(size) if isinstance(size, tuple | list) else []
    if len(wanted) != 2:
        return None
    for dims in _IMAGE:
        own = [reader.shapes.side(tensor, dim) for dim in dims]
        factors = [product([each, inverse(side)]) for each, side in zip(wanted, own, strict=True)]
        if factors[0] == factors[1] and type(factors[0]) is int and factors[0] > 1:
            return factors[0]
    return None


def read_pad(reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    """`F.pad`, by numbers or until images are as large as others."""
    values = dict(zip(("pad", "mode", "value"), rest, strict=False)) | keywords
    padding = values.get("pad")
    values["value"] = values.get("value") or 0
    if is_plain(padding):
        return called("pad", tensor, (), values, node)
    fills_with_zeros = values.get("mode", "constant") == "constant" and not values["value"]
    if fills_with_zeros and isinstance(padding, tuple | list) and len(padding) == 4:
        for other in _tensors_in(list(padding)):
            if formulas.are_equal(list(padding), _even_padding(reader, tensor, other, node)):
                return Applied((tensor, other), operation="pad_like")
    raise cannot_read(
        node,
        f"the padding in {shown(node)} is only known when the network runs; write numbers, or pad to the size of "
        "another tensor, the same on both sides: F.pad(x, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2]) with "
        "dx = y.size(3) - x.size(3) and dy = y.size(2) - x.size(2).",
    )


def _even_padding(reader: Reader, tensor: Any, other: Any, node: ast.AST) -> list[Any]:
    """What has to be added at the left, right, top and bottom of a tensor to make it as large as another."""
    found: list[Any] = []
    for dim in (3, 2):
        sides = (reader.shapes.side(other, dim), reader.shapes.side(tensor, dim))
        difference = formulas.compute(ast.Sub(), *sides, node)
        half = formulas.compute(ast.FloorDiv(), difference, 2, node)
        found += [half, formulas.compute(ast.Sub(), difference, half, node)]
    return found


def read_pool(
    name: str, reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call
) -> Applied:
    """A pooling; over the whole image or sequence, as `F.avg_pool2d(x, x.size()[2:])`, it is one for every size."""
    values = dict(zip(("kernel_size", "stride", "padding"), rest, strict=False)) | keywords
    kernel, stride = (_sizes_of_window(reader, values.get(key), name) for key in ("kernel_size", "stride"))
    own = [reader.shapes.side(tensor, dim) for dim in ((2,) if name.endswith("1d") else (2, 3))]
    is_whole = kernel == own and (values.get("stride") is None or stride == own) and not values.get("padding")
    if not is_whole or all(type(side) is int for side in own):
        return called(name, tensor, rest, keywords, node)
    if name == "avg_pool2d":
        return operation_on(tensor, "adaptive_avg_pool2d", {"output_size": 1})
    if name == "max_pool2d":
        return operation_on(tensor, "adaptive_max_pool2d", {"output_size": 1})
    return operation_on(tensor, "amax" if name == "max_pool1d" else "mean", {"dim": 2, "keepdim": True})


def _sizes_of_window(reader: Reader, value: Any, name: str) -> list[Any]:
    count = 1 if name.endswith("1d") else 2
    if isinstance(value, Sizes):
        first = value.start if value.start >= 0 else 2 + count + value.start
        return [reader.shapes.side(value.tensor, dim) for dim in range(first, 2 + count)]
    return list(value) if isinstance(value, tuple | list) else [value] * count


def read_expand(reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    """`x.expand(-1, 3, -1, -1)`, or to the sizes of another tensor."""
    sizes = list(rest) if rest else [keywords.get("size", keywords.get("sizes"))]
    if len(sizes) == 1 and isinstance(sizes[0], Sizes) and sizes[0].start == 0:
        return Applied((tensor, sizes[0].tensor), operation="expand_like")
    if len(sizes) == 1 and isinstance(sizes[0], tuple | list):
        sizes = list(sizes[0])
    own = [reader.shapes.side(tensor, dim) for dim in range(len(sizes))]
    kept = [-1 if size == side else size for size, side in zip(sizes, own, strict=True)]
    if all(type(size) is int for size in kept):
        return operation_on(tensor, "expand", {"sizes": tuple(kept)})
    for other in _tensors_in(sizes):
        if sizes == [reader.shapes.side(other, dim) for dim in range(len(sizes))]:
            return Applied((tensor, other), operation="expand_like")
    raise cannot_read(node, f"{shown(node)} cannot be read; write numbers, with -1 for what stays, or x.expand_as(y).")


def _tensors_in(sizes: list[Any]) -> Iterator[Any]:
    """The tensors whose sizes these are computed from."""
    places = {place for size in sizes if isinstance(size, Size) for place in formulas.atoms(size)}
    found = {id(each): each for each in (origin(tensor) for tensor, _ in places) if is_tensor(each)}
    # The output that was taken out of a tuple would be computed once more.
    yield from (each for each in found.values() if not (isinstance(each, Applied) and each.is_output))
