"""Operations of OpenCV on the image: a threshold first, if one likes, then an operation, its kernel and its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from playground.images.opencv import GROUPS, OPERATIONS, Chain, Operation
from playground.ui.calculator_settings import choice, kept
from playground.ui.messages import show_warning
from playground.ui.pixels.kernel import draw_kernel
from playground.ui.pixels.photo import photo_of
from playground.ui.pixels.result import draw_result

if TYPE_CHECKING:
    from playground.images.opencv.parameter import Parameter
    from playground.ui.images.chosen_image import ChosenImage

_THRESHOLD, _MORPHOLOGY = GROUPS[:2]
_NO_THRESHOLD = "none"
_FIRST = {_NO_THRESHOLD: "None", "threshold": "Fixed", "otsu": "Otsu", "adaptive_threshold": "Adaptive"}


# Of its own, so that a change here draws nothing else of the page again.
@st.fragment
def operations_view(chosen: ChosenImage) -> None:
    """Draw the choice of an operation, its parameters, and what it makes of the image."""
    photo = photo_of(chosen)
    name = _choose_operation()
    controls, result = st.columns([1, 2], gap="large")
    with controls:
        chain = _choose_chain(name)
        for operation in chain.operations:
            draw_kernel(operation)
    with result:
        for remark in chain.remarks(*photo.size):
            show_warning(remark, ":material/info:")
        pictures = st.container()
        # Before the pictures, which may take a while.
        st.code(chain.to_code(photo.path), language="python")
        with pictures:
            draw_result(chain, chosen, photo)


def _choose_operation() -> str:
    group = choice("Operation", "opencv_group", GROUPS, _MORPHOLOGY)
    labels = {each.label: name for name, each in OPERATIONS.items() if each.group == group}
    name = labels[choice(group, f"opencv_operation_{group}", list(labels))]
    st.caption(OPERATIONS[name].explanation)
    return name


def _choose_chain(name: str) -> Chain:
    """The operation, and a threshold before it, if one likes: in the order in which they are done."""
    group = OPERATIONS[name].group
    first = None if group == _THRESHOLD else _choose_threshold(group)
    operation = _choose_parameters(name, name)
    operations = (first, operation) if first else (operation,)
    needs_grey = any(each.type.needs_grey for each in operations)
    in_colour = False if needs_grey else choice("Work on", "opencv_colours", ["grey values", "colours"]) == "colours"
    return Chain(operations, in_colour)


def _choose_threshold(group: str) -> Operation | None:
    """A threshold before the operation: on by default before morphology, whose terms are those of black and white."""
    default = "otsu" if group == _MORPHOLOGY else _NO_THRESHOLD
    labels = {label: name for name, label in _FIRST.items()}
    name = labels[choice("Threshold first", f"opencv_first_{group}", list(labels), _FIRST[default])]
    return None if name == _NO_THRESHOLD else _choose_parameters(name, f"first_{name}")


def _choose_parameters(name: str, key: str) -> Operation:
    values = {
        parameter: _choose_value(each, f"opencv_{key}_{parameter}")
        for parameter, each in OPERATIONS[name].parameters.items()
    }
    return Operation(name, **values)


def _choose_value(parameter: Parameter, key: str) -> object:
    if parameter.choices:
        shown = kept(key, str(parameter.default))
        options = list(parameter.choices)
        return st.selectbox(
            parameter.label,
            options,
            options.index(st.session_state[key]),
            format_func=parameter.choices.__getitem__,
            help=parameter.explanation,
            **shown,
        )
    shown = kept(key, parameter.default)
    as_type = int if parameter.is_whole else float
    low, high, step = (as_type(each) for each in (parameter.low, parameter.high, parameter.step))
    return st.slider(parameter.label, low, high, st.session_state[key], step, help=parameter.explanation, **shown)
