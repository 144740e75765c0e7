"""What the steps of a forward say: which names a step can use, where its inputs come from, what is left unused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from playground.networks.containers import CONTAINERS
from playground.networks.spec import INPUT, Forward, Layer, Step, join

Source: TypeAlias = "int | str"
"""Where a value comes from: the index of the step that computes it, or the name of an input of the forward."""


def steps_of(module: Layer) -> Forward:
    """The forward of a Module; where its layers run in order, as the steps that say so."""
    return module.forward or in_order(module)


def in_order(module: Layer) -> Forward:
    """The steps of a Module whose layers run in order."""
    return Forward(tuple(Step(child=layer.name) for layer in module.children))


def inputs_at(forward: Forward, index: int) -> tuple[str, ...]:
    """The names that the step at `index` uses, also where it takes the result before it by default."""
    return forward.steps[index].inputs or (latest_at(forward, index),)


def latest_at(forward: Forward, index: int) -> str:
    """The name of the result before the step at `index`; before the first step that of the first input."""
    if index > 0:
        return forward.steps[index - 1].name
    return forward.inputs[0] if forward.inputs else INPUT


def known_names(forward: Forward, index: int) -> tuple[str, ...]:
    """The names that the step at `index` can use: the forward's inputs, then those of earlier results."""
    return tuple(dict.fromkeys((*forward.inputs, *(step.name for step in forward.steps[:index]))))


def hidden_inputs(forward: Forward, index: int) -> tuple[str, ...]:
    """The inputs of the forward that the step at `index` cannot name, since an earlier result has their name."""
    results = {step.name for step in forward.steps[:index]}
    return tuple(name for name in forward.inputs if name in results)


def sources(forward: Forward) -> tuple[tuple[Source, ...], ...]:
    """For every step where its inputs come from; a name that there is not stands for itself."""
    known: dict[str, Source] = {}
    found = []
    for index, step in enumerate(forward.steps):
        found.append(tuple(known.get(name, name) for name in inputs_at(forward, index)))
        known[step.name] = index
    return tuple(found)


def children_before(forward: Forward, index: int, place: int) -> Iterator[str]:
    """The children that an input of a step came through, the nearest first, along the first input of each step."""
    found = sources(forward)
    source = found[index][place]
    while isinstance(source, int):
        if forward.steps[source].child:
            yield forward.steps[source].child
        source = found[source][0]


def unused_results(forward: Forward) -> frozenset[int]:
    """The steps whose result no later step uses, without the last, which is the result of all."""
    used = {source for each in sources(forward) for source in each}
    return frozenset(index for index in range(len(forward.steps) - 1) if index not in used)


def unused_inputs(forward: Forward) -> tuple[str, ...]:
    """The inputs of the forward that no step uses."""
    used = {source for each in sources(forward) for source in each}
    return tuple(name for name in forward.inputs if name not in used)


def unused_children(module: Layer) -> tuple[str, ...]:
    """The children of a Module that no step applies, neither themselves nor a part of them."""
    applied = {step.child.partition(".")[0] for step in steps_of(module).steps}
    return tuple(child.name for child in module.children if child.name not in applied)


def applicable_children(module: Layer) -> dict[str, Layer]:
    """What a step of a Module can apply, by path: of a container that cannot be called, what it holds."""
    found: dict[str, Layer] = {}
    pending = [(child.name, child) for child in reversed(module.children)]
    while pending:
        path, layer = pending.pop()
        if layer.type in CONTAINERS and CONTAINERS[layer.type].has_rule and not layer.rule and layer.enabled:
            pending += [(join(path, child.name), child) for child in reversed(layer.children)]
        else:
            found[path] = layer
    return found


def explicit(forward: Forward) -> Forward:
    """The forward with the names of all inputs of all steps."""
    steps = (replace(step, inputs=inputs_at(forward, index)) for index, step in enumerate(forward.steps))
    return replace(forward, steps=tuple(steps))


def tidy(forward: Forward) -> Forward:
    """The forward as it is read from code: an input that is the result before is left to the default."""
    steps = (
        replace(step, inputs=() if step.inputs == (latest_at(forward, index),) else step.inputs)
        for index, step in enumerate(forward.steps)
    )
    return replace(forward, steps=tuple(steps))


def is_in_order(module: Layer) -> bool:
    """Whether the steps of a Module say no more than that its layers run in order."""
    return tidy(steps_of(module)) == in_order(module)
