"""From a fault to the error that a person reads: the cause, and fixes that were tried."""

from __future__ import annotations

from playground.networks.diagnose import diagnose
from playground.networks.errors import SpecError
from playground.networks.fixes import Fix
from playground.networks.propagate import Fault, propagate
from playground.networks.spec import NetworkSpec, Shape
from playground.networks.trace import ShapeError

# A layer can be wrong in several ways at once; a fix may mend at most this many of them.
_MOST_STEPS = 3


def explain(spec: NetworkSpec, input_shape: Shape, fault: Fault) -> ShapeError:
    """The error at the failing layer, with those fixes after which the layer works."""
    diagnosis = diagnose(spec, fault)
    worked = len(fault.before)
    fixes: dict[NetworkSpec, Fix] = {}
    for candidate in diagnosis.fixes:
        fix = _complete(spec, input_shape, candidate, _layers_left(spec, worked))
        if fix is not None:
            fixes.setdefault(fix.apply(spec), fix)
    return ShapeError(fault.path, fault.message, diagnosis.cause, tuple(fixes.values()), fault.step)


def _complete(spec: NetworkSpec, input_shape: Shape, fix: Fix, layers_left: int) -> Fix | None:
    """The fix, with what else the same layer needs to work; None if it does not get there."""
    for _ in range(_MOST_STEPS):
        try:
            mended = fix.apply(spec)
        except SpecError:
            return None
        passage = propagate(mended, input_shape)
        if passage.fault is None or _layers_left(mended, len(passage.rows)) < layers_left:
            return fix
        further = diagnose(mended, passage.fault).fixes
        if not further:
            return None
        fix = fix.then(further[0])
    return None


def _layers_left(spec: NetworkSpec, worked: int) -> int:
    """How many layers have not run, the failing one among them."""
    return sum(not layer.children for _, layer in spec.walk()) - worked
