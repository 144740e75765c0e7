"""Functions that make one value of many, along dimensions: mean, sum, max, variance."""

from __future__ import annotations

import ast
from typing import Any

from playground.networks.reading.applying import called
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.values import Applied, Unreadable, cannot_read, is_tensor, shown


def read_over_dims(
    name: str, reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call
) -> Applied:
    """`x.mean(dim=(2, 3))` and the like; raises SpecError for one over everything, the batch included."""
    del reader
    values = _with_dim(dict(zip(("dim", "keepdim"), rest, strict=False)) | keywords)
    _check_dim(name, values.get("dim"), node)
    return called(name, tensor, (), values, node)


def read_extreme(name: str, reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """The values and places that `x.max(dim=1)` gives; the larger of two values for `torch.max(x, y)`."""
    del reader
    other = rest[0] if rest else keywords.get("other")
    if is_tensor(other):
        return Applied((tensor, other), operation={"max": "maximum", "min": "minimum"}[name])
    values = _with_dim(dict(zip(("dim", "keepdim"), rest, strict=False)) | keywords)
    _check_dim(name, values.get("dim"), node)
    found = called({"max": "amax", "min": "amin"}[name], tensor, (), values, node)
    if name == "max":
        return Extremes((found, called("argmax", tensor, (), values, node)))
    why = cannot_read(node, f"the places that {shown(node)} gives cannot be read; write (-x).argmax(dim=1).")
    return Extremes((found, Unreadable(why)))


class Extremes(tuple[Any, ...]):
    """The largest or smallest values along a dimension, and then where they are."""

    __slots__ = ()


def read_variance(
    name: str, reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call
) -> Applied:
    """`x.var(dim=1, unbiased=False)` and `x.std(...)`."""
    del reader
    order = ("dim", "unbiased", "keepdim") if len(rest) > 1 else ("dim", "keepdim")
    values = _with_dim(dict(zip(order, rest, strict=False)) | keywords)
    _check_dim(name, None if isinstance(values.get("dim"), bool) else values.get("dim"), node)
    if "unbiased" in values:
        values["correction"] = int(bool(values.pop("unbiased")))
    return called(name, tensor, (), values, node)


def read_clamp(reader: Reader, tensor: Any, rest: tuple[Any, ...], keywords: Names, node: ast.Call) -> Applied:
    """`x.clamp(0, 1)`; with tensors as bounds it is a maximum or a minimum."""
    del reader
    values = dict(zip(("min", "max"), rest, strict=False)) | keywords
    if any(map(is_tensor, values.values())):
        raise cannot_read(node, f"{shown(node)} cannot be read; write torch.maximum(x, low) or torch.minimum(x, high).")
    if all(value is None for value in values.values()):
        raise cannot_read(node, f"{shown(node)} needs a bound; write x.clamp(min=0).")
    return called("clamp", tensor, (), values, node)


def _with_dim(values: Names) -> Names:
    if "axis" in values:
        values["dim"] = values.pop("axis")
    return values


def _check_dim(name: str, dim: Any, node: ast.Call) -> None:
    if dim is None or dim in ((), []):
        raise cannot_read(
            node,
            f"a {name} over everything cannot be read: it mixes the samples of a batch. Say over which dimensions: "
            f"x.{name}(dim=1), or x.flatten(1).{name}(dim=1) for all of a sample.",
        )
