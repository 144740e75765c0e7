"""Which line of a forward is open, and edits of it: for one Module or for all of its class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import streamlit as st

from playground.networks import Layer, NetworkSpec, tree
from playground.networks.editing import Edited
from playground.networks.forward_steps import steps_of
from playground.networks.spec import Forward, Step
from playground.networks.step_classes import modules_of_class, with_class_of_its_own
from playground.networks.step_editing import Applied, EditedStep
from playground.ui.build.draft import Draft, attempt
from playground.ui.set_widgets import set_widgets
from playground.ui.text import as_code
from playground.ui.uninterrupted import uninterrupted

# The line `def forward(self, x):`, which opens as the steps do.
HEADER = -1
# Above this, the lines are shown in parts.
MOST_LINES = 50

EditOfForward: TypeAlias = Callable[[NetworkSpec, str], Edited]
"""Edits the forward of the Module at a path."""

EditOfStep: TypeAlias = Callable[[NetworkSpec, str], EditedStep]
"""Likewise, and says which step to look at next."""

_SELECTED = "build_step"
_WHOLE_CLASS = "build_whole_class"


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
    if index is None:
        st.session_state[_SELECTED] = None
        return
    step = forward.steps[index] if index != HEADER else Step()
    st.session_state[_SELECTED] = _Selected(path, index, Applied(step.child, step.operation))


def part_key(path: str) -> str:
    """The key under which it stands which part of very many lines is shown."""
    return f"lines_of_{path}"


def class_choice(spec: NetworkSpec, path: str, module: Layer) -> None:
    """Ask whether edits are for all Modules of this class, where there are several."""
    number = len(modules_of_class(spec, path))
    if number > 1:
        st.toggle(
            f"Change all {number} modules of class {as_code(module.class_name)}",
            key=_WHOLE_CLASS,
            help="Without it, a module that is changed gets a class of its own.",
        )


@uninterrupted()
def attempt_step(path: str, edit: EditOfStep) -> None:
    """Change the draft as the edit says, and open the step that it gives."""
    edited: list[EditedStep] = []

    def edit_forward(spec: NetworkSpec, path: str) -> Edited:
        edited.append(edit(spec, path))
        return Edited(edited[-1].spec, path)

    attempt_on_forward(path, edit_forward)
    if edited:
        forward = steps_of(tree.find(edited[-1].spec, path))
        select_step(path, forward, edited[-1].step)
        set_widgets({part_key(path): edited[-1].step // MOST_LINES})


@uninterrupted()
def attempt_on_forward(path: str, edit: EditOfForward, closes_line: bool = False) -> None:
    """Change the draft as the edit says; the layer that is open stays so, and the line unless this closes it."""

    def change(draft: Draft) -> tuple[NetworkSpec, str]:
        if st.session_state.get(_WHOLE_CLASS):
            spec = draft.spec
            for each in modules_of_class(spec, path):
                spec = edit(spec, each).spec
        else:
            spec = with_class_of_its_own(edit(draft.spec, path).spec, path)
        if closes_line:
            st.session_state[_SELECTED] = None
        return spec, draft.selected

    attempt(change)
