"""Whether a network can learn from a data set: its input fits the images, its output the classes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from playground.networks.fixes import Append, Edit, Fix, SetInputShape, add_flatten, set_arguments
from playground.networks.spec import Arguments, Layer, Shape, by

if TYPE_CHECKING:
    from playground.networks.spec import NetworkSpec
    from playground.networks.trace import Trace

# Any size above 1 does; the message shows it as N.
_BATCH = 2
_MOST_STEPS = 20


@dataclass(frozen=True)
class FitError:
    """Why a network cannot be trained on a data set, as one sentence, and fixes that make it fit."""

    message: str
    fixes: tuple[Fix, ...] = ()


def check_fit(spec: NetworkSpec, image_shape: Shape, classes: int) -> FitError | None:
    """What keeps the network from taking images `(C, H, W)` to `(N, classes)`; None if nothing does."""
    error = _first_error(spec, image_shape, classes)
    if error is None:
        return None
    helping = (fix for fix in error.fixes if _error_after(fix, spec, image_shape, classes) != error)
    return replace(error, fixes=tuple(_complete(fix, spec, image_shape, classes) for fix in helping))


def _complete(first: Fix, spec: NetworkSpec, image_shape: Shape, classes: int) -> Fix:
    """The fix together with the first fix of each error that shows up next, if that makes the network fit."""
    fix = first
    for _ in range(_MOST_STEPS):
        error = _error_after(fix, spec, image_shape, classes)
        if error is None:
            return fix
        if not error.fixes:
            return first
        fix = fix.then(error.fixes[0])
    return first


def _error_after(fix: Fix, spec: NetworkSpec, image_shape: Shape, classes: int) -> FitError | None:
    return _first_error(fix.apply(spec), image_shape, classes)


def _first_error(spec: NetworkSpec, image_shape: Shape, classes: int) -> FitError | None:
    trace = spec.trace((_BATCH, *image_shape))
    if trace.error is not None:
        return _input_error(spec, image_shape, trace)
    if trace.output_shape != (_BATCH, classes):
        return _output_error(spec, classes, trace)
    return None


def _input_error(spec: NetworkSpec, image_shape: Shape, trace: Trace) -> FitError:
    assert trace.error is not None
    made_for_others = spec.input_shape != image_shape and spec.trace((_BATCH, *spec.input_shape)).error is None
    subject = (
        f"{spec.name} is made for images of {by(spec.input_shape)}, not {by(image_shape)}"
        if made_for_others
        else f"{spec.name} does not work"
    )
    adapt: tuple[Edit, ...] = () if spec.input_shape == image_shape else (SetInputShape(image_shape),)
    return FitError(
        f"{subject}: at {trace.error.path}, {_lower(trace.error.cause)}",
        tuple(Fix(f"in {trace.error.path}, {fix.text}", fix.edits + adapt) for fix in trace.error.fixes),
    )


def _output_error(spec: NetworkSpec, classes: int, trace: Trace) -> FitError:
    shape = trace.output_shape
    assert shape is not None
    given = f"(N, {', '.join(map(str, shape[1:]))})" if len(shape) > 1 else str(shape)
    message = f"{spec.name} gives {given} for a batch of N images; {classes} classes need (N, {classes})."
    return FitError(message, tuple(_output_fixes(spec, classes, trace)))


def _output_fixes(spec: NetworkSpec, classes: int, trace: Trace) -> Iterator[Fix]:
    """Candidates, best first; each is a step on the way, completed by what shows up after it."""
    shape = trace.output_shape or ()
    features = math.prod(shape[1:])
    merged = next((row for row in trace.rows if row.type == "Flatten" and len(row.output_shape) < 2), None)
    if merged is not None:
        edit = set_arguments(merged.path, start_dim=1)
        yield Fix(f"set start_dim of {merged.path} to 1", (edit,))
    linear = next((row for row in reversed(trace.rows) if row.type == "Linear"), None)
    if linear is not None and len(linear.input_shape) > 2:
        inputs = linear.input_shape[1:]
        sizes = set_arguments(linear.path, in_features=math.prod(inputs), out_features=classes)
        yield Fix(
            f"add Flatten before {linear.path}, set its in_features to {math.prod(inputs)} ({by(inputs)}) "
            f"and its out_features to {classes}",
            (sizes, add_flatten(spec, linear.path)),
        )
    elif linear is not None:
        edit = set_arguments(linear.path, out_features=classes)
        yield Fix(f"set out_features of {linear.path} to {classes}", (edit,))
    if len(shape) > 2 and features == classes:
        yield Fix("add Flatten at the end", (Append(Layer("flatten", "Flatten")),))
    elif len(shape) > 2:
        ending = (Append(Layer("flatten", "Flatten")), _append_linear(features, classes))
        yield Fix(f"add Flatten and Linear({features}, {classes}) at the end", ending)
    elif linear is None:
        yield Fix(f"add Linear({features}, {classes}) at the end", (_append_linear(features, classes),))


def _append_linear(in_features: int, out_features: int) -> Append:
    sizes = Arguments({"in_features": in_features, "out_features": out_features})
    return Append(Layer("fc", "Linear", sizes))


def _lower(cause: str) -> str:
    """A sentence as the second half of another."""
    first, _, rest = cause.partition(" ")
    return f"{first.lower()} {rest}" if first in ("A", "The", "This", "With") else cause
