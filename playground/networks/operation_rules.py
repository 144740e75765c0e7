"""Faults of operations on one tensor, and of matrix products: shapes, dimensions and parts that there are not."""

from __future__ import annotations

import math
from collections.abc import Iterator

from playground.networks.diagnosis import Candidate, Diagnosis, fixes
from playground.networks.fixes import InsertStep, SetStepArguments
from playground.networks.operations import OPERATIONS
from playground.networks.propagate import Fault
from playground.networks.spec import INPUT, Arguments, NetworkSpec, Shape, Step, Value, by


def missing_argument(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An argument that the operation needs and is not given."""
    known = OPERATIONS.get(fault.operation.operation) if fault.operation else None
    if known is None:
        return None
    for parameter in known.parameters:
        if parameter.required and argument(fault, parameter.name) is None:
            first = [] if parameter.first is None else [set_to(fault, parameter.name, parameter.first)]
            return Diagnosis(f"{known.label} needs {parameter.name}. {parameter.explanation}", fixes(*first))
    return None


def other_number_of_inputs(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An operation on more or fewer tensors than it takes."""
    known = OPERATIONS.get(fault.operation.operation) if fault.operation else None
    if known is None or fault.operation is None or fault.step is None:
        return None
    given = len(fault.operation.inputs or (INPUT,))
    if known.least_inputs <= given and (known.most_inputs is None or given <= known.most_inputs):
        return None
    return Diagnosis(fault.message)


def other_number_of_elements(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A reshape to sizes that do not multiply to what a sample has."""
    if not is_operation(fault, "reshape"):
        return None
    sample = fault.inputs[0][1:]
    wanted = argument(fault, "shape")
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
    if not is_operation(fault, "matmul") or fault.step is None or min(map(len, fault.inputs)) < 2:
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
    if not is_operation(fault, "item"):
        return None
    return Diagnosis(
        f"There is no part {argument(fault, 'index')}: there are {len(fault.inputs)}, counted from 0.",
        fixes(*(set_to(fault, "index", index) for index in (len(fault.inputs) - 1, 0))),
    )


def no_such_dimension(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A dimension beyond those that the tensor has."""
    if fault.operation is None:
        return None
    rank = len(fault.inputs[0])
    for name in ("dim", "dims", "dim0", "dim1", "start_dim", "end_dim"):
        dims = _numbers(argument(fault, name))
        if all(-rank <= dim < rank for dim in dims):
            continue
        several = isinstance(argument(fault, name), tuple)
        last, second = rank - 1, 1 if rank > 1 else 0
        inside = tuple(dim for dim in dims if -rank <= dim < rank)
        others: tuple[Value, ...] = ((inside,) if inside else ((last,), (second,))) if several else (last, second)
        return Diagnosis(
            f"{name} is {argument(fault, name)}, but the tensor has {rank} dimensions, counted from 0: "
            f"its shape is {fault.inputs[0]}.",
            fixes(*(set_to(fault, name, other) for other in dict.fromkeys(others))),
        )
    return None


def no_bound(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A clamp without a smallest and without a largest value."""
    if not is_operation(fault, "clamp"):
        return None
    return Diagnosis("Clamp needs the smallest or the largest value that stays.", fixes(set_to(fault, "min", 0)))


def equation_does_not_fit(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An Einstein sum whose letters are not those of the dimensions."""
    if not is_operation(fault, "einsum"):
        return None
    equation = str(argument(fault, "equation"))
    given, arrow, kept = equation.replace(" ", "").partition("->")
    letters = given.split(",")
    if len(letters) != len(fault.inputs):
        return Diagnosis(f"The equation {equation} is for {len(letters)} tensors; it has {len(fault.inputs)}.")
    for each, shape in zip(letters, fault.inputs, strict=True):
        if "." not in each and len(each) != len(shape):
            batched = ",".join(f"...{one}" for one in letters) + (f"->...{kept}" if arrow else "")
            return Diagnosis(
                f"The equation has {len(each)} letters for a tensor of {len(shape)} dimensions: {each} for "
                f"{by(shape)}.",
                fixes(*([set_to(fault, "equation", batched)] if len(each) < len(shape) else [])),
            )
    return Diagnosis(
        f"A letter of {equation} stands for dimensions of different sizes, or is missing: the shapes are "
        f"{' and '.join(map(by, fault.inputs))}.",
        fixes(*(set_to(fault, "equation", other) for other in _transposed(letters, arrow + kept))),
    )


def _transposed(letters: list[str], kept: str) -> Iterator[str]:
    """The equation with the last two letters of one tensor in the other order."""
    for place in reversed(range(len(letters))):
        each = letters[place]
        if len(each) >= 2:
            swapped = f"{each[:-2]}{each[-1]}{each[-2]}"
            yield ",".join([*letters[:place], swapped, *letters[place + 1 :]]) + kept


def operation_does_not_fit(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Any other operation on shapes that it cannot take."""
    if fault.operation is None:
        return None
    known = OPERATIONS.get(fault.operation.operation)
    if known is None:
        return Diagnosis(fault.message)
    return Diagnosis(f"{known.label} cannot work on {' and '.join(map(str, fault.inputs))}.")


def _numbers(value: Value) -> tuple[int, ...]:
    """The whole numbers of an argument that is one or has several."""
    values = value if isinstance(value, tuple) else (value,)
    return tuple(each for each in values if isinstance(each, int))


def is_operation(fault: Fault, operation: str) -> bool:
    """Whether it was this operation that failed."""
    return fault.operation is not None and fault.operation.operation == operation


def argument(fault: Fault, name: str) -> Value:
    """An argument of the operation, or its default, or None if it has no such parameter."""
    if fault.operation is None:
        return None
    if name in fault.operation.arguments or fault.operation.operation not in OPERATIONS:
        return fault.operation.arguments.get(name)
    known = OPERATIONS[fault.operation.operation].parameters
    return next((parameter.default for parameter in known if parameter.name == name), None)


def set_to(fault: Fault, name: str, value: Value) -> Candidate:
    """The candidate that gives the operation another argument."""
    assert fault.step is not None
    return f"set {name} to {value!r}", SetStepArguments(fault.path, fault.step, Arguments({name: value}))


def _other_sizes(fault: Fault, sizes: Shape, elements: int) -> Iterator[Candidate]:
    """The shape with one size that makes up for the others, and all elements in a row."""
    for place in reversed(range(len(sizes))):
        others = math.prod(size for at, size in enumerate(sizes) if at != place)
        if others > 0 and elements % others == 0:
            yield set_to(fault, "shape", (*sizes[:place], elements // others, *sizes[place + 1 :]))
    if len(sizes) > 1:
        yield set_to(fault, "shape", (elements,))
