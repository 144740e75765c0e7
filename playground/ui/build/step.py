"""The controls of one step of a forward: what it applies, to what, under which name, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.networks import Layer, NetworkSpec
from playground.networks import step_editing as edits
from playground.networks.editing import Edited
from playground.networks.forward_steps import applicable_children, hidden_inputs, inputs_at, known_names, steps_of
from playground.networks.operations import OPERATIONS, OperationParameter
from playground.networks.spec import Forward, Step, Value
from playground.networks.step_editing import Applied
from playground.ui.build.arguments import value_widget
from playground.ui.build.step_edits import attempt_on_forward, attempt_step
from playground.ui.build.widgets import shows, text_input
from playground.ui.text import plain

_COLUMN_WIDTH = 150
_OF_FORWARD = "input "


def applied_options(module: Layer) -> dict[Applied, str]:
    """What a step of a Module can apply, with its words: its children first, then the operations."""
    children = {
        Applied(path): f"{path}, {layer.class_name or layer.type}"
        for path, layer in applicable_children(module).items()
    }
    return children | {Applied(operation=each.name): each.label for each in OPERATIONS.values()}


def step_controls(path: str, module: Layer, index: int) -> None:
    """Draw the controls of a step in the forward of the Module at `path`."""
    forward = steps_of(module)
    step = forward.steps[index]
    key = f"{path}_{index}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="step_head"):
        _name(path, index, step, key)
        _applied(path, module, index, step, key)
        _toolbar(path, index, len(forward.steps))
    _inputs(path, module, forward, index, key)
    if step.operation in OPERATIONS:
        _arguments(path, index, step, key)


def _toolbar(path: str, index: int, count: int) -> None:
    with st.container(horizontal=True, gap="xsmall", width="content", key="step_toolbar"):
        _move("up", "arrow_upward", path, index, -1, disabled=index == 0)
        _move("down", "arrow_downward", path, index, 1, disabled=index == count - 1)
        st.button(
            "",
            key="step_delete",
            icon=":material/delete:",
            help="Delete this line: what used its result uses what it was given",
            on_click=_delete,
            args=(path, index),
        )


def _move(where: str, icon: str, path: str, index: int, by: int, disabled: bool) -> None:
    def edit(spec: NetworkSpec, each: str) -> edits.EditedStep:
        return edits.move_step(spec, each, index, by)

    st.button(
        "",
        key=f"step_{where}",
        icon=f":material/{icon}:",
        help=f"Move this line {where}",
        on_click=attempt_step,
        args=(path, edit),
        disabled=disabled,
    )


def _delete(path: str, index: int) -> None:
    attempt_on_forward(path, lambda spec, each: edits.remove_step(spec, each, index), closes_line=True)


def _name(path: str, index: int, step: Step, key: str) -> None:
    text_input(
        "Result",
        f"step_name_{key}",
        step.name,
        max_chars=100,
        width=130,
        on_change=lambda name: attempt_on_forward(path, lambda spec, each: edits.rename_step(spec, each, index, name)),
        help="The name of what this line computes. The lines that use it follow.",
    )


def _applied(path: str, module: Layer, index: int, step: Step, key: str) -> None:
    options = applied_options(module)
    present = Applied(step.child, step.operation)
    options.setdefault(present, f"{step.child or step.operation}, which is not there")
    st.selectbox(
        "Applies",
        list(options),
        index=list(options).index(present),
        width="stretch",
        format_func=options.__getitem__,
        help=OPERATIONS[step.operation].explanation if step.operation in OPERATIONS else None,
        **shows(
            f"step_applies_{key}",
            present,
            lambda chosen: attempt_step(path, lambda spec, each: edits.set_applied(spec, each, index, chosen)),
        ),
    )


def _inputs(path: str, module: Layer, forward: Forward, index: int, key: str) -> None:
    step = forward.steps[index]
    applied = Applied(step.child, step.operation)
    inputs = inputs_at(forward, index)
    least, most = edits.number_of_inputs(module, applied)
    can_have_more = most is None or len(inputs) < most
    labels = [*_input_labels(module, step, len(inputs)), *(["Another input"] if can_have_more else [])]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="step_inputs"):
        for place, label in enumerate(labels):
            is_another = place == len(inputs)
            _input(
                path,
                forward,
                index,
                place,
                "" if is_another else inputs[place],
                may_go=is_another or len(inputs) > least,
                label=label,
                widget=f"step_input_{key}_{place}",
            )


def _input(
    path: str, forward: Forward, index: int, place: int, value: str, *, may_go: bool, label: str, widget: str
) -> None:
    names = known_names(forward, index)
    options = {**({"": "none"} if may_go else {}), **{name: name for name in names}}
    options |= {f"{_OF_FORWARD}{name}": f"{name} as given" for name in hidden_inputs(forward, index)}
    options.setdefault(value, f"{value}, which is not there")

    def change(chosen: str) -> None:
        def edit(spec: NetworkSpec, each: str) -> Edited:
            if chosen.startswith(_OF_FORWARD):
                return edits.set_step_to_forward_input(spec, each, index, place, chosen.removeprefix(_OF_FORWARD))
            return edits.set_step_input(spec, each, index, place, chosen)

        attempt_on_forward(path, edit)

    st.selectbox(
        label,
        list(options),
        index=list(options).index(value),
        width=_COLUMN_WIDTH,
        format_func=options.__getitem__,
        **shows(widget, value, change),
    )


def _input_labels(module: Layer, step: Step, count: int) -> list[str]:
    """A label for each input: its name in the forward of the Module that takes it, else its number."""
    child = applicable_children(module).get(step.child)
    names = child.forward.inputs if child and child.forward else ()
    numbered = [f"Input {place + 1}" for place in range(count)] if count > 1 else ["Input"]
    return [f"Input {plain(name)}" for name in names[:count]] + numbered[len(names) :]


def _arguments(path: str, index: int, step: Step, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="step_arguments"):
        for parameter in OPERATIONS[step.operation].parameters:
            _argument(path, index, step, parameter, f"step_{step.operation}_{parameter.name}_{key}")


def _argument(path: str, index: int, step: Step, parameter: OperationParameter, widget: str) -> None:
    annotation = type(parameter.default) if parameter.default is not None else object

    def change(read: Callable[[], Value]) -> None:
        def edit(spec: NetworkSpec, each: str) -> Edited:
            value = read()
            others = {name: each for name, each in step.arguments.items() if name != parameter.name}
            changed = others if value is None else {**others, parameter.name: value}
            return edits.set_step_arguments(spec, each, index, changed)

        attempt_on_forward(path, edit)

    default = "Required." if parameter.required else f"Default: `{parameter.default!r}`."
    settings: dict[str, Any] = {
        "label": parameter.name,
        "help": f"{parameter.explanation} {default}",
        "width": _COLUMN_WIDTH,
    }
    value = step.arguments.get(parameter.name, parameter.default)
    value_widget(widget, annotation, value, parameter.required, change, **settings)
