"""Convolution and pooling on a small grid: the output's size, its formula, the window that moves, and the code."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from playground.charts import PositionGrid, SeenGrid, window_figure
from playground.inspection import Window
from playground.networks import Fix, ShapeError
from playground.networks.spec import by
from playground.ui.calculator_settings import choice, kept, number, switch
from playground.ui.components.live_chart import live_chart
from playground.ui.figures import figures
from playground.ui.inspect.sliding_layer import (
    SlidingLayer,
    as_network,
    formula,
    grid_size,
    layer_windows,
    left_out,
    refusal,
    script,
    why_left_out,
)
from playground.ui.inspect.window_output import window_output
from playground.ui.messages import show_error, show_warning
from playground.ui.text import plain
from playground.ui.uninterrupted import uninterrupted

_LARGEST_SIDE = 12
_LARGEST_DRAWN = 40
_SIDES = {"height": ("Height", 7), "width": ("Width", 7)}
_POOLINGS = {"Max": "MaxPool2d", "Average": "AvgPool2d"}


@dataclass(frozen=True)
class _Setting:
    label: str
    limits: tuple[int, int]
    default: int
    help: str


_SETTINGS = {
    "kernel_size": _Setting("Kernel size", (1, 12), 3, "How many cells high and wide the window is."),
    "stride": _Setting("Stride", (1, 12), 1, "How many cells the window moves at a time."),
    "padding": _Setting("Padding", (0, 6), 0, "How many cells are added on each side."),
    "output_padding": _Setting("Output padding", (0, 11), 0, "Rows and columns added to the output at its end."),
    "dilation": _Setting("Dilation", (1, 6), 1, "How far apart the cells of the window are; 1 is side by side."),
}


def convolution_view() -> None:
    """Draw the calculator of convolutions and transposed convolutions."""
    transposed = switch(
        "Transposed", "convolution_transposed", "Each value of the input is spread over a window of the output."
    )
    names = ("kernel_size", "stride", "padding", *(("output_padding",) if transposed else ()), "dilation")
    size, arguments = _settings("convolution", names)
    layer = SlidingLayer("ConvTranspose2d" if transposed else "Conv2d", arguments, size)
    _show("convolution", layer, None)


def pooling_view() -> None:
    """Draw the calculator of max and average pooling, with values in the cells."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        pooling = _POOLINGS[choice("Pooling", "pooling_kind", list(_POOLINGS))]
        ceil_mode = switch("ceil_mode", "pooling_ceil_mode", "Round the output's size up instead of down.")
        st.button("New values", icon=":material/casino:", on_click=_new_values, key="pooling_new_values")
    names = ("kernel_size", "stride", "padding", *(("dilation",) if pooling == "MaxPool2d" else ()))
    size, arguments = _settings("pooling", names, {"stride": 2})
    values = _values(size, st.session_state.get("pooling_seed", 0))
    _show("pooling", SlidingLayer(pooling, {**arguments, "ceil_mode": ceil_mode}, size), values)


def _settings(
    view: str, names: Sequence[str], defaults: Mapping[str, int] | None = None
) -> tuple[tuple[int, int], dict[str, int]]:
    arguments = {}
    with st.container(horizontal=True):
        height, width = (
            number(label, f"{view}_{name}", (2, _LARGEST_SIDE), default) for name, (label, default) in _SIDES.items()
        )
        for name in names:
            setting = _SETTINGS[name]
            default = (defaults or {}).get(name, setting.default)
            arguments[name] = number(setting.label, f"{view}_{name}", setting.limits, default, setting.help)
    return (height, width), arguments


def _show(view: str, layer: SlidingLayer, values: list[list[int]] | None) -> None:
    sizes = formula(layer)
    error = refusal(layer)
    size, lines = st.columns([1, 3], vertical_alignment="center")
    with size:
        figures(view, {"Input": by(layer.size), "Output": "none" if error else by(sizes.output_shape)})
    lines.code("\n".join(sizes.lines), language=None)
    if error:
        _refused(view, layer, error)
        found: tuple[Window, ...] = ()
    else:
        found = layer_windows(layer)
    if max(*grid_size(layer), *sizes.output_shape) > _LARGEST_DRAWN:
        st.info(f"Grids of up to {_LARGEST_DRAWN} x {_LARGEST_DRAWN} are drawn; this output is larger.")
    else:
        _draw(view, layer, found, values)
    st.code(script(layer, values), language="python")


def _refused(view: str, layer: SlidingLayer, error: ShapeError) -> None:
    show_error(error.cause)
    with st.container(horizontal=True):
        for index, fix in enumerate(error.fixes):
            settings = _changed(layer, fix)
            if settings is None:
                continue
            st.button(
                plain(fix.text[0].upper() + fix.text[1:]),
                icon=":material/build:",
                key=f"{view}_fix_{index}",
                on_click=functools.partial(_set, view, settings),
            )


