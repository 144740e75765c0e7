"""What a step of a forward can compute without a layer: arithmetic, shapes, and functions without weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playground.networks.errors import SpecError
from playground.networks.operation_kinds import Operation, OperationParameter
from playground.networks.operations_between import BETWEEN
from playground.networks.operations_on_shapes import ON_SHAPES
from playground.networks.operations_on_values import ON_VALUES, WITH_NUMBERS
from playground.networks.spec import Value

__all__ = [
    "OPERATIONS",
    "Operation",
    "OperationParameter",
    "all_arguments",
    "first_arguments",
    "operate",
    "operation",
    "write_operation",
]

OPERATIONS: Mapping[str, Operation] = {each.name: each for each in (*BETWEEN, *WITH_NUMBERS, *ON_SHAPES, *ON_VALUES)}
"""All operations by their names, in the order in which people choose from them."""


def operation(name: str) -> Operation:
    """The operation of that name; raises SpecError if there is none."""
    if name not in OPERATIONS:
        raise SpecError(f"There is no operation {name[:100]!r}; there are {', '.join(OPERATIONS)}.")
    return OPERATIONS[name]


def all_arguments(name: str, arguments: Mapping[str, Value]) -> dict[str, Value]:
    """The arguments with the defaults of those left out; raises SpecError if one is unknown or missing."""
    known = {parameter.name: parameter for parameter in operation(name).parameters}
    for argument in arguments:
        if argument not in known:
            raise SpecError(f"{name} has no argument {argument[:100]!r}; it has {', '.join(known) or 'none'}.")
    for parameter in known.values():
        if parameter.required and parameter.name not in arguments:
            raise SpecError(f"{name} needs {parameter.name}: {parameter.explanation}")
    return {parameter.name: arguments.get(parameter.name, parameter.default) for parameter in known.values()}


def operate(name: str, inputs: Sequence[Any], arguments: Mapping[str, Value], training: bool) -> Any:
    """The result of an operation on tensors; raises SpecError, or whatever torch raises for these inputs."""
    found = operation(name)
    most = len(inputs) if found.most_inputs is None else found.most_inputs
    if not found.least_inputs <= len(inputs) <= most:
        raise SpecError(f"{name} takes {_inputs_in_words(found)}; it has {len(inputs)}.")
    return found.function(inputs, all_arguments(name, arguments), training)


def write_operation(name: str, inputs: Sequence[str], arguments: Mapping[str, Value]) -> str:
    """The Python expression for an operation on variables of these names."""
    return operation(name).code(inputs, all_arguments(name, arguments))


def _inputs_in_words(found: Operation) -> str:
    if found.most_inputs is None:
        return f"{found.least_inputs} inputs or more"
    return "one input" if found.most_inputs == 1 else f"{found.most_inputs} inputs"


def first_arguments(name: str) -> dict[str, Value]:
    """The arguments with which a new step begins, beside its defaults; none where the name is no operation's."""
    known = OPERATIONS[name].parameters if name in OPERATIONS else ()
    return {each.name: each.first for each in known if each.first is not None}
