"""How containers compute: the steps of a module's forward, and the rules of a ModuleList or ModuleDict.

The same few lines run tensors through a built network and shapes through a spec, so that both always agree:
what a value is, the two functions given here decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from playground.networks.errors import SpecError
from playground.networks.spec import Forward, Layer, Step

T = TypeVar("T")

Apply = Callable[[str, tuple[T, ...]], T]
"""Applies the child of this name, or at this path, to values."""

Operate = Callable[[Step, tuple[T, ...]], T]
"""Applies the operation of a step to values."""


def run_steps(forward: Forward, values: Sequence[T], apply: Apply[T], operate: Operate[T]) -> T:
    """The result of the last step. Raises SpecError if a step uses what there is not."""
    if len(values) != len(forward.inputs):
        raise SpecError(
            f"The forward takes {len(forward.inputs)} inputs ({', '.join(forward.inputs)}); it is given {len(values)}."
        )
    if not forward.inputs:
        raise SpecError("The forward takes no input; give it one, such as x.")
    known = dict(zip(forward.inputs, values, strict=True))
    latest = forward.inputs[0]
    for step in forward.steps:
        for name in step.inputs:
            if name not in known:
                raise SpecError(
                    f"A step uses {name!r}, which no step before it computes; there are {', '.join(known)}."
                )
        inputs = tuple(known[name] for name in step.inputs or (latest,))
        known[step.name] = apply(step.child, inputs) if step.child else operate(step, inputs)
        latest = step.name
    return known[latest]


def run_rule(rule: str, children: Sequence[str], value: T, apply: Apply[T], operate: Operate[T]) -> T:
    """What a ModuleList or ModuleDict with these children makes of a value, by a name of FORWARD_RULES."""

    def concatenate(values: list[T]) -> T:
        return operate(Step(operation="concatenate", arguments={"dim": 1}), tuple(values))

    if rule == "dense":
        features = [value]
        for name in children:
            features.append(apply(name, (concatenate(features),)))
        return concatenate(features)
    if rule in ("sum", "concatenate"):
        results = [apply(name, (value,)) for name in children]
        if not results:
            raise SpecError("There are no branches yet; add one.")
        if rule == "concatenate":
            return concatenate(results)
        return operate(Step(operation="add"), tuple(results)) if len(results) > 1 else results[0]
    for name in children:
        value = apply(name, (value,))
    return value


def run_container(layer: Layer, values: tuple[T, ...], apply: Apply[T], operate: Operate[T]) -> T:
    """What a container makes of its inputs. Raises SpecError where it cannot be called."""
    if layer.forward is not None:
        return run_steps(layer.forward, values, apply, operate)
    if len(values) != 1:
        raise SpecError(f"{layer.type} takes one input; it is given {len(values)}.")
    return run_rule(layer.rule or "in_order", [child.name for child in layer.children], values[0], apply, operate)
