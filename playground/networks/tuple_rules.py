"""Faults where a layer gives or takes several tensors: places of maxima, states, and attention."""

from __future__ import annotations

from playground.networks.diagnosis import RECURRENT, Diagnosis, fixes, this_layer
from playground.networks.fixes import Fix, SetRule, SetType, set_arguments
from playground.networks.layer_types import family
from playground.networks.propagate import Fault
from playground.networks.spec import Layer, NetworkSpec


def places_of_maxima(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A layer after a max pooling that gives the indices of its maxima as well."""
    before = fault.before[-1] if fault.before else None
    if len(fault.inputs) == 1 or before is None or family(before.type) not in ("MaxPool", "AdaptiveMaxPool"):
        return None
    return Diagnosis(
        f"{this_layer(fault)} takes one tensor, but {before.path} gives {len(fault.inputs)}, "
        "because its return_indices is on.",
        fixes(
            (
                f"set return_indices of {before.path} to False",
                set_arguments(before.path, return_indices=False),
            )
        ),
    )


def states_in_a_sequential(spec: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A layer after a recurrent one in a Sequential, which hands on the output and the state."""
    before = fault.before[-1] if fault.before else None
    if len(fault.inputs) == 1 or before is None or before.type not in RECURRENT:
        return None
    return Diagnosis(
        f"{this_layer(fault)} takes one tensor, but a Sequential hands on all that {before.path} gives: its output "
        "and its last state.",
        _apply_in_order(spec, before.path),
    )


def attention_in_a_sequential(spec: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """An attention in a Sequential, which gives each layer one input."""
    parent = fault.path.rpartition(".")[0]
    if fault.layer.type != "MultiheadAttention" or not parent or _find(spec, parent).type != "Sequential":
        return None
    return Diagnosis(
        "A Sequential gives each layer one input, but this MultiheadAttention takes three: query, key and value.",
        _apply_in_order(spec, fault.path),
    )


def several_tensors(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Any other layer that is given more tensors than it takes."""
    if len(fault.inputs) == 1 or fault.layer.type == "MultiheadAttention":
        return None
    return Diagnosis(f"{this_layer(fault)} takes one tensor, but it is given {len(fault.inputs)}.")


def _apply_in_order(spec: NetworkSpec, path: str) -> tuple[Fix, ...]:
    """Makes the Sequential that holds the layer at `path` a list that takes the output alone."""
    parent = path.rpartition(".")[0]
    if not parent:
        return ()
    names = [child.name for child in _find(spec, parent).children]
    kind = "ModuleList" if names == [str(index) for index in range(len(names))] else "ModuleDict"
    return fixes(
        (
            f"make {parent} a {kind} that applies its layers in order and passes on the output alone",
            SetType(parent, kind),
            SetRule(parent, "in_order"),
        )
    )


def _find(spec: NetworkSpec, path: str) -> Layer:
    return next(layer for at, layer in spec.walk() if at == path)
