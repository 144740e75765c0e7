"""Convolution and pooling on a small grid: the output's size, its formula, the window that moves, and the code."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from playground.charts import PositionGrid, SeenGrid, window_figure
from playground.inspection import Window, max_pooled
from playground.inspection.calculators.average_pooling import average_pooled
from playground.networks import Fix, ShapeError
from playground.networks.spec import by
from playground.ui.calculator_settings import choice, kept, number, switch
from playground.ui.figures import figures
from playground.ui.live_chart import live_chart
from playground.ui.sliding_layer import (
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


@dataclass(frozen=True)
class _Pooled:
    """What the window gives at each position, as texts, and the sentence for the current one."""

    grids: tuple[PositionGrid, ...]
    sentence: str
    marked: tuple[int, ...] | None = None


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
    st.error(error.cause, icon=":material/error:")
    with st.container(horizontal=True):
        for index, fix in enumerate(error.fixes):
            settings = _changed(layer, fix)
            if settings is None:
                continue
            st.button(
                fix.text[0].upper() + fix.text[1:],
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


def _set(view: str, settings: Mapping[str, int]) -> None:
    for name, value in settings.items():
        st.session_state[f"{view}_{name}"] = value


def _draw(view: str, layer: SlidingLayer, found: tuple[Window, ...], values: list[list[int]] | None) -> None:
    window = found[_position(view, len(found))] if found else None
    missed = left_out(layer, found) if found else frozenset()
    pooled = _pooled(layer, found, window, values) if window else None
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


def _move(key: str, step: int, count: int) -> None:
    """From where the window is by now: a second click may come before the page shows the first."""
    st.session_state[key] = min(max(st.session_state[key] + step, 1), count)


def _pooled(layer: SlidingLayer, found: tuple[Window, ...], window: Window, values: list[list[int]] | None) -> _Pooled:
    size = _last(found)
    row, column = window.output
    if layer.is_transposed:
        height, width = grid_size(layer)
        inside = sum(0 <= cell[0] < height and 0 <= cell[1] < width for cell in window.cells)
        cut = len(window.cells) - inside
        return _Pooled(
            (PositionGrid(f"Input {by(size)}", size, window.output),),
            f"The value in row {row}, column {column} of the input, times the kernel, is added to {inside} cells of "
            f"the output{f'; {cut} are cut off' if cut else ''}.",
        )
    place = f"row {row}, column {column} of the output"
    if values is None:
        title = f"Output {by(size)}"
        sentence = f"The values in the window, times the kernel, are added up and give {place}."
        return _Pooled((PositionGrid(title, size, window.output),), sentence)
    if layer.type == "AvgPool2d":
        return _averages(layer, found, window, values, place)
    return _maxima(found, window, values, place)


def _maxima(found: tuple[Window, ...], window: Window, values: list[list[int]], place: str) -> _Pooled:
    size, width = _last(found), len(values[0])
    maxima = max_pooled(values, found)
    grids = (
        PositionGrid(f"Output {by(size)}", size, window.output, _rows([_minus(each.value) for each in maxima], size)),
        PositionGrid("Indices", size, window.output, _rows([_index(each.index) for each in maxima], size)),
    )
    best = maxima[found.index(window)]
    if best.index < 0:
        return _Pooled(grids, f"This window has only padding, which gives minus infinity for {place}, and no index.")
    at = divmod(best.index, width)
    sentence = (
        f"The maximum of the window, **{best.value:g}**, gives {place}. It is in row {at[0]}, column {at[1]} of the "
        f"input: index {at[0]}*{width} + {at[1]} = **{best.index}**."
    )
    return _Pooled(grids, sentence, at)


def _averages(
    layer: SlidingLayer, found: tuple[Window, ...], window: Window, values: list[list[int]], place: str
) -> _Pooled:
    size = _last(found)
    means = average_pooled(values, found, (layer.argument("padding"),) * 2)
    grid = PositionGrid(f"Output {by(size)}", size, window.output, _rows([f"{mean:.1f}" for mean in means], size))
    counts = " Padding counts as zeros." if layer.argument("padding") else ""
    mean = means[found.index(window)]
    return _Pooled((grid,), f"The mean of the window, **{mean:.4g}**, gives {place}.{counts}")


def _say_left_out(layer: SlidingLayer, found: tuple[Window, ...], cells: frozenset[tuple[int, ...]]) -> None:
    height, width = grid_size(layer)
    count = f"{len(cells)} of {height * width}"
    why = why_left_out(layer, found, cells)
    if layer.is_transposed:
        sentence = f"{count} cells of the output are in no window and hold only the bias: {why}."
    else:
        sentence = f"{count} values of the input are in no window and have no influence on the output: {why}."
    st.warning(sentence, icon=":material/visibility_off:")


def _last(found: tuple[Window, ...]) -> tuple[int, int]:
    """The size of the grid of positions."""
    row, column = found[-1].output
    return row + 1, column + 1


def _reach(found: tuple[Window, ...]) -> tuple[int, int]:
    """Behind the last row and column of all windows."""
    if not found:
        return 0, 0
    row, column = found[-1].cells[-1]
    return row + 1, column + 1


def _rows(texts: Sequence[str], size: tuple[int, int]) -> list[list[str]]:
    return [list(texts[row * size[1] : (row + 1) * size[1]]) for row in range(size[0])]


def _minus(value: float) -> str:
    return "-∞" if value == float("-inf") else f"{value:g}"


def _index(index: int) -> str:
    return f"{index}" if index >= 0 else "none"


def _values(size: tuple[int, int], seed: int) -> list[list[int]]:
    """The upper left corner of the values of the largest grid: they stay when the grid grows or shrinks."""
    drawn = random.Random(seed)
    grid = [[drawn.randint(-9, 9) for _ in range(_LARGEST_SIDE)] for _ in range(_LARGEST_SIDE)]
    return [row[: size[1]] for row in grid[: size[0]]]


def _new_values() -> None:
    st.session_state["pooling_seed"] = st.session_state.get("pooling_seed", 0) + 1
