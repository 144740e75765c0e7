"""The controls of one step of a forward: what it applies, to what, under which name, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.networks import Layer, NetworkSpec, tree
from playground.networks import step_editing as edits
from playground.networks.forward_steps import applicable_children, hidden_inputs, inputs_at, known_names, steps_of
from playground.networks.operations import OPERATIONS, OperationParameter
from playground.networks.spec import Forward, Step
from playground.networks.step_editing import Applied
from playground.ui.build_arguments import value_in_widget, value_widget
from playground.ui.build_widgets import show_in_widget
from playground.ui.draft import attempt, current_draft

# The line `def forward(self, x):`, which opens as the steps do.
HEADER = -1
# Above this, the lines are shown in parts.
MOST_LINES = 50

_SELECTED = "build_step"
_COLUMNS = 3
_OF_FORWARD = "input "


@dataclass(frozen=True)
class _Selected:
    """The line that is open: the Module's path, the index of the step, and what that applies."""

    path: str
    index: int
    applied: Applied


def selected_step(path: str, forward: Forward) -> int | None:
    """The index of the line that is open in the forward of the Module at `path`; HEADER is the line of its inputs.

    A step that has another place by now, as after an undo, is followed there.
    """
    selected: _Selected | None = st.session_state.get(_SELECTED)
    if selected is None or selected.path != path:
        return None
    if selected.index == HEADER:
        return HEADER
    applied = [Applied(step.child, step.operation) for step in forward.steps]
    if applied[selected.index : selected.index + 1] != [selected.applied] and applied.count(selected.applied) == 1:
        return applied.index(selected.applied)
    return selected.index if selected.index < len(applied) else None


def select_step(path: str, forward: Forward, index: int | None) -> None:
    """Open a line, or none."""
    step = forward.steps[index] if index is not None and index != HEADER else Step()
    applied = Applied(step.child, step.operation)
    st.session_state[_SELECTED] = None if index is None else _Selected(path, index, applied)


def part_key(path: str) -> str:
    """The key under which it stands which part of very many lines is shown."""
    return f"lines_of_{path}"


def attempt_step(edit: Callable[[NetworkSpec], edits.EditedStep]) -> None:
    """Change the draft as the edit says, and open the step that it gives."""

    def change() -> tuple[NetworkSpec, str]:
        edited = edit(current_draft().spec)
        select_step(edited.path, steps_of(tree.find(edited.spec, edited.path)), edited.step)
        st.session_state[part_key(edited.path)] = edited.step // MOST_LINES
        return edited.spec, current_draft().selected

    attempt(change)


def attempt_on_forward(edit: Callable[[NetworkSpec], tuple[NetworkSpec, str]]) -> None:
    """Change the draft as the edit says; the layer that is open stays so."""
    attempt(lambda: (edit(current_draft().spec)[0], current_draft().selected))


