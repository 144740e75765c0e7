"""The forward of a Module as the lines of code that it is; the selected line opens into its controls."""

from __future__ import annotations

import streamlit as st

from playground.networks import Layer, NetworkSpec, ShapeError, SpecError, Trace
from playground.networks import step_editing as edits
from playground.networks.code import write_step
from playground.networks.forward_steps import (
    inputs_at,
    is_in_order,
    latest_at,
    steps_of,
    unused_children,
    unused_results,
)
from playground.networks.operations import OPERATIONS
from playground.networks.spec import Forward, Step, join
from playground.networks.step_editing import Applied
from playground.networks.trace import Call
from playground.ui.build.draft import Draft, mend
from playground.ui.build.step import applied_options, step_controls
from playground.ui.build.step_edits import (
    HEADER,
    MOST_LINES,
    EditOfForward,
    attempt_on_forward,
    attempt_step,
    class_choice,
    part_key,
    select_step,
    selected_step,
)
from playground.ui.build.widgets import shows, text_input
from playground.ui.fault import draw_fault
from playground.ui.text import as_code, plain
from playground.ui.trace import in_words

_OPEN = "build_forward_open"
_MOST_UNUSED_SHOWN = 3


def network_forward(draft: Draft, trace: Trace | None) -> None:
    """Draw the forward of the network itself, closed until it is wanted, and what is wrong at one of its steps."""
    spec = draft.spec
    if not spec.layers and spec.forward is None:
        return
    error = trace.error if trace and trace.error and not trace.error.path else None
    is_open = bool(st.session_state.get(_OPEN)) or (error is not None and error.step is not None)
    with st.container(border=is_open, gap="small", key="network_forward"):
        st.button(
            f"Forward of **{plain(spec.name)}** :gray[{_in_short(spec)}]",
            key="open_forward",
            type="tertiary",
            icon=f":material/{'expand_more' if is_open else 'chevron_right'}:",
            width="stretch",
            on_click=_open,
            args=(not is_open,),
        )
        if is_open:
            forward_lines(spec, "", spec.as_module(), trace)
    if error:
        draw_fault(spec, error, mend)


def forward_lines(spec: NetworkSpec, path: str, module: Layer, trace: Trace | None) -> None:
    """Draw the forward of the Module at `path` line by line, with the shapes as far as the trace came."""
    class_choice(spec, path, module)
    if module.forward is None:
        _layers_in_order(path)
        return
    forward = module.forward
    error = trace.error if trace else None
    shapes = _shapes(path, forward, trace) if trace else []
    unused = unused_results(forward)
    selected = selected_step(path, forward)
    with st.container(gap=None, key=f"code_lines_{path}"):
        header = f"def forward({', '.join(('self', *forward.inputs))}):"
        _line(path, forward, HEADER, header, "", selected == HEADER)
        if selected == HEADER:
            with st.container(border=True, key="open_line"):
                _forward_inputs(path, forward)
        for index in _lines_shown(path, len(forward.steps)):
            figures = "not used" if index in unused else shapes[index] if index < len(shapes) else ""
            at_fault = error is not None and _is_at_fault(error, path, forward, index)
            _line(path, forward, index, _code(module, forward, index), figures, selected == index, at_fault)
            if selected == index:
                with st.container(border=True, gap="small", key="open_line"):
                    step_controls(path, module, index)
        result = latest_at(forward, len(forward.steps))
        st.markdown(f":gray[{as_code(f'return {result}')}]")
    _unused_children(path, module)
    _foot(path, module)


def _open(wanted: bool) -> None:
    st.session_state[_OPEN] = wanted


def _in_short(spec: NetworkSpec) -> str:
    if spec.forward is None:
        return "its layers in order"
    count = len(spec.forward.steps)
    return f"{count} step{'s' if count != 1 else ''}"


def _layers_in_order(path: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"in_order_{path}"):
        st.caption("Its layers run in order, each on the result of the one before it.", width="stretch")
        st.button(
            "Write the steps out",
            key=f"write_out_{path}",
            icon=":material/format_list_numbered:",
            help="To use a result twice, add a shortcut, or compute something between the layers.",
            on_click=attempt_on_forward,
            args=(
                path,
                lambda spec, each: edits.write_out(spec, each),
            ),
        )


def _line(
    path: str, forward: Forward, index: int, code: str, figures: str, is_selected: bool, is_at_fault: bool = False
) -> None:
    """One button a line, with its shape at the right: with an element for each, many lines would be slow."""
    shown = f"**{as_code(code)}**" if is_selected else as_code(code)
    shown = f":red[{shown}]" if is_at_fault else shown
    st.button(
        f"{shown} :gray[{figures}]" if figures else shown,
        key=f"line_{path}_{index}",
        type="tertiary",
        icon=":material/error:" if is_at_fault else None,
        width="stretch",
        on_click=select_step,
        args=(path, forward, None if is_selected else index),
    )


