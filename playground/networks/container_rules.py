"""Faults beside those of single layers: limits, and containers that cannot be called."""

from __future__ import annotations

from playground.networks.containers import CONTAINERS
from playground.networks.diagnosis import Diagnosis
from playground.networks.fixes import Fix, SetRule
from playground.networks.propagate import Fault
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import NetworkSpec


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
        f"A {layer.type} stores layers so that their parameters are registered, but has no forward of its own: "
        "calling it raises NotImplementedError. Choose how its layers are used.",
        tuple(
            Fix(f"use its layers as: {rule.label.lower()}", (SetRule(fault.path, rule.name),))
            for rule in FORWARD_RULES.values()
        ),
    )


def forward_does_not_fit(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A container whose own settings are wrong: what the message says is the cause."""
    if fault.layer.type in ("Module", "ModuleList", "ModuleDict"):
        return Diagnosis(fault.message)
    return None
