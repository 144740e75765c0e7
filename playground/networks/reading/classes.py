"""What the classes of a source say: their methods, the classes that they extend, and the names in their bodies."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from playground.networks.reading.changes import walk
from playground.networks.reading.values import Child, ClassValue, FunctionValue, Node, Record, TorchName, Unreadable

Owner: TypeAlias = Node | Record | Child
"""A module or object, or a module as a forward sees it."""

MISSING = object()
"""What a class has under a name that is not there."""


def find_method(node: Owner, name: str) -> FunctionValue | None:
    """The method of that name in the class of a module or in a class that it extends."""
    found = in_class(node, name)
    return found if isinstance(found, FunctionValue) else None


def in_class(node: Owner, name: str) -> Any:
    """What the class of a module, or one that it extends, has under a name, a method bound to it; or MISSING."""
    return _bound(node, _found(_lineage(node), name))


def above(node: Owner, definition: ast.ClassDef, name: str) -> Any:
    """The same, of what comes after a class in the lineage of a module."""
    lineage = _lineage(node)
    here = next((index for index, each in enumerate(lineage) if _is_class(each, definition)), -1)
    return _bound(node, _found(lineage[here + 1 :], name))


def of_class(kind: ClassValue, name: str) -> Any:
    """What a class itself has under a name; or MISSING."""
    return _found((kind, *kind.above), name)


def defining_class(function: FunctionValue) -> ast.ClassDef | None:
    """The class in whose body a method stands."""
    lineage = _lineage(function.owner) if function.owner else ()
    definitions = (each.definition for each in lineage if isinstance(each, ClassValue))
    return next((each for each in definitions if any(part is function.definition for part in walk(each))), None)


def is_instance(node: Node | Record, kind: ClassValue) -> bool:
    """Whether a module is of a class of the source, or of one that extends it."""
    return any(_is_class(each, kind.definition) for each in _lineage(node))


def fields(node: Record) -> list[tuple[str, ast.expr | None]] | None:
    """The fields of a data class with their defaults, those of the classes that it extends first; None for others."""
    lineage = [each.definition for each in _lineage(node) if isinstance(each, ClassValue)]
    if not any(_is_decorated(definition, "dataclass") for definition in lineage):
        return None
    found: dict[str, ast.expr | None] = {}
    for definition in reversed(lineage):
        for statement in definition.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                found[statement.target.id] = statement.value
    return list(found.items())


def torch_classes(kind: ClassValue) -> Iterator[str]:
    """The classes of torch.nn that a class extends, the nearest first, without their "torch.nn."."""
    for each in kind.above:
        if isinstance(each, TorchName) and each.name.startswith("torch.nn."):
            yield each.name.rsplit(".", 1)[1]


def _lineage(owner: Owner) -> tuple[Any, ...]:
    node = owner.node if isinstance(owner, Child) else owner
    return (node.definition, *node.definition.above) if node.definition else ()


def _is_class(each: Any, definition: ast.ClassDef) -> bool:
    return isinstance(each, ClassValue) and each.definition is definition


def _found(lineage: tuple[Any, ...], name: str) -> Any:
    """What the first class that has a name gives it."""
    for index, each in enumerate(lineage):
        if isinstance(each, ClassValue) and name in each.attributes:
            found = each.attributes[name]
            if isinstance(found, Unreadable):
                raise found.error
            return found
        later = (other for other in lineage[index + 1 :] if isinstance(other, ClassValue))
        if isinstance(each, TorchName) and any(later) and _has(each, name):
            return MISSING
    return MISSING


def _has(kind: TorchName, name: str) -> bool:
    """Whether a class of torch.nn has something under a name, which hides what later classes have there."""
    from torch import nn

    return kind.name.startswith("torch.nn.") and hasattr(getattr(nn, kind.name.rsplit(".", 1)[1], None), name)


def _bound(node: Owner, found: Any) -> Any:
    if not isinstance(found, FunctionValue) or _is_decorated(found.definition, "staticmethod"):
        return found
    return replace(found, owner=node)


def _is_decorated(definition: ast.FunctionDef | ast.Lambda | ast.ClassDef, name: str) -> bool:
    given = [] if isinstance(definition, ast.Lambda) else definition.decorator_list
    decorators = (each.func if isinstance(each, ast.Call) else each for each in given)
    return any(isinstance(each, ast.Name) and each.id == name for each in decorators)
