"""Classes as their statements define them, and what `super()` in their methods means."""

from __future__ import annotations

import ast
from typing import Any

from playground.networks.errors import SpecError
from playground.networks.reading import classes
from playground.networks.reading.module_methods import fill, fill_record
from playground.networks.reading.parts import children_of
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.signatures import ClassScope
from playground.networks.reading.values import (
    IGNORED,
    Child,
    ClassValue,
    FunctionValue,
    Record,
    SuperValue,
    TorchName,
    cannot_read,
)

_MOST_ABOVE = 100
_MODULE = TorchName("torch.nn.Module")


def define_class(reader: Reader, definition: ast.ClassDef, names: Names) -> ClassValue:
    """The class that a definition makes; its body is followed like any other statements."""
    bases = [_base(reader, each, names) for each in definition.bases]
    lineages = [_lineage(base) for base in bases if base is not None]
    above = _merged([*lineages, [lineage[0] for lineage in lineages]], definition)
    if len(above) > _MOST_ABOVE:
        raise cannot_read(definition, f"the class {definition.name} extends more than {_MOST_ABOVE} classes.")
    scope = ClassScope(names, reader.globals)
    script, bind = reader.script, reader.bind
    reader.script = reader.bind = None
    try:
        for statement in definition.body:
            try:
                reader.follow([statement], scope)
            except SpecError as error:
                if script is None or reader.budget.is_spent:
                    raise
                script.pass_over(statement, error, scope)
    finally:
        reader.script, reader.bind = script, bind
    return ClassValue(definition, tuple(above), scope.own())


def _base(reader: Reader, node: ast.expr, names: Names) -> Any:
    """A class that another one extends; None where it is not known, and where it is the one that all extend."""
    try:
        found = reader.value(node, names)
    except SpecError:
        return None
    if isinstance(found, TorchName):
        found = TorchName(f"torch.nn.{found.name.rsplit('.', 1)[1]}") if found.name.startswith("torch.nn.") else found
    return None if found == TorchName("object") else found


def _lineage(base: Any) -> list[Any]:
    """A class with all that it extends."""
    if isinstance(base, ClassValue):
        return [base, *base.above]
    is_of_torch = isinstance(base, TorchName) and base.name.startswith("torch.nn.")
    return [base, _MODULE] if is_of_torch and base != _MODULE else [base]


def _merged(lineages: list[list[Any]], definition: ast.ClassDef) -> list[Any]:
    """The lineages of the classes that one extends as its own, in the order that Python gives them."""
    found: list[Any] = []
    while pending := [lineage for lineage in lineages if lineage]:
        heads = (lineage[0] for lineage in pending)
        head = next((head for head in heads if not any(head in lineage[1:] for lineage in pending)), None)
        if head is None:
            raise cannot_read(definition, f"the classes that {definition.name} extends have no common order.")
        found.append(head)
        lineages = [lineage[1:] if lineage[0] == head else lineage for lineage in pending]
    return found


def call_super(
    reader: Reader, owner: SuperValue, name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.Call
) -> Any:
    """What a method of the class gives that a class extends: one of the source, or of PyTorch."""
    method = classes.above(owner.owner, owner.definition, name)
    if isinstance(method, FunctionValue):
        return reader.call_function(method, arguments, keywords, node)
    if name == "__init__":
        if isinstance(owner.node, Record):
            fill_record(reader, owner.node, arguments, keywords, node)
        else:
            fill(owner.node, arguments, keywords, node)
        return IGNORED
    if name == "forward" and len(arguments) == 1 and not keywords and _runs_in_order(owner.owner):
        assert isinstance(owner.owner, Child)
        (result,) = arguments
        for child in children_of(owner.owner).values():
            result = reader.call(child, (result,), {}, node)
        return result
    raise cannot_read(node, f"super().{name} cannot be read; write the lines of that {name} here.")


def _runs_in_order(owner: Any) -> bool:
    """Whether this is the forward of a class that extends nn.Sequential."""
    return isinstance(owner, Child) and owner.node.base == "Sequential"
