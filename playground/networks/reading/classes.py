"""What the classes of a source say: their methods, the classes that they extend, and the names in their bodies."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from playground.networks.reading.reader import Names
from playground.networks.reading.values import ClassValue, FunctionValue, Node, Record


def find_method(globals_: Names, node: Node | Record, name: str) -> FunctionValue | None:
    """The method of that name in the class of a module or in a class that it extends."""
    for definition in _lineage(globals_, node):
        # Of several definitions of one name Python keeps the last.
        for statement in reversed(definition.body):
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                return FunctionValue(statement, globals_, None if _is_decorated(statement, "staticmethod") else node)
    return None


def defining_class(globals_: Names, node: Node | Record, method: ast.AST) -> ast.ClassDef | None:
    """The class of a module, or the one that it extends, in which this method is."""
    return next((each for each in _lineage(globals_, node) if method in each.body), None)


def assigned_in_classes(globals_: Names, node: Node | Record, name: str) -> ast.expr | None:
    """What the class of a module, or one that it extends, assigns to a name in its body."""
    found = (assigned(definition, name) for definition in _lineage(globals_, node))
    return next((each for each in found if each is not None), None)


def is_instance(globals_: Names, node: Node | Record, kind: ClassValue) -> bool:
    """Whether a module is of a class of the source, or of one that extends it."""
    return any(definition is kind.definition for definition in _lineage(globals_, node))


def fields(globals_: Names, node: Record) -> list[tuple[str, ast.expr | None]] | None:
    """The fields of a data class with their defaults, those of the classes that it extends first; None for others."""
    lineage = list(_lineage(globals_, node))
    if not any(_is_decorated(definition, "dataclass") for definition in lineage):
        return None
    found: dict[str, ast.expr | None] = {}
    for definition in reversed(lineage):
        for statement in definition.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                found[statement.target.id] = statement.value
    return list(found.items())


def parent(globals_: Names, definition: ast.ClassDef) -> ast.ClassDef | None:
    """The class of the source that a class extends."""
    for base in definition.bases:
        found = globals_.get(base.id) if isinstance(base, ast.Name) else None
        if isinstance(found, ClassValue) and found.definition is not definition:
            return found.definition
    return None


def assigned(definition: ast.ClassDef, name: str) -> ast.expr | None:
    """What the body of a class assigns to a name."""
    for statement in definition.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                return statement.value
    return None


def _lineage(globals_: Names, node: Node | Record) -> Iterator[ast.ClassDef]:
    """The class of a module and those of the source that it extends; each once, even where they extend each other."""
    definition = node.definition.definition if node.definition else None
    seen: list[ast.ClassDef] = []
    while definition is not None and definition not in seen:
        yield definition
        seen.append(definition)
        definition = parent(globals_, definition)


def _is_decorated(definition: ast.FunctionDef | ast.ClassDef, name: str) -> bool:
    decorators = (each.func if isinstance(each, ast.Call) else each for each in definition.decorator_list)
    return any(isinstance(each, ast.Name) and each.id == name for each in decorators)
