"""Faults beside those of single layers: limits, containers that cannot be called, steps that do not fit."""

from __future__ import annotations

from playground.networks.containers import CONTAINERS
from playground.networks.diagnosis import Diagnosis
from playground.networks.fixes import Fix, SetRule
from playground.networks.operations import OPERATIONS
from playground.networks.propagate import Fault
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import NetworkSpec, Shape


def beyond_limits(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A layer that would work, but whose output, parameters or time are more than is traced here."""
    return Diagnosis(fault.message) if fault.is_limit else None


def no_forward(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A ModuleList or ModuleDict that nobody has told how to use its children."""
    layer = fault.layer
    container = CONTAINERS.get(layer.type)
    if container is None or not container.has_rule or layer.rule:
        return None
    return Diagnosis(
        f"A {layer.type} stores layers so that their parameters are registered, but has no forward of its own. "
        "Choose how its layers are used.",
        tuple(
            Fix(f"use its layers as: {rule.label.lower()}", (SetRule(fault.path, rule.name),))
            for rule in FORWARD_RULES.values()
        ),
    )


def step_does_not_fit(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An operation of a forward on shapes that it cannot take."""
    if fault.operation is None:
        return None
    known = OPERATIONS.get(fault.operation.operation)
    what = known.label if known else fault.operation.operation
    different = _different_dimension(fault.inputs)
    if different is not None and fault.operation.operation in ("add", "subtract", "multiply", "concatenate"):
        sizes = " and ".join(str(shape) for shape in fault.inputs)
        return Diagnosis(f"{what} needs tensors that match, but these have the shapes {sizes}.")
    return Diagnosis(f"{what} cannot work on {' and '.join(map(str, fault.inputs))}.")


def forward_does_not_fit(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A container whose own settings are wrong: what the message says is the cause."""
    if fault.layer.type in ("Module", "ModuleList", "ModuleDict"):
        return Diagnosis(fault.message)
    return None


def _different_dimension(shapes: tuple[Shape, ...]) -> int | None:
    """The first dimension in which the shapes differ; the number of dimensions where that differs."""
    if len({len(shape) for shape in shapes}) > 1:
        return min(map(len, shapes))
    return next((at for at, sizes in enumerate(zip(*shapes, strict=True)) if len(set(sizes)) > 1), None)