def _code(module: Layer, forward: Forward, index: int) -> str:
    """The line of code of a step; of one that cannot be written what it applies."""
    step = forward.steps[index]
    inputs = inputs_at(forward, index)
    try:
        expression = write_step(module, step, inputs)
    except SpecError:
        expression = f"{step.child or step.operation}({', '.join(inputs)})"
    return f"{step.name} = {expression}"


def _shapes(path: str, forward: Forward, trace: Trace) -> list[str]:
    """The output shapes of the steps in words, as far as the trace came."""
    calls = iter(trace.calls)
    shapes = []
    for step in forward.steps:
        call = next((each for each in calls if _is_of_step(each, path, step)), None)
        if call is None:
            break
        shapes.append(in_words(call.outputs))
    return shapes


def _is_of_step(call: Call, path: str, step: Step) -> bool:
    if step.operation:
        return call.path == path and call.type == step.operation
    # The operations inside a Module have its path, too.
    return call.path == join(path, step.child) and call.type not in OPERATIONS


def _is_at_fault(error: ShapeError, path: str, forward: Forward, index: int) -> bool:
    """Whether the trace stopped at this step, or in what it applies."""
    if error.path == path:
        return error.step == index
    child = forward.steps[index].child
    return bool(child) and f"{error.path}.".startswith(f"{join(path, child)}.")


def _lines_shown(path: str, count: int) -> range:
    """The steps to draw: all, or of very many a part, with a choice of the others."""
    if count <= MOST_LINES:
        return range(count)
    parts = [range(first, min(first + MOST_LINES, count)) for first in range(0, count, MOST_LINES)]
    chosen = st.selectbox(
        "Lines",
        range(len(parts)),
        key=part_key(path),
        format_func=lambda part: f"Lines {parts[part].start + 1} to {parts[part].stop} of {count}",
        label_visibility="collapsed",
    )
    return parts[min(chosen or 0, len(parts) - 1)]


def _forward_inputs(path: str, forward: Forward) -> None:
    text_input(
        "Inputs of the forward",
        f"forward_inputs_{path}",
        ", ".join(forward.inputs),
        on_change=lambda names: attempt_on_forward(
            path, lambda spec, each: edits.set_forward_inputs(spec, each, names.replace(",", " ").split())
        ),
        help="Their names, with commas. As many as before are renamed in every line; a new one can be used "
        "below, and has to be given where this module is applied.",
    )


def _unused_children(path: str, module: Layer) -> None:
    unused = unused_children(module)
    for name in unused[:_MOST_UNUSED_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"unused_{path}_{name}"):
            st.caption(f"{as_code(name)} is not used by the forward.", width="stretch")
            st.button(
                "Add its step",
                key=f"use_{path}_{name}",
                icon=":material/add:",
                on_click=attempt_on_forward,
                args=(path, _adding(name)),
            )
    if len(unused) > _MOST_UNUSED_SHOWN:
        st.caption(f"Nor are {len(unused) - _MOST_UNUSED_SHOWN} more.")


def _adding(child: str) -> EditOfForward:
    return lambda spec, each: edits.add_step_for_child(spec, each, child)


def _foot(path: str, module: Layer) -> None:
    """What adds a step, and what takes all of them back."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"forward_foot_{path}"):
        _add(path, module)
        loses = "It forgets these steps; undo brings them back." if not is_in_order(module) else "They say no more."
        st.button(
            "Layers in order",
            key=f"layers_in_order_{path}",
            icon=":material/low_priority:",
            help=f"Use the layers in order, without steps. {loses}",
            on_click=attempt_on_forward,
            args=(
                path,
                lambda spec, each: edits.use_layers_in_order(spec, each),
            ),
        )


def _add(path: str, module: Layer) -> None:
    forward = steps_of(module)
    selected = selected_step(path, forward)
    place = len(forward.steps) if selected is None else selected + 1
    options = applied_options(module)

    def add(chosen: Applied | None) -> None:
        if chosen:
            attempt_step(path, lambda spec, each: edits.add_step(spec, each, chosen, place))

    st.selectbox(
        "Add a step",
        list(options),
        index=None,
        format_func=options.__getitem__,
        placeholder="Add a step at the end" if selected is None else "Add a step below",
        label_visibility="collapsed",
        width="stretch",
        # Empty again after each choice, so that the same can be added once more.
        **shows(f"add_step_{path}", None, add),
    )
