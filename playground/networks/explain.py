"""From a fault to the error that a person reads: the cause, and fixes that were tried."""

from __future__ import annotations

from dataclasses import replace

from playground.networks.containers import CONTAINERS
from playground.networks.diagnose import diagnose
from playground.networks.errors import SpecError
from playground.networks.fixes import Fix
from playground.networks.propagate import Passage, propagate
from playground.networks.spec import Layer, NetworkSpec, Shape
from playground.networks.trace import ShapeError

# A layer can be wrong in several ways at once; a fix may mend at most this many of them.
_MOST_STEPS = 3


def explain(spec: NetworkSpec, input_shape: Shape, passage: Passage) -> ShapeError:
    """The error at the layer or step that fails, with those fixes after which it works."""
    fault = passage.fault
    assert fault is not None
    diagnosis = diagnose(spec, fault)
    fixes: dict[NetworkSpec, Fix] = {}
    calls_left = _calls_left(spec, passage)
    for candidate in diagnosis.fixes:
        completed = _complete(spec, input_shape, candidate, calls_left, fault.path)
        if completed is not None:
            fixes.setdefault(*completed)
    return ShapeError(fault.path, fault.message, diagnosis.cause, tuple(fixes.values()), fault.step)


def _complete(
    spec: NetworkSpec, input_shape: Shape, fix: Fix, calls_left: int, path: str
) -> tuple[NetworkSpec, Fix] | None:
    """The mended network and the fix, with what else the same layer needs; None if it does not get there."""
    for _ in range(_MOST_STEPS):
        try:
            mended = fix.apply(spec)
        except SpecError:
            return None
        passage = propagate(mended, input_shape)
        if passage.fault is None or _calls_left(mended, passage) < calls_left:
            return mended, fix
        further = diagnose(mended, passage.fault).fixes
        if not further:
            return None
        fix = fix.then(_named(further[0], passage.fault.path, path))
    return None


def _named(further: Fix, path: str, first_path: str) -> Fix:
    """A fix that says at which layer it is, where that is another one than the first."""
    return further if path == first_path else replace(further, text=f"{further.text} at {path}")


def _calls_left(spec: NetworkSpec, passage: Passage) -> int:
    """How many layers and operations have not run, the failing one among them."""
    ran = sum(call.type not in CONTAINERS for call in passage.calls)
    containers = (spec.as_module(), *(layer for _, layer in spec.walk() if layer.type in CONTAINERS))
    layers = sum(layer.type not in CONTAINERS for _, layer in spec.walk())
    return layers + sum(map(_operations, containers)) - ran


def _operations(container: Layer) -> int:
    """How many operations a call of the container has."""
    if container.forward is not None:
        return sum(bool(step.operation) for step in container.forward.steps)
    return {"sum": 1, "concatenate": 1, "dense": len(container.children) + 1}.get(container.rule, 0)
