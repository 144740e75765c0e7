"""What a person does to the forward of a Module, step by step; the network itself is the Module at ""."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from playground.networks import tree
from playground.networks.editing import Edited
from playground.networks.errors import SpecError
from playground.networks.forward_steps import (
    applicable_children,
    explicit,
    hidden_inputs,
    inputs_at,
    known_names,
    latest_at,
    sources,
    steps_of,
    tidy,
    unused_inputs,
)
from playground.networks.operations import all_arguments, first_arguments, operation
from playground.networks.spec import Forward, Layer, NetworkSpec, Step, Value
from playground.networks.wiring import follow, free_name, with_step

_RESULT = "out"


class Applied(NamedTuple):
    """What a step applies: the path of a child below the Module, or the name of an operation."""

    child: str = ""
    operation: str = ""


class EditedStep(NamedTuple):
    """The network after an edit, the path of the Module, and the index of the step that was edited."""

    spec: NetworkSpec
    path: str
    step: int


def write_out(spec: NetworkSpec, path: str) -> Edited:
    """Write the layers of a Module, which run in order, out as steps."""
    return _edited(spec, path, steps_of(_module(spec, path)))


def use_layers_in_order(spec: NetworkSpec, path: str) -> Edited:
    """Let the layers of a Module run in order, without its steps; unless `is_in_order`, what these said is lost."""
    _module(spec, path)
    return _edited(spec, path, None)


def add_step(spec: NetworkSpec, path: str, applied: Applied, index: int | None = None) -> EditedStep:
    """Add a step, by default at the end.

    It takes the result before it and has its name, so that what comes after uses the new result. What needs
    more takes inputs of the forward, first those that no step uses yet.
    """
    module = _module(spec, path)
    forward = explicit(steps_of(module))
    place = len(forward.steps) if index is None else index
    _check_applied(module, path, applied)
    latest = latest_at(forward, place)
    step = Step(latest, *applied, inputs=(latest,), arguments=first_arguments(applied.operation))
    added = replace(forward, steps=(*forward.steps[:place], step, *forward.steps[place:]))
    added = _with_enough_inputs(module, added, place)
    named = _with_names(added, {place: added.steps[place].inputs[0]})
    return EditedStep(*_edited(spec, path, named), place)


def add_step_for_child(spec: NetworkSpec, path: str, child: str) -> Edited:
    """Add a step that applies a child of the Module, after that of the child before it."""
    module = _module(spec, path)
    _check_applied(module, path, Applied(child))
    return _edited(spec, path, with_step(steps_of(module), [each.name for each in module.children], child))


def remove_step(spec: NetworkSpec, path: str, index: int) -> Edited:
    """Take a step out; what used its result uses what it was given, of several inputs the result before it."""
    forward, step = _step(spec, path, index)
    latest = latest_at(forward, index)
    inputs = sorted(inputs_at(forward, index), key=lambda name: name != latest)
    mark = free_name("removed", {each.child.partition(".")[0] for each in forward.steps})
    marked = _with_step(forward, index, replace(step, child=mark, operation="", inputs=tuple(inputs)))
    return _edited(spec, path, follow(marked, "", {mark: None}))


def move_step(spec: NetworkSpec, path: str, index: int, by: int) -> EditedStep:
    """Put a step before the one before it (`by` is -1) or after the one after it (1).

    It goes as a line of code does, with the names that it uses. Where it used the result of the step that it
    passes by a name that there would not be, the two change places in the chain.
    """
    forward, _ = _step(spec, path, index)
    if not 0 <= index + by < len(forward.steps):
        raise SpecError(f"This step is the {'first' if by < 0 else 'last'} one already.")
    return EditedStep(*_edited(spec, path, _exchanged(explicit(forward), min(index, index + by))), index + by)


def set_applied(spec: NetworkSpec, path: str, index: int, applied: Applied) -> EditedStep:
    """Let a step apply another child or operation, to as many of its inputs as that takes."""
    forward, step = _step(spec, path, index)
    module = _module(spec, path)
    _check_applied(module, path, applied)
    same = applied.operation == step.operation and bool(applied.operation)
    arguments = step.arguments if same else first_arguments(applied.operation)
    changed = replace(step, child=applied.child, operation=applied.operation, arguments=arguments)
    _, most = number_of_inputs(module, applied)
    changed = replace(changed, inputs=inputs_at(forward, index)[:most])
    enough = _with_enough_inputs(module, _with_step(explicit(forward), index, changed), index)
    return EditedStep(*_edited(spec, path, enough), index)


def rename_step(spec: NetworkSpec, path: str, index: int, name: str) -> Edited:
    """Give the result of a step another name, also where it is used."""
    forward, _ = _step(spec, path, index)
    return _edited(spec, path, _with_names(explicit(forward), {index: name}))


def set_step_input(spec: NetworkSpec, path: str, index: int, place: int, name: str) -> Edited:
    """Let a step use a known name as its input at `place`, or as one more; "" takes that input away."""
    forward, step = _step(spec, path, index)
    inputs = list(inputs_at(forward, index))
    if name and name not in known_names(forward, index):
        raise SpecError(f"There is no {name} yet at this step; there are {', '.join(known_names(forward, index))}.")
    inputs[place : place + 1] = [name] if name else []
    _check_number(step, len(inputs))
    return _edited(spec, path, _with_step(explicit(forward), index, replace(step, inputs=tuple(inputs))))


def set_step_to_forward_input(spec: NetworkSpec, path: str, index: int, place: int, name: str) -> Edited:
    """Let a step use an input of the forward at `place`; earlier results of the same name get another one."""
    forward, _ = _step(spec, path, index)
    if name not in forward.inputs:
        raise SpecError(f"The forward has no input {name}; it has {', '.join(forward.inputs)}.")
    revealed = _with_input_in_sight(explicit(forward), index, name)
    return set_step_input(_edited(spec, path, revealed).spec, path, index, place, name)


def set_step_arguments(spec: NetworkSpec, path: str, index: int, arguments: Mapping[str, Value]) -> Edited:
    """Give the operation of a step these arguments; those at their defaults are left out."""
    forward, step = _step(spec, path, index)
    all_arguments(step.operation, arguments)
    defaults = {each.name: each.default for each in operation(step.operation).parameters if not each.required}
    # Not ==, for which True is 1.
    kept = {
        name: value for name, value in arguments.items() if name not in defaults or repr(value) != repr(defaults[name])
    }
    return _edited(spec, path, _with_step(forward, index, replace(step, arguments=kept)))


def set_forward_inputs(spec: NetworkSpec, path: str, names: Sequence[str]) -> Edited:
    """Let the forward take inputs of these names.

    A new name in the place of one that goes renames it where it is used; otherwise only an input that no step
    uses can go.
    """
    forward = explicit(steps_of(_module(spec, path)))
    if not names:
        raise SpecError("A forward takes at least one input, such as x.")
    if len(set(names)) < len(names):
        raise SpecError("Two inputs have the same name; give each a name of its own.")
    if not path and len(names) > 1:
        raise SpecError("A network takes one input; a Module inside it can take more.")
    places = zip(forward.inputs, names, strict=False)
    renamed = {old: new for old, new in places if old not in names and new not in forward.inputs}
    forward = _with_names(forward, {}, renamed)
    used = {source for each in sources(forward) for source in each}
    for name in forward.inputs:
        if name in used and name not in names:
            raise SpecError(f"A step uses the input {name}; let it use something else first.")
    return _edited(spec, path, replace(forward, inputs=tuple(names)))


def set_class_name(spec: NetworkSpec, path: str, name: str) -> Edited:
    """Call the class of a Module so; "" calls it as the Module itself is called."""
    _module(spec, path)
    if not path:
        return Edited(replace(spec, name=name), path)
    return Edited(tree.update(spec, path, lambda layer: replace(layer, class_name=name)), path)


def number_of_inputs(module: Layer, applied: Applied) -> tuple[int, int | None]:
    """The least and the most inputs that a step can have; None where there may be any number."""
    if applied.operation:
        found = operation(applied.operation)
        return found.least_inputs, found.most_inputs
    child = applicable_children(module).get(applied.child)
    if child is None or child.type == "MultiheadAttention":
        return 1, None
    number = len(child.forward.inputs) if child.forward else 1
    return number, number


def _with_enough_inputs(module: Layer, forward: Forward, index: int) -> Forward:
    """The forward whose step has as many inputs as it needs, taken from those of the forward."""
    step = forward.steps[index]
    least, most = number_of_inputs(module, Applied(step.child, step.operation))
    # An operation on any number of tensors is for two at least.
    wanted = 2 if step.operation and most is None else least
    for _ in range(wanted - len(step.inputs)):
        name = next(iter((*unused_inputs(forward), *forward.inputs)), latest_at(forward, index))
        forward = _with_input_in_sight(forward, index, name)
        step = forward.steps[index]
        forward = _with_step(forward, index, replace(step, inputs=(*step.inputs, name)))
    return forward


def _with_input_in_sight(forward: Forward, index: int, name: str) -> Forward:
    """The forward whose step at `index` can use its input of this name: earlier results of that name get another."""
    if name not in hidden_inputs(forward, index):
        return forward
    taken = {*forward.inputs, *(step.name for step in forward.steps)}
    other = free_name(_RESULT, taken)
    hiding = [place for place, step in enumerate(forward.steps[:index]) if step.name == name]
    return _with_names(forward, dict.fromkeys(hiding, other))


def _with_names(forward: Forward, results: Mapping[int, str], inputs: Mapping[str, str] | None = None) -> Forward:
    """The explicit forward with other names for results, by index, and for inputs, also where they are used.

    Raises SpecError if a step would then get another value than before.
    """
    of_inputs = inputs or {}
    before = sources(forward)
    names = [results.get(index, step.name) for index, step in enumerate(forward.steps)]
    steps = []
    for step, name, used in zip(forward.steps, names, before, strict=True):
        by_name = (names[source] if isinstance(source, int) else of_inputs.get(source, source) for source in used)
        steps.append(replace(step, name=name, inputs=tuple(by_name)))
    renamed = Forward(tuple(steps), tuple(of_inputs.get(name, name) for name in forward.inputs))
    for old, new in zip(before, sources(renamed), strict=True):
        for source, other in zip(old, new, strict=True):
            if other != (source if isinstance(source, int) else of_inputs.get(source, source)):
                wanted = next(iter((*results.values(), *of_inputs.values())))
                raise SpecError(f"{wanted} is the name of another value that a step uses after it; choose another.")
    return renamed


def _exchanged(forward: Forward, first: int) -> Forward:
    """The explicit forward in which two neighbouring steps have changed places."""
    upper, lower = forward.steps[first : first + 2]
    if not set(lower.inputs) <= set(known_names(forward, first)):
        users = [index for index, used in enumerate(sources(forward)) if first in used]
        if users != [first + 1]:
            raise SpecError(f"Both this and later steps use {upper.name}, so they must come after it.")
        upper, lower = _exchanged_in_chain(upper, lower)
    return replace(forward, steps=(*forward.steps[:first], lower, upper, *forward.steps[first + 2 :]))


def _exchanged_in_chain(upper: Step, lower: Step) -> tuple[Step, Step]:
    """Two steps of which the lower takes the result of the upper, made so that the upper takes that of the lower.

    What used the result of the lower then uses that of the upper.
    """
    inputs = tuple(upper.inputs[0] if name == upper.name else name for name in lower.inputs)
    return (
        replace(upper, name=lower.name, inputs=(upper.name, *upper.inputs[1:])),
        replace(lower, name=upper.name, inputs=inputs),
    )


def _step(spec: NetworkSpec, path: str, index: int) -> tuple[Forward, Step]:
    forward = steps_of(_module(spec, path))
    if not 0 <= index < len(forward.steps):
        raise SpecError("There is no such step any more; undo the last change and try again.")
    return forward, forward.steps[index]


def _module(spec: NetworkSpec, path: str) -> Layer:
    found = tree.find(spec, path)
    if found.type != "Module":
        raise SpecError(f"{path} is a {found.type}; only a Module of your own has steps and a class name.")
    return found


def _check_applied(module: Layer, path: str, applied: Applied) -> None:
    if applied.operation:
        operation(applied.operation)
    elif applied.child not in applicable_children(module):
        raise SpecError(f"There is no layer {applied.child!r} in {path or module.name} that a step could apply.")


def _check_number(step: Step, number: int) -> None:
    """Raises SpecError if a step cannot have this number of inputs."""
    if number == 0:
        raise SpecError("A step needs an input; put another one in its place.")
    if step.operation:
        found = operation(step.operation)
        if number < found.least_inputs:
            raise SpecError(f"{found.label} needs {found.least_inputs} inputs; put another one in its place.")
        if found.most_inputs is not None and number > found.most_inputs:
            raise SpecError(f"{found.label} takes {found.most_inputs} input{'s' if found.most_inputs > 1 else ''}.")


def _with_step(forward: Forward, index: int, step: Step) -> Forward:
    return replace(forward, steps=(*forward.steps[:index], step, *forward.steps[index + 1 :]))


def _edited(spec: NetworkSpec, path: str, forward: Forward | None) -> Edited:
    neat = tidy(forward) if forward is not None else None
    return Edited(tree.update(spec, path, lambda layer: replace(layer, forward=neat)), path)