def applied_options(module: Layer) -> dict[Applied, str]:
    """What a step of a Module can apply, with its words: its children first, then the operations."""
    children = {
        Applied(path): f"self.{path}, {layer.class_name or layer.type}"
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
        _action(
            "up", "arrow_upward", "Move this line up", lambda spec: edits.move_step(spec, path, index, -1), index == 0
        )
        last = index == count - 1
        _action(
            "down", "arrow_downward", "Move this line down", lambda spec: edits.move_step(spec, path, index, 1), last
        )
        st.button(
            "",
            key="step_delete",
            icon=":material/delete:",
            help="Delete this line: what used its result uses what it was given",
            on_click=_delete,
            args=(path, index),
        )


def _action(
    key: str, icon: str, what: str, edit: Callable[[NetworkSpec], edits.EditedStep], disabled: bool = False
) -> None:
    st.button(
        "",
        key=f"step_{key}",
        icon=f":material/{icon}:",
        help=what,
        on_click=attempt_step,
        args=(edit,),
        disabled=disabled,
    )


def _delete(path: str, index: int) -> None:
    def edit(spec: NetworkSpec) -> tuple[NetworkSpec, str]:
        edited = edits.remove_step(spec, path, index)
        select_step(path, steps_of(tree.find(edited.spec, path)), None)
        return edited

    attempt_on_forward(edit)


def _name(path: str, index: int, step: Step, key: str) -> None:
    widget = f"step_name_{key}"
    show_in_widget(widget, step.name)
    st.text_input(
        "Result",
        key=widget,
        max_chars=100,
        width=130,
        on_change=lambda: attempt_on_forward(
            lambda spec: edits.rename_step(spec, path, index, st.session_state[widget].strip())
        ),
        help="The name of what this line computes. The lines that use it follow.",
    )


def _applied(path: str, module: Layer, index: int, step: Step, key: str) -> None:
    widget = f"step_applies_{key}"
    options = applied_options(module)
    present = Applied(step.child, step.operation)
    options.setdefault(present, f"{step.child or step.operation}, which is not there")
    show_in_widget(widget, present)
    st.selectbox(
        "Applies",
        list(options),
        key=widget,
        width="stretch",
        format_func=options.__getitem__,
        on_change=lambda: attempt_step(
            lambda spec: edits.EditedStep(*edits.set_applied(spec, path, index, st.session_state[widget]), index)
        ),
        help=OPERATIONS[step.operation].explanation if step.operation in OPERATIONS else None,
    )


def _inputs(path: str, module: Layer, forward: Forward, index: int, key: str) -> None:
    step = forward.steps[index]
    applied = Applied(step.child, step.operation)
    inputs = inputs_at(forward, index)
    least, most = edits.number_of_inputs(module, applied)
    can_have_more = most is None or len(inputs) < most
    labels = [*_input_labels(module, step, len(inputs)), *(["Another input"] if can_have_more else [])]
    for first in range(0, len(labels), _COLUMNS):
        columns = st.columns(_COLUMNS, vertical_alignment="bottom")
        for place, column in zip(range(first, min(first + _COLUMNS, len(labels))), columns, strict=False):
            is_another = place == len(inputs)
            with column:
                _input(
                    path,
                    forward,
                    index,
                    place,
                    "" if is_another else inputs[place],
                    may_go=is_another or len(inputs) > least,
                    label=labels[place],
                    widget=f"step_input_{key}_{place}",
                )


def _input(
    path: str, forward: Forward, index: int, place: int, value: str, *, may_go: bool, label: str, widget: str
) -> None:
    names = known_names(forward, index)
    options = {**({"": "none"} if may_go else {}), **{name: name for name in names}}
    options |= {f"{_OF_FORWARD}{name}": f"{name} as given" for name in hidden_inputs(forward, index)}
    options.setdefault(value, f"{value}, which is not there")

    def edit(spec: NetworkSpec) -> tuple[NetworkSpec, str]:
        chosen: str = st.session_state[widget]
        if chosen.startswith(_OF_FORWARD):
            return edits.set_step_to_forward_input(spec, path, index, place, chosen.removeprefix(_OF_FORWARD))
        return edits.set_step_input(spec, path, index, place, chosen)

    show_in_widget(widget, value)
    st.selectbox(
        label,
        list(options),
        key=widget,
        format_func=options.__getitem__,
        on_change=attempt_on_forward,
        args=(edit,),
    )


def _input_labels(module: Layer, step: Step, count: int) -> list[str]:
    """A label for each input: its name in the forward of the Module that takes it, else its number."""
    child = applicable_children(module).get(step.child)
    names = child.forward.inputs if child and child.forward else ()
    numbered = [f"Input {place + 1}" for place in range(count)] if count > 1 else ["Input"]
    return [f"Input {name}" for name in names[:count]] + numbered[len(names) :]


def _arguments(path: str, index: int, step: Step, key: str) -> None:
    known = OPERATIONS[step.operation].parameters
    for first in range(0, len(known), _COLUMNS):
        columns = st.columns(_COLUMNS, vertical_alignment="bottom")
        for parameter, column in zip(known[first : first + _COLUMNS], columns, strict=False):
            with column:
                _argument(path, index, step, parameter, f"step_{step.operation}_{parameter.name}_{key}")


def _argument(path: str, index: int, step: Step, parameter: OperationParameter, widget: str) -> None:
    annotation = type(parameter.default) if parameter.default is not None else object

    def edit(spec: NetworkSpec) -> tuple[NetworkSpec, str]:
        value = value_in_widget(widget, annotation)
        others = {name: each for name, each in step.arguments.items() if name != parameter.name}
        changed = others if value is None else {**others, parameter.name: value}
        return edits.set_step_arguments(spec, path, index, changed)

    default = "Required." if parameter.required else f"Default: `{parameter.default!r}`."
    settings: dict[str, Any] = {
        "label": parameter.name,
        "help": f"{parameter.explanation} {default}",
        "on_change": attempt_on_forward,
        "args": (edit,),
    }
    value = step.arguments.get(parameter.name, parameter.default)
    value_widget(widget, annotation, value, parameter.required, **settings)
