"""A widget for each parameter of a layer; the spec holds the values, the widgets show them."""

from __future__ import annotations

import ast
import functools
import typing
from collections.abc import Callable
from typing import Any, Literal

import streamlit as st

from playground.networks import Layer, NetworkSpec, SpecError, Trace, editing
from playground.networks.layers import Parameter, explain_parameter, parameters
from playground.networks.spec import Value
from playground.networks.widths import AUTO, input_width, is_auto, width_argument
from playground.ui.build.draft import attempt_on_layer
from playground.ui.build.widgets import shows
from playground.ui.trace import wait_for_torch
from playground.ui.warm_up import torch_is_ready

_COLUMNS = 3
# What a number in JavaScript holds exactly.
_LARGEST_NUMBER = 2**53 - 1
_LONGEST_TEXT = 200


def argument_widgets(path: str, layer: Layer, trace: Trace | None) -> None:
    """Draw a widget for each parameter of the layer at `path`; none yet while torch, which knows them, is imported."""
    if not torch_is_ready():
        wait_for_torch("the arguments")
        return
    cells: list[Callable[[], None]] = []
    for parameter in parameters(layer.type):
        if parameter.name == width_argument(layer.type):
            cells += _width_widgets(path, layer, parameter, _arriving_width(path, layer, trace))
        else:
            cells.append(functools.partial(_widget, path, layer, parameter))
    for first in range(0, len(cells), _COLUMNS):
        columns = st.columns(_COLUMNS, vertical_alignment="bottom")
        for draw, column in zip(cells[first : first + _COLUMNS], columns, strict=False):
            with column:
                draw()


def read_value(text: str) -> Value:
    """What a person writes for an argument: a number, True, None, a tuple "3, 5", else the text itself.

    Raises SpecError if it is too long.
    """
    if len(text) > _LONGEST_TEXT:
        raise SpecError(f"A value here has at most {_LONGEST_TEXT} characters.")
    try:
        return typing.cast("Value", ast.literal_eval(text.strip()))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text.strip()


def write_value(value: Value) -> str:
    """The value as `read_value` reads it."""
    return value if isinstance(value, str) else "" if value is None else repr(value)


def value_widget(
    key: str,
    annotation: object,
    value: Value,
    required: bool,
    on_change: Callable[[Callable[[], Value]], None],
    **settings: Any,
) -> None:
    """Draw the widget that suits a value of this annotation; `settings` are its label and help.

    What a person sets is handed on as what reads it: None where the widget is empty, SpecError if it is too long.

    The value is also its default: a widget that is drawn by a run which another one overtakes would otherwise
    begin at 0, False or "", and say so as if a person had set it.
    """
    kind = _kind(annotation, value)
    if kind == "number" and value is not None:
        value = float(typing.cast("float", value))
    shown = write_value(value) if kind == "text" else value
    settings |= shows(key, shown, lambda held: on_change(lambda: _value_held(held, annotation)))
    if kind == "truth":
        st.toggle(value=bool(value), **settings)
    elif kind == "choice":
        options = typing.get_args(annotation)
        st.selectbox(options=options, index=options.index(value), **settings)
    elif kind == "whole":
        st.number_input(step=1, value=typing.cast("int | None", value), **settings)
    elif kind == "number":
        st.number_input(step=0.1, format="%g", value=typing.cast("float | None", value), **settings)
    else:
        st.text_input(value=write_value(value), placeholder="" if required else "default", **settings)


def _value_held(held: Value, annotation: object) -> Value:
    if isinstance(held, str) and typing.get_origin(annotation) is not Literal:
        return read_value(held) if held.strip() else None
    return held


def _widget(path: str, layer: Layer, parameter: Parameter) -> None:
    value_widget(
        f"argument_{layer.type}_{path}_{parameter.name}",
        parameter.annotation,
        layer.arguments.get(parameter.name, parameter.default),
        parameter.required,
        on_change=lambda read: _set(path, layer, parameter, read),
        label=parameter.name,
        help=_help(layer, parameter),
    )


def _width_widgets(
    path: str, layer: Layer, parameter: Parameter, arriving: int | None
) -> tuple[Callable[[], None], Callable[[], None]]:
    """What draws the width of the input, which on auto is what arrives, and the switch for auto."""
    on_auto = is_auto(layer.type, layer.arguments)

    def draw_width() -> None:
        if not on_auto:
            _widget(path, layer, parameter)
            return
        shown = shows(f"arriving_{path}_{parameter.name}", arriving)
        st.number_input(parameter.name, value=arriving, disabled=True, help=_help(layer, parameter), **shown)

    def draw_auto() -> None:
        st.toggle(
            "auto",
            value=on_auto,
            help=f"On, {parameter.name} is always the number that comes in. The exported code has that number.",
            **shows(
                f"auto_{layer.type}_{path}",
                on_auto,
                lambda auto: attempt_on_layer(
                    path, layer, lambda spec, found: _set_auto(spec, path, found, parameter, auto, arriving)
                ),
            ),
        )

    return draw_width, draw_auto


def _set_auto(
    spec: NetworkSpec, path: str, layer: Layer, parameter: Parameter, auto: bool, arriving: int | None
) -> editing.Edited:
    value: Value = AUTO if auto else arriving or 1
    return editing.set_arguments(spec, path, {**layer.arguments, parameter.name: value})


def _arriving_width(path: str, layer: Layer, trace: Trace | None) -> int | None:
    """The channels or features that the layer is given, as far as the trace came there."""
    rows = trace.rows if trace else ()
    return next((input_width(layer.type, row.input_shape) for row in rows if row.path == path), None)


def _kind(annotation: object, value: Value) -> Literal["truth", "choice", "whole", "number", "text"]:
    """Which widget holds the value; a text field holds also what does not suit the parameter."""
    if annotation is bool and isinstance(value, bool):
        return "truth"
    if typing.get_origin(annotation) is Literal and value in typing.get_args(annotation):
        return "choice"
    is_number = value is None or (type(value) in (int, float) and abs(typing.cast("float", value)) <= _LARGEST_NUMBER)
    if annotation is int and is_number and not isinstance(value, float):
        return "whole"
    return "number" if annotation is float and is_number else "text"


def _set(path: str, drawn: Layer, parameter: Parameter, read: Callable[[], Value]) -> None:
    def edit(spec: NetworkSpec, layer: Layer) -> tuple[NetworkSpec, str]:
        value = read()
        arguments = {**layer.arguments, parameter.name: value}
        if value is None or (not parameter.required and value == parameter.default):
            del arguments[parameter.name]
        return editing.set_arguments(spec, path, arguments)

    attempt_on_layer(path, drawn, edit)


def _help(layer: Layer, parameter: Parameter) -> str:
    default = "Required." if parameter.required else f"Default: `{parameter.default!r}`."
    return f"{explain_parameter(layer.type, parameter.name)} {default}"
