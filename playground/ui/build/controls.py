"""What can be done to the selected layer: moves, name, rule, and a widget for each of its parameters."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.networks import Layer, NetworkSpec, Trace, editing, step_editing, tree
from playground.networks.containers import CONTAINERS
from playground.networks.layer_catalogue import layer_type
from playground.networks.rules import FORWARD_RULES
from playground.ui.build.arguments import argument_widgets
from playground.ui.build.comparison import comparison_button
from playground.ui.build.draft import attempt_on_layer
from playground.ui.build.forward import forward_lines
from playground.ui.build.save_block import save_as_block
from playground.ui.build.step_edits import attempt_on_forward
from playground.ui.build.widgets import shows, text_input
from playground.ui.text import as_code, plain


def layer_controls(spec: NetworkSpec, path: str, layer: Layer, trace: Trace | None) -> None:
    """Draw the controls of the layer at `path`."""
    _toolbar(spec, path, layer)
    if layer.type in CONTAINERS:
        _container_controls(spec, path, layer, trace)
        return
    st.caption(layer_type(layer.type).explanation)
    with st.columns(3)[0]:
        _name(path, layer)
    argument_widgets(path, layer, trace)
    if layer.initial:
        _initial(path, layer)


def _initial(path: str, layer: Layer) -> None:
    """Say which parameters start at a constant, as the last normalization of a block may start at zero."""
    values = ", ".join(f"{as_code(name)} at {plain(str(value))}" for name, value in layer.initial.items())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"Starts with {values}.", width="content")
        st.button(
            "Start as in PyTorch",
            key="initial_as_in_pytorch",
            type="tertiary",
            icon=":material/restart_alt:",
            on_click=attempt_on_layer,
            args=(path, layer, lambda spec, _: editing.set_initial(spec, path, {})),
        )


def _container_controls(spec: NetworkSpec, path: str, layer: Layer, trace: Trace | None) -> None:
    st.caption(CONTAINERS[layer.type].explanation)
    if layer.type == "Module":
        name, class_name = st.columns(2)
        with name:
            _name(path, layer)
        with class_name:
            _class_name(path, layer)
        forward_lines(spec, path, layer, trace)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _name(path, layer)
        comparison_button(layer.type)
    if CONTAINERS[layer.type].has_rule:
        _rule(path, layer)


def _toolbar(spec: NetworkSpec, path: str, layer: Layer) -> None:
    parent, index = tree.place_of(spec, path)
    siblings = tree.find(spec, parent).children
    with st.container(horizontal=True, gap="xsmall", key="layer_toolbar"):
        _action("up", "arrow_upward", "Move up", editing.move_up, path, layer, disabled=index == 0)
        last = index == len(siblings) - 1
        _action("down", "arrow_downward", "Move down", editing.move_down, path, layer, disabled=last)
        _action("duplicate", "content_copy", "Duplicate", editing.duplicate, path, layer)
        if layer.enabled:
            _action("switch", "visibility_off", "Switch off: it passes its input through", _switch_off, path, layer)
        else:
            _action("switch", "visibility", "Switch on again", _switch_on, path, layer)
        _action("delete", "delete", "Delete", editing.delete, path, layer)
        if index > 0 and editing.can_hold(siblings[index - 1]):
            what = f"Move into {plain(siblings[index - 1].name)}, the container before it"
            _action("into_previous", "subdirectory_arrow_right", what, editing.move_into_previous, path, layer)
        if not last and editing.can_hold(siblings[index + 1]):
            what = f"Move into {plain(siblings[index + 1].name)}, the container after it"
            _action("into_next", "move_down", what, editing.move_into_next, path, layer)
        if parent:
            _action("out", "move_up", f"Move out of {plain(parent)}, to after it", editing.move_out, path, layer)
        if editing.can_hold(layer):
            save_as_block(path, layer)


def _action(
    key: str,
    icon: str,
    what: str,
    edit: Callable[[NetworkSpec, str], editing.Edited],
    path: str,
    layer: Layer,
    disabled: bool = False,
) -> None:
    st.button(
        "",
        key=f"layer_{key}",
        icon=f":material/{icon}:",
        help=what,
        on_click=attempt_on_layer,
        args=(path, layer, lambda spec, _: edit(spec, path)),
        disabled=disabled,
    )


def _switch_off(spec: NetworkSpec, path: str) -> editing.Edited:
    return editing.set_enabled(spec, path, False)


def _switch_on(spec: NetworkSpec, path: str) -> editing.Edited:
    return editing.set_enabled(spec, path, True)


def _name(path: str, layer: Layer) -> None:
    text_input(
        "Name",
        f"name_{path}",
        layer.name,
        max_chars=100,
        on_change=lambda name: attempt_on_layer(path, layer, lambda spec, _: editing.rename(spec, path, name)),
        help="The attribute in its container, and so the beginning of its keys in a state dict.",
    )


def _class_name(path: str, layer: Layer) -> None:
    text_input(
        "Class",
        f"class_name_{path}",
        layer.class_name,
        max_chars=100,
        placeholder="as its name",
        on_change=lambda name: attempt_on_forward(
            path, lambda spec, each: step_editing.set_class_name(spec, each, name)
        ),
        help="The name of its class in code. Modules that differ in numbers only share a class; "
        "of those that differ otherwise the code gives each a number after the name.",
    )


def _rule(path: str, layer: Layer) -> None:
    rules = ["", *FORWARD_RULES]
    st.selectbox(
        "How its layers are used",
        rules,
        index=rules.index(layer.rule) if layer.rule in rules else 0,
        format_func=lambda rule: FORWARD_RULES[rule].label if rule else "No forward, as in PyTorch",
        **shows(
            f"rule_{path}",
            layer.rule,
            lambda rule: attempt_on_layer(path, layer, lambda spec, _: editing.set_rule(spec, path, rule)),
        ),
        help="\n\n".join(f"**{rule.label}**: {rule.explanation}" for rule in FORWARD_RULES.values()),
    )
