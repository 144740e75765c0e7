"""Faults that a layer has by itself: its name and its arguments, before torch sees them."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from playground.networks.annotations import fits, tuple_length
from playground.networks.build import check_name
from playground.networks.consistency import find_conflict
from playground.networks.diagnosis import Diagnosis, fixes, set_all, set_argument, width, width_argument
from playground.networks.errors import SpecError
from playground.networks.fixes import Fix, Rename
from playground.networks.layers import check_arguments, in_range, parameters
from playground.networks.propagate import Fault
from playground.networks.spec import NetworkSpec, Value


def reserved_name(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A name that every module has already, such as "forward"."""
    name = fault.layer.name
    try:
        check_name(nn.Sequential() if "." in fault.path else nn.Module(), name, fault.path)
    except SpecError as error:
        new_name = f"{name}_layer"
        return Diagnosis(error.message, fixes((f"rename it to {new_name}", Rename(fault.path, new_name))))
    return None


def invalid_argument(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Arguments that are missing, of the wrong type or out of range, before torch sees them."""
    layer = fault.layer
    try:
        check_arguments(layer.type, layer.arguments)
    except SpecError as error:
        return Diagnosis(error.message, tuple(_argument_fixes(fault)))
    return None


def conflicting_arguments(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Arguments that do not go together, such as groups that do not divide the channels."""
    conflict = find_conflict(fault.layer.type, fault.layer.arguments)
    if conflict is None:
        return None
    candidates = [set_all(fault, **remedy) for remedy in conflict.remedies]
    name, given = width_argument(fault), width(fault)
    if name and given and not find_conflict(fault.layer.type, {**fault.layer.arguments, name: given}):
        candidates.insert(0, set_argument(fault, name, given))
    return Diagnosis(conflict.message, tuple(candidates))


def _argument_fixes(fault: Fault) -> Iterator[Fix]:
    try:
        known = {parameter.name: parameter for parameter in parameters(fault.layer.type)}
    except SpecError:
        return
    for name, value in fault.layer.arguments.items():
        if name not in known:
            continue
        nearest = in_range(name, value, fault.layer.type)
        default = known[name].default
        if nearest != value:
            yield set_argument(fault, name, default if type(default) in (int, float) else nearest)
        elif not fits(value, known[name].annotation):
            yield from (set_argument(fault, name, each) for each in _fitting(value, known[name].annotation))
            if not known[name].required:
                yield set_argument(fault, name, default)
    missing = width_argument(fault)
    if missing and missing not in fault.layer.arguments:
        yield set_argument(fault, missing, width(fault))


def _fitting(value: Value, annotation: object) -> Iterator[Value]:
    """The value with as many numbers as the annotation wants."""
    length = tuple_length(annotation)
    if isinstance(value, tuple) and value and length:
        fitting = (*value, *(value[-1],) * length)[:length]
        if fits(fitting, annotation):
            yield fitting[0] if len(set(fitting)) == 1 else fitting
