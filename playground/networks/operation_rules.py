"""Faults of operations on one tensor, and of matrix products: shapes, dimensions and parts that there are not."""

from __future__ import annotations

import math
from collections.abc import Iterator

from playground.networks.diagnosis import Candidate, Diagnosis, fixes
from playground.networks.fixes import InsertStep, SetStepArguments
from playground.networks.operations import OPERATIONS
from playground.networks.propagate import Fault
from playground.networks.spec import Arguments, NetworkSpec, Shape, Step, Value, by


def other_number_of_elements(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A reshape to sizes that do not multiply to what a sample has."""
    if not _is(fault, "reshape"):
        return None
    sample = fault.inputs[0][1:]
    wanted = _argument(fault, "shape")
    sizes = wanted if isinstance(wanted, tuple) else (wanted,)
    if not all(type(size) is int for size in sizes):
        return None
    numbers = tuple(size for size in sizes if isinstance(size, int))
    return Diagnosis(
        f"A sample has {by(sample)} = {math.prod(sample):,} elements, which cannot have the shape {by(numbers)}.",
        fixes(*_other_sizes(fault, numbers, math.prod(sample))),
    )


def matrices_that_do_not_match(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A matrix product whose first factor has not as many columns as the second has rows."""
    if not _is(fault, "matmul") or fault.step is None or min(map(len, fault.inputs)) < 2:
        return None
    columns, rows = fault.inputs[0][-1], fault.inputs[1][-2]
    transposed = Step(operation="transpose", arguments={"dim0": -2, "dim1": -1})
    return Diagnosis(
        f"A matrix product needs as many columns in the first as rows in the second, but there are {columns} and "
        f"{rows}: the shapes are {fault.inputs[0]} and {fault.inputs[1]}.",
        fixes(
            ("transpose the second", InsertStep(fault.path, fault.step, 1, transposed)),
            ("transpose the first", InsertStep(fault.path, fault.step, 0, transposed)),
        ),
    )


def no_such_part(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An index beyond the parts that there are."""
    if not _is(fault, "item"):
        return None
    return Diagnosis(
        f"There is no part {_argument(fault, 'index')}: there are {len(fault.inputs)}, counted from 0.",
        fixes(*(_set(fault, "index", index) for index in (len(fault.inputs) - 1, 0))),
    )


def no_such_dimension(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A dimension beyond those that the tensor has."""
    if fault.operation is None:
        return None
    rank = len(fault.inputs[0])
    names = [
        name
        for name in ("dim", "dim0", "dim1", "start_dim", "end_dim")
        if isinstance(_argument(fault, name), int) and not -rank <= int(str(_argument(fault, name))) < rank
    ]
    if not names:
        return None
    return Diagnosis(
        f"{names[0]} is {_argument(fault, names[0])}, but the tensor has {rank} dimensions, counted from 0: "
        f"its shape is {fault.inputs[0]}.",
        fixes(*(_set(fault, names[0], dim) for dim in (rank - 1, 1 if rank > 1 else 0))),
    )


def operation_does_not_fit(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Any other operation on shapes that it cannot take."""
    if fault.operation is None:
        return None
    known = OPERATIONS.get(fault.operation.operation)
    if known is None:
        return Diagnosis(fault.message)
    return Diagnosis(f"{known.label} cannot work on {' and '.join(map(str, fault.inputs))}.")


def _is(fault: Fault, operation: str) -> bool:
    return fault.operation is not None and fault.operation.operation == operation


def _argument(fault: Fault, name: str) -> Value:
    """An argument of the operation, or its default, or None if it has no such parameter."""
    assert fault.operation is not None
    if name in fault.operation.arguments or fault.operation.operation not in OPERATIONS:
        return fault.operation.arguments.get(name)
    known = OPERATIONS[fault.operation.operation].parameters
    return next((parameter.default for parameter in known if parameter.name == name), None)


def _set(fault: Fault, name: str, value: Value) -> Candidate:
    assert fault.step is not None
    return f"set {name} to {value!r}", SetStepArguments(fault.path, fault.step, Arguments({name: value}))


def _other_sizes(fault: Fault, sizes: Shape, elements: int) -> Iterator[Candidate]:
    """The shape with one size that makes up for the others, and all elements in a row."""
    for place in reversed(range(len(sizes))):
        others = math.prod(size for at, size in enumerate(sizes) if at != place)
        if others > 0 and elements % others == 0:
            yield _set(fault, "shape", (*sizes[:place], elements // others, *sizes[place + 1 :]))
    if len(sizes) > 1:
        yield _set(fault, "shape", (elements,))
