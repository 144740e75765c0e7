"""The parts of what is known: the values that a loop goes through, and the layer at an index."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from playground.networks.reading.as_python import as_python_would
from playground.networks.reading.limits import MAX_LENGTH, too_long
from playground.networks.reading.module_trees import put
from playground.networks.reading.shapes import Shapes
from playground.networks.reading.sizes import origin
from playground.networks.reading.values import (
    Applied,
    Child,
    ClassValue,
    Node,
    ParameterOf,
    Record,
    Sizes,
    cannot_read,
    is_tensor,
    shown,
)

_MOST_ITEMS = 1_000
_MOST_DIMENSIONS = 64
_END = object()


def items(value: Any, node: ast.AST, shapes: Shapes | None = None) -> list[Any]:
    """The values that a loop or a star goes through; those of a shape where it is known."""
    if isinstance(value, Sizes) and shapes is not None:
        return known_sides(value, node, shapes)
    if isinstance(value, Child):
        if value.node.base == "ModuleDict":
            return list(value.node.children)
        return list(children_of(value).values())
    if isinstance(value, Node):
        return list(value.children) if value.base == "ModuleDict" else list(value.children.values())
    if is_tensor(value):
        parts = parts_of(value)
        if parts is not None:
            return parts
        raise cannot_read(
            node,
            "how many parts this tensor has is only known when the network runs; apply the layer to all at once, as "
            "layers do with a batch, or give the parts names: a, b = x.chunk(2, dim=1).",
        )
    if isinstance(value, Iterator):
        return list(one_by_one(value, node))
    if not isinstance(value, list | tuple | dict | str | range):
        raise cannot_read(node, "this cannot be looped over; write a list or a range.")
    if len(value) > MAX_LENGTH:
        raise cannot_read(node, too_long(value))
    return list(value)


def one_by_one(values: Iterator[Any], node: ast.AST) -> Iterator[Any]:
    """The values of an iterator, each as it is taken; raises SpecError where they are too many."""
    for _ in range(MAX_LENGTH + 1):
        value = as_python_would(node, next, values, _END)
        if value is _END:
            return
        yield value
    raise cannot_read(node, f"this has more than {MAX_LENGTH:,} values, the limit.")


def parts_of(tensor: Any) -> list[Any] | None:
    """The parts of a tensor that was cut into a known number of them; None for any other."""
    source = origin(tensor)
    if not isinstance(source, Applied) or source.operation not in ("chunk", "split"):
        return None
    sizes = source.arguments.get("sizes")
    count = source.arguments.get("chunks", 2) if sizes is None else len(sizes)
    return [
        Applied((tensor,), operation="item", arguments={"index": index} if index else {})
        for index in range(min(count, MAX_LENGTH))
    ]


def extend(owner: list[Any], value: Any, node: ast.AST) -> None:
    """Puts values at the end of a list, each before the next is computed, which may depend on it."""
    for each in one_by_one(value, node) if isinstance(value, Iterator) else items(value, node):
        if len(owner) >= MAX_LENGTH:
            raise cannot_read(node, f"this list has more than {MAX_LENGTH:,} values, the limit.")
        owner.append(each)


def known_sides(sizes: Sizes, node: ast.AST, shapes: Shapes) -> list[Any]:
    """The sizes of a tensor whose number of dimensions is known."""
    shape = shapes.of(sizes.tensor)
    if shape is None:
        raise cannot_read(node, "how many dimensions this tensor has is only known when the network runs; write them.")
    return list(shape[sizes.start :])


def children_of(owner: Child) -> dict[str, Child]:
    """The children of a module, as the forward sees them."""
    return {name: child_of(owner, name) for name in owner.node.children}


def child_of(owner: Child, name: str) -> Child:
    """The child of this name, as the forward sees it."""
    for part in owner.node.aliases.get(name, name).split("."):
        owner = Child(f"{owner.path}.{part}" if owner.path else part, owner.node.children[part])
    return owner


def at(owner: Any, key: Any, node: ast.Subscript) -> Any:
    """What stands in a module, a list or a dictionary at an index or under a key."""
    if isinstance(owner, Child):
        return child_of(owner, _key(owner.node, key, node))
    if isinstance(owner, Node):
        return owner.children[_key(owner, key, node)]
    return as_python_would(node, operator.getitem, owner, key)


def remove(owner: Any, key: Any, node: ast.Subscript) -> None:
    """Takes a layer out of a container, or an item out of a list or a dictionary; what comes after it moves up."""
    if isinstance(owner, Node):
        owner.children.pop(_key(owner, key, node))
        if owner.base != "ModuleDict":
            _renumber(owner)
    elif isinstance(owner, list | dict):
        as_python_would(node, operator.delitem, owner, key)
    else:
        raise cannot_read(node, f"del {shown(node)} cannot be read; leave it out.")


def _renumber(owner: Node) -> None:
    if all(name.isdecimal() for name in owner.children):
        owner.children = {str(index): child for index, child in enumerate(owner.children.values())}


def cut(owner: Any, bounds: slice, node: ast.Subscript, shapes: Shapes) -> Any:
    """A part of a list, of the layers of a module, or of the shape of a tensor."""
    if isinstance(owner, Sizes):
        return _cut_shape(owner, bounds, node, shapes)
    if isinstance(owner, Child):
        owner = list(children_of(owner).values())
    if isinstance(owner, list | tuple | str | range):
        return as_python_would(node, operator.getitem, owner, bounds)
    if isinstance(owner, Node) and owner.base in ("Sequential", "ModuleList"):
        layers = as_python_would(node, operator.getitem, list(owner.children.values()), bounds)
        return Node(owner.base, children={str(index): layer for index, layer in enumerate(layers)})
    raise cannot_read(node, f"the part {shown(node)} cannot be read.")


def _cut_shape(owner: Sizes, bounds: slice, node: ast.Subscript, shapes: Shapes) -> Any:
    """A part of a shape, also where the number of dimensions is not known but is not asked for either."""
    start, end = bounds.start or 0, bounds.stop
    if bounds.step is None and end is None:
        return Sizes(owner.tensor, owner.start + start)
    is_within = end is not None and (0 <= start <= end <= _MOST_DIMENSIONS or -_MOST_DIMENSIONS <= start <= end < 0)
    if bounds.step is None and is_within and owner.start == 0:
        return tuple(shapes.side(owner.tensor, dimension) for dimension in range(start, end))
    return tuple(as_python_would(node, operator.getitem, known_sides(owner, node, shapes), bounds))


def is_plain(value: Any) -> bool:
    """Whether a value is a number, a text, True, False, None, or a few of these, as an argument of a layer is."""
    pending, seen = [value], 0
    while pending:
        item = pending.pop()
        seen += 1
        if isinstance(item, list | tuple):
            pending += item[:_MOST_ITEMS]
        elif item is not None and not isinstance(item, bool | int | float | str):
            return False
        if seen > _MOST_ITEMS:
            return False
    return True


def copied(value: Any) -> Any:
    """A copy of a list, an object or a layer, with layers of its own."""
    if isinstance(value, Node):
        children = {name: copied(child) for name, child in value.children.items()}
        return replace(
            value,
            arguments=dict(value.arguments),
            children=children,
            attributes=dict(value.attributes),
            initial=dict(value.initial),
            aliases=dict(value.aliases),
            readings=set(),
        )
    if isinstance(value, Record):
        return Record(value.definition, dict(value.attributes))
    if isinstance(value, list | tuple):
        return type(value)(map(copied, value))
    return dict(value) if isinstance(value, dict) else value


def set_attribute(owner: Any, name: str, value: Any, node: ast.AST) -> None:
    """Gives a module, an object or a class an attribute; a module as an attribute of a module is a child."""
    if isinstance(owner, Record | ClassValue):
        owner.attributes[name] = value
    if isinstance(owner, Child):
        raise cannot_read(
            node, f"a forward that changes its module cannot be read; give the value a name of its own: {name} = ..."
        )
    if not isinstance(owner, Node):
        return  # such as m.bias.data of a layer whose weights are being initialised
    if isinstance(value, ParameterOf):
        raise cannot_read(node, "two layers that share a parameter cannot be read; apply one layer twice instead.")
    if isinstance(value, Node):
        if name in owner.places and owner.attributes.get(name, owner) is None:
            # PyTorch keeps the place of a layer that is set to None.
            raise cannot_read(node, f"{name} was a layer, then None, and now a layer again; give it a new name.")
        put(owner, name, value, node)
        owner.places[name] = node
        owner.aliases.pop(name, None)
    else:
        owner.attributes[name] = value
        owner.children.pop(name, None)


def _key(owner: Node, key: Any, node: ast.AST) -> str:
    names = list(owner.children)
    if isinstance(key, int) and -len(names) <= key < len(names) and owner.base != "ModuleDict":
        return names[key]
    if str(key) in owner.children:
        return str(key)
    raise cannot_read(node, f"there is no layer {key!r}; there are {', '.join(names) or 'none'}.")
