"""A widget for each parameter of a transform; what they say together is a transform."""

from __future__ import annotations

import ast
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import streamlit as st

from playground.images import TRANSFORMS, ImageError, Transform
from playground.images.augmentation.transform_types import Parameter
from playground.images.augmentation.value_kinds import Value

# Where a slider begins and ends, and its step; what is beyond can be written in a pipeline's code or JSON.
_SLIDERS: dict[str | tuple[str, str], tuple[float, float, float]] = {
    "p": (0.0, 1.0, 0.05),
    "scale": (0.0, 1.0, 0.01),
    ("RandomAffine", "scale"): (0.1, 3.0, 0.05),
    "ratio": (0.1, 4.0, 0.05),
    "scale_range": (0.1, 3.0, 0.05),
    "side_range": (1.0, 6.0, 0.1),
    "degrees": (0, 180, 1),
    "distortion_scale": (0.0, 1.0, 0.05),
    ("ElasticTransform", "alpha"): (0.0, 1000.0, 10.0),
    ("ElasticTransform", "sigma"): (0.5, 20.0, 0.5),
    **dict.fromkeys(("brightness", "contrast", "saturation"), (0.0, 1.0, 0.05)),
    "hue": (0.0, 0.5, 0.01),
    **{("RandomPhotometricDistort", name): (0.0, 2.0, 0.025) for name in ("brightness", "contrast", "saturation")},
    ("RandomPhotometricDistort", "hue"): (-0.5, 0.5, 0.01),
    "num_output_channels": (1, 3, 2),
    "bits": (0, 8, 1),
    "threshold": (0.0, 255.0, 1.0),
    "sharpness_factor": (0.0, 10.0, 0.1),
    "kernel_size": (1, 51, 2),
    ("GaussianBlur", "sigma"): (0.1, 20.0, 0.1),
    ("GaussianNoise", "sigma"): (0.0, 1.0, 0.01),
    ("GaussianNoise", "mean"): (-1.0, 1.0, 0.05),
    "quality": (1, 100, 1),
    "num_ops": (0, 10, 1),
    "magnitude": (0, 30, 1),
    "severity": (1, 10, 1),
    "mixture_width": (1, 10, 1),
    "alpha": (0.1, 10.0, 0.1),
}
# What stands behind a button, since few need it.
_MORE = frozenset(
    {
        *("interpolation", "antialias", "fill", "padding_mode", "padding", "center", "max_size"),
        *("num_magnitude_bins", "all_ops", "chain_depth", "clip", "value"),
    }
)
# Of these they are what the transform is about.
_FIRST = frozenset({("Pad", "padding"), ("Pad", "padding_mode"), ("RandomResize", "max_size")})
_LONGEST_TEXT = 100


def parameter_widgets(
    transform: Transform, key: str, more: st.delta_generator.DeltaGenerator, columns: int = 2
) -> Transform:
    """Draw a widget for each parameter, so many in a row; they begin at those of the transform.

    What few need stands behind a button, which is drawn into `more`. Gives the transform that they say. Raises
    ImageError if they say what cannot work.
    """
    begin = transform.all_parameters
    parameters = TRANSFORMS[transform.type].parameters()
    values: dict[str, Any] = {}

    def draw(each: Parameter) -> None:
        values[each.name] = _widget(transform.type, each, begin[each.name], f"{key}_{each.name}")

    rest = [each for each in parameters if _is_more(transform.type, each)]
    for row in _rows([each for each in parameters if each not in rest], columns):
        for each, column in zip(row, st.columns(1 if _is_wide(row[0]) else columns, gap="small"), strict=False):
            with column:
                draw(each)
    if rest:
        with more.popover("", type="tertiary", icon=":material/tune:", help="More parameters", key=f"{key}_more"):
            for each in rest:
                draw(each)
    given = {each.name: values[each.name] for each in parameters if each.required or values[each.name] != each.default}
    return Transform(transform.type, probability=transform.probability, enabled=transform.enabled, **given)


def read_value(text: str) -> Value:
    """What a person writes for a parameter: a number, several with commas, a text, or nothing at all.

    Raises ImageError if it is too long.
    """
    if len(text) > _LONGEST_TEXT:
        raise ImageError(f"A value here has at most {_LONGEST_TEXT} characters.")
    if not text.strip():
        return None
    try:
        return typing.cast("Value", ast.literal_eval(text.strip()))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text.strip()