def _changed(layer: SlidingLayer, fix: Fix) -> dict[str, int] | None:
    """What the fix sets, if the fields have room for it."""
    mended = fix.apply(as_network(layer))
    if not mended.layers:
        return None
    arguments = mended.layers[0].arguments
    changed = {name: arguments.get(name) for name, value in layer.arguments.items() if arguments.get(name) != value}
    for name, value in changed.items():
        low, high = _SETTINGS[name].limits
        if not isinstance(value, int) or not low <= value <= high:
            return None
    return {name: int(str(value)) for name, value in changed.items()}


@uninterrupted()
def _set(view: str, settings: Mapping[str, int]) -> None:
    for name, value in settings.items():
        st.session_state[f"{view}_{name}"] = value


def _draw(view: str, layer: SlidingLayer, found: tuple[Window, ...], values: list[list[int]] | None) -> None:
    window = found[_position(view, len(found))] if found else None
    missed = left_out(layer, found) if found else frozenset()
    pooled = window_output(layer, found, window, values) if window else None
    padding_name = "Cut off by the padding" if layer.is_transposed else "Padding"
    padding = layer.argument("padding")
    title = "Output" if layer.is_transposed else "Input"
    seen = SeenGrid(
        f"{title} {by(grid_size(layer))}",
        grid_size(layer),
        padding,
        window=window.cells if window else (),
        left_out=missed,
        values=[[f"{value}" for value in row] for row in values] if values else None,
        marked=pooled.marked if pooled else None,
        reach=_reach(found),
        padding_name=padding_name,
    )
    others = pooled.grids if pooled else ()
    grids: tuple[SeenGrid | PositionGrid, ...] = (*others, seen) if layer.is_transposed else (seen, *others)
    sentence = pooled.sentence if pooled else "No window fits."
    described = f"{', '.join(grid.title for grid in grids)}. {sentence}"
    chart = window_figure(grids, described)
    if pooled:
        st.markdown(pooled.sentence)
    live_chart(chart, key=f"{view}_chart", height=chart["layout"]["height"])
    if missed:
        _say_left_out(layer, found, missed)
    if layer.type == "MaxPool2d":
        st.caption(
            "Indices count the input's values row by row, without padding. `nn.MaxUnpool2d` takes the output and the "
            "indices and puts each maximum back where it was, with zeros everywhere else."
        )


def _position(view: str, count: int) -> int:
    """Draw what moves the window, and return the index of its position."""
    key = f"{view}_window"
    shown = kept(key, 1, (1, count))
    current = int(st.session_state[key])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, step in (("Previous", -1), ("Next", 1)):
            st.button(
                name,
                icon=":material/arrow_back:" if step < 0 else ":material/arrow_forward:",
                key=f"{view}_{name.lower()}",
                disabled=not 1 <= current + step <= count,
                on_click=functools.partial(_move, key, step, count),
            )
        if count > 1:
            st.slider("Window", 1, count, current, **shown, width=420)
        else:
            st.caption("There is one window.")
    return current - 1


@uninterrupted()
def _move(key: str, step: int, count: int) -> None:
    """From where the window is by now: a second click may come before the page shows the first."""
    st.session_state[key] = min(max(st.session_state[key] + step, 1), count)


def _say_left_out(layer: SlidingLayer, found: tuple[Window, ...], cells: frozenset[tuple[int, ...]]) -> None:
    height, width = grid_size(layer)
    count = f"{len(cells)} of {height * width}"
    why = why_left_out(layer, found, cells)
    if layer.is_transposed:
        sentence = f"{count} cells of the output are in no window and hold only the bias: {why}."
    else:
        sentence = f"{count} values of the input are in no window and have no influence on the output: {why}."
    show_warning(sentence, ":material/visibility_off:")


def _reach(found: tuple[Window, ...]) -> tuple[int, int]:
    """Behind the last row and column of all windows."""
    if not found:
        return 0, 0
    row, column = found[-1].cells[-1]
    return row + 1, column + 1


def _values(size: tuple[int, int], seed: int) -> list[list[int]]:
    """The upper left corner of the values of the largest grid: they stay when the grid grows or shrinks."""
    drawn = random.Random(seed)
    grid = [[drawn.randint(-9, 9) for _ in range(_LARGEST_SIDE)] for _ in range(_LARGEST_SIDE)]
    return [row[: size[1]] for row in grid[: size[0]]]


@uninterrupted()
def _new_values() -> None:
    st.session_state["pooling_seed"] = st.session_state.get("pooling_seed", 0) + 1
