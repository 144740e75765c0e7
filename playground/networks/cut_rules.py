"""Faults of operations that cut a tensor, pad it or repeat it: indices and sizes that it does not have."""

from __future__ import annotations

import math

from playground.networks.diagnosis import Diagnosis, count, fixes
from playground.networks.operation_rules import argument, is_operation, set_to
from playground.networks.propagate import Fault
from playground.networks.spec import NetworkSpec, Shape, Value, by


def no_such_index(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An index beyond those of the dimension."""
    side, index = _side(fault), argument(fault, "index")
    if not is_operation(fault, "select") or side is None or not isinstance(index, int) or -side <= index < side:
        return None
    return Diagnosis(
        f"There is no index {index}: dimension {argument(fault, 'dim')} has {side}, counted from 0.",
        fixes(*(set_to(fault, "index", other) for other in (-1, 0))),
    )


def parts_that_do_not_add_up(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Parts that are together longer or shorter than the dimension that is cut."""
    side = _side(fault)
    if not is_operation(fault, "split") or side is None:
        return None
    sizes = _whole_numbers(argument(fault, "sizes"))
    rest = side - sum(sizes[:-1])
    half = side // 2
    return Diagnosis(
        f"The parts {' + '.join(map(str, sizes))} make {sum(sizes)}, but dimension {argument(fault, 'dim')} has "
        f"{side}.",
        fixes(
            *([set_to(fault, "sizes", (*sizes[:-1], rest))] if rest >= 0 and len(sizes) > 1 else []),
            set_to(fault, "sizes", (half, side - half)),
        ),
    )


def backwards(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A slice that goes backwards, or nowhere."""
    step = argument(fault, "step")
    if not is_operation(fault, "slice") or not isinstance(step, int) or step > 0:
        return None
    return Diagnosis(f"step is {step}, but a slice goes forwards; Flip turns around.", fixes(set_to(fault, "step", 1)))


def padding_that_does_not_fit(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Padding in numbers that are no pairs, for more dimensions than there are, or wider than can be reflected."""
    if not is_operation(fault, "pad"):
        return None
    padding, rank = _whole_numbers(argument(fault, "pad")), len(fault.inputs[0])
    pairs = min(len(padding) // 2, rank)
    if len(padding) != 2 * pairs:
        return Diagnosis(
            f"Padding has two numbers for each dimension, the last dimension first; there are {len(padding)} for a "
            f"tensor of {rank} dimensions.",
            fixes(set_to(fault, "pad", padding[: 2 * pairs])),
        )
    return Diagnosis(
        f"The padding {padding} does not fit {fault.inputs[0]} with mode {argument(fault, 'mode')}: what is reflected "
        "must be there, and what is cut off, too.",
        fixes(
            set_to(fault, "mode", "constant"),
            set_to(fault, "pad", tuple(max(0, min(each, _smallest(fault) - 1)) for each in padding)),
        ),
    )


def cannot_be_repeated(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Dimensions that are repeated though they have more than one index, or too few numbers for all dimensions."""
    name = "sizes" if is_operation(fault, "expand") else "repeats"
    if not is_operation(fault, "expand") and not is_operation(fault, "repeat"):
        return None
    shape, wanted = fault.inputs[0], _whole_numbers(argument(fault, name))
    if len(wanted) < len(shape):
        ones = (-1 if name == "sizes" else 1,) * (len(shape) - len(wanted))
        return Diagnosis(
            f"There {'is' if len(wanted) == 1 else 'are'} {count(len(wanted), 'number')} for {len(shape)} dimensions.",
            fixes(set_to(fault, name, (*ones, *wanted))),
        )
    ends = wanted[len(wanted) - len(shape) :]
    kept = tuple(new if old == 1 else -1 for old, new in zip(shape, ends, strict=True))
    return Diagnosis(
        f"Only dimensions of size 1 can be expanded, but the shape is {shape}.",
        fixes(set_to(fault, name, (*wanted[: len(wanted) - len(shape)], *kept))),
    )


def sizes_of_another(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A dimension that does not have as many indices as the dimensions of another tensor together."""
    if not is_operation(fault, "unflatten_like") or len(fault.inputs) != 2:
        return None
    shape, other = fault.inputs
    start, end = argument(fault, "start"), argument(fault, "end")
    if not isinstance(start, int) or not (end is None or isinstance(end, int)):
        return None
    sizes = other[start:end]
    fitting = [dim for dim, side in enumerate(shape) if side == math.prod(sizes)]
    return Diagnosis(
        f"Dimension {argument(fault, 'dim')} of {by(shape)} cannot be split into {by(sizes) or 'nothing'}, the sizes "
        "of the second.",
        fixes(*(set_to(fault, "dim", dim) for dim in fitting)),
    )


def shifts_without_dimensions(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A roll with more or fewer shifts than dimensions."""
    shifts, dims = (_whole_numbers(argument(fault, name)) for name in ("shifts", "dims"))
    if not is_operation(fault, "roll") or len(shifts) == len(dims):
        return None
    some = min(len(shifts), len(dims))
    return Diagnosis(
        f"Roll needs a shift for each dimension; there are {len(shifts)} for {len(dims)}.",
        fixes(set_to(fault, *("dims", dims[:some]) if len(dims) > some else ("shifts", shifts[:some]))),
    )


def _side(fault: Fault) -> int | None:
    """The size of the dimension that an operation is for; None if there is no such dimension."""
    dim, shape = argument(fault, "dim"), fault.inputs[0]
    return shape[dim] if isinstance(dim, int) and -len(shape) <= dim < len(shape) else None


def _smallest(fault: Fault) -> int:
    return min(fault.inputs[0][2:], default=1)


def _whole_numbers(value: Value) -> Shape:
    values = value if isinstance(value, tuple) else (value,)
    return tuple(each for each in values if isinstance(each, int))