def write_value(value: Value) -> str:
    """The value as `read_value` reads it: "0.1, 0.2"."""
    if isinstance(value, tuple):
        return ", ".join(map(repr, value))
    return "" if value is None else str(value)


def _rows(parameters: Sequence[Parameter], columns: int) -> Iterator[list[Parameter]]:
    """The parameters a row at a time; what is wide has a row to itself."""
    row: list[Parameter] = []
    for each in parameters:
        if row and (len(row) == columns or _is_wide(each)):
            yield row
            row = []
        row.append(each)
        if _is_wide(each):
            yield row
            row = []
    if row:
        yield row


def _is_wide(parameter: Parameter) -> bool:
    return parameter.kind.base == "truth" or _is_size(parameter)


def _is_size(parameter: Parameter) -> bool:
    return parameter.kind.base == "whole" and parameter.kind.lengths == (2,) and not parameter.kind.odd


def _is_more(transform: str, parameter: Parameter) -> bool:
    return parameter.name in _MORE and not parameter.required and (transform, parameter.name) not in _FIRST


def _widget(transform: str, parameter: Parameter, value: Value, key: str) -> Any:
    kind = parameter.kind
    help = f"`{parameter.name}`: {parameter.explanation}"
    limits = _SLIDERS.get((transform, parameter.name)) or _SLIDERS.get(parameter.name)
    if limits and kind.base in ("whole", "number") and _suits_slider(value, limits):
        return _slider(parameter, value, limits, key, help)
    if kind.base == "truth":
        _begin(key, bool(value))
        return st.toggle(parameter.name, key=key, help=help, persist_state="session")
    if kind.base == "choice":
        options = [*kind.choices] if value is not None or not kind.optional else [None, *kind.choices]
        _begin(key, value)
        return st.selectbox(
            parameter.name,
            options,
            format_func=lambda each: each or "by itself",
            key=key,
            help=help,
            persist_state="session",
        )
    if _is_size(parameter):
        return _size(parameter, value, key, help)
    if kind.base == "whole" and not kind.lengths:
        _begin(key, value)
        return st.number_input(
            parameter.name,
            int(kind.smallest),
            int(kind.largest),
            step=1,
            value=None,
            key=key,
            help=help,
            placeholder="none",
            persist_state="session",
        )
    _begin(key, write_value(value))
    return read_value(st.text_input(parameter.name, key=key, help=help, placeholder="none", persist_state="session"))


def _suits_slider(value: Value, limits: tuple[float, float, float]) -> bool:
    """Whether a slider can show the value; a text field can show all."""
    numbers = value if isinstance(value, tuple) else (value or 0,)
    return all(not isinstance(each, str) and limits[0] <= each <= limits[1] for each in numbers) and len(numbers) < 3


def _slider(parameter: Parameter, value: Value, limits: tuple[float, float, float], key: str, help: str) -> Any:
    smallest, largest, step = limits
    of_kind: Callable[[Any], Any] = float if isinstance(step, float) else int
    interval = isinstance(value, tuple)
    shown = tuple(map(of_kind, value)) if isinstance(value, tuple) else of_kind(value or 0)
    _begin(key, shown)
    found = st.slider(parameter.name, smallest, largest, shown, step, key=key, help=help, persist_state="session")
    if interval:
        return tuple(found)
    return None if parameter.default is None and not parameter.required and found == 0 else found


def _size(parameter: Parameter, value: Value, key: str, help: str) -> Any:
    """Height and width; an empty width stands for one number."""
    height, width = value if isinstance(value, tuple) else (value, None)
    kind = parameter.kind
    fields: Mapping[str, Any] = {
        "min_value": int(kind.smallest),
        "max_value": int(kind.largest),
        "step": 1,
        "value": None,
        "persist_state": "session",
    }
    _begin(f"{key}_height", height)
    _begin(f"{key}_width", width)
    left, right = st.columns(2, gap="small")
    alone = "shorter side" if kind.optional else "square"
    first = left.number_input(f"{parameter.name}: height", key=f"{key}_height", help=help, placeholder="none", **fields)
    second = right.number_input("width", key=f"{key}_width", placeholder=alone if kind.alone else "", **fields)
    return first if second is None else (first, second)


def _begin(key: str, value: object) -> None:
    """What a widget shows when it is drawn for the first time."""
    st.session_state.setdefault(key, value)
