"""The calculators of the Inspect page: what they say is what PyTorch does."""

from __future__ import annotations

import contextlib
import io
import itertools
import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from torch import nn

from playground.ui.inspect.normalization_layer import (
    TYPES,
    NormalizationLayer,
    learned_parameters,
    normalization_layer,
    single_values,
    statistics,
)
from playground.ui.inspect.normalization_layer import script as normalization_script
from playground.ui.inspect.sliding_layer import (
    SlidingLayer,
    formula,
    grid_size,
    layer_windows,
    left_out,
    refusal,
    script,
    why_left_out,
)
from tests.pages.conftest import assert_no_traceback, charts, field, sentences

small = st.integers(1, 5)
ARGUMENTS = {
    "kernel_size": small,
    "stride": small,
    "padding": st.integers(0, 3),
    "dilation": st.integers(1, 3),
    "output_padding": st.integers(0, 3),
    "ceil_mode": st.booleans(),
}
ALL_HAVE = ("kernel_size", "stride", "padding")
NAMES = {
    "Conv2d": (*ALL_HAVE, "dilation"),
    "ConvTranspose2d": (*ALL_HAVE, "dilation", "output_padding"),
    "MaxPool2d": (*ALL_HAVE, "dilation", "ceil_mode"),
    "AvgPool2d": (*ALL_HAVE, "ceil_mode"),
}
sliding_layers = st.one_of(
    st.builds(
        SlidingLayer,
        st.just(layer_type),
        st.fixed_dictionaries({name: ARGUMENTS[name] for name in names}),
        st.tuples(st.integers(2, 8), st.integers(2, 8)),
    )
    for layer_type, names in NAMES.items()
)


def opened(calculator: str) -> AppTest:
    def page() -> None:
        from playground.ui.inspect.calculators import calculators_view

        calculators_view()

    opened = AppTest.from_function(page, default_timeout=30).run()
    opened.segmented_control(key="calculator").set_value(calculator).run()
    assert_no_traceback(opened)
    return opened


def executed(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    torch.manual_seed(0)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, names)
    return names


def figures(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


@given(sliding_layers)
@settings(max_examples=60, deadline=None)
def test_the_code_runs_and_gives_the_size_or_pytorch_refuses_it(layer: SlidingLayer) -> None:
    if error := refusal(layer):
        assert error.cause
        with pytest.raises(RuntimeError):
            executed(script(layer))
        return
    assert executed(script(layer))["output"].shape[2:] == formula(layer).output_shape
    found = layer_windows(layer)
    assert len(found) == math.prod(layer.size if layer.is_transposed else formula(layer).output_shape)


@given(sliding_layers)
@settings(max_examples=60, deadline=None)
def test_cells_in_no_window_are_those_without_influence(layer: SlidingLayer) -> None:
    """Tried with images that have a single 1; a transposed convolution gives zeros there."""
    if refusal(layer):
        return
    found = layer_windows(layer)
    cells = left_out(layer, found)
    made = executed(script(layer))["layer"]
    for parameter, value in zip(made.parameters(), (1, 0), strict=False):
        nn.init.constant_(parameter, value)
    images = torch.eye(math.prod(layer.size)).reshape(-1, 1, *layer.size)
    output = made(images)
    # Of a max pooling, without its indices; a window of padding alone gives minus infinity.
    reached = (output[0] if isinstance(output, tuple) else output) > 0
    seen = reached.any(dim=(0, 1)) if layer.is_transposed else reached.flatten(1).any(1).reshape(layer.size)
    assert cells == {tuple(cell) for cell in (~seen).nonzero().tolist()}
    assert bool(why_left_out(layer, found, cells)) == bool(cells)


def test_each_window_of_a_transposed_convolution_is_where_its_value_goes() -> None:
    layer = SlidingLayer("ConvTranspose2d", {"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1}, (3, 4))
    made = nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1, bias=False)
    height, width = grid_size(layer)
    for window in layer_windows(layer):
        image = torch.zeros(1, 1, 3, 4)
        image[0, 0, window.output[0], window.output[1]] = 1
        reached = {tuple(cell) for cell in made(image)[0, 0].nonzero().tolist()}
        assert reached == {cell for cell in window.cells if 0 <= cell[0] < height and 0 <= cell[1] < width}


def test_the_page_shows_what_its_own_code_computes() -> None:
    page = opened("Pooling")
    for name, value in (("height", 6), ("padding", 1), ("kernel_size", 3)):
        field(page, f"pooling_{name}").set_value(value)
    page.slider(key="pooling_window").set_value(5).run()
    assert_no_traceback(page)
    formulas, code = page.code
    names = executed(code.value)
    output, indices = names["output"][0, 0], names["indices"][0, 0]
    assert formulas.value.splitlines()[0] == "h' = floor((6 - 3 + 2*1) / 2) + 1 = 3"
    assert figures(page)["Output"] == " x ".join(map(str, output.shape))
    (written,) = (trace["text"] for trace in charts(page)[0]["data"] if "text" in trace)
    expected = [*names["image"].flatten().tolist(), *output.flatten().tolist(), *indices.flatten().tolist()]
    assert [float(text) for text in written] == expected
    (sentence,) = (text.value for text in page.markdown if text.value.startswith("The maximum"))
    assert f"**{output.flatten()[4]:g}**" in sentence
    assert f"**{indices.flatten()[4]}**" in sentence


def test_new_values_are_other_values_and_the_same_for_everybody() -> None:
    pages = [opened("Pooling") for _ in range(2)]
    before = pages[0].code[-1].value
    assert pages[1].code[-1].value == before
    for page in pages:
        page.button(key="pooling_new_values").click().run()
    assert pages[0].code[-1].value == pages[1].code[-1].value != before


def test_buttons_move_the_window_and_stop_at_the_ends() -> None:
    page = opened("Convolution")
    assert page.button(key="convolution_previous").disabled
    page.button(key="convolution_next").click().run()
    assert page.slider(key="convolution_window").value == 2
    page.slider(key="convolution_window").set_value(25).run()
    assert page.button(key="convolution_next").disabled
    field(page, "convolution_kernel_size").set_value(6).run()
    assert page.slider(key="convolution_window").value == 4, "there are four windows now"


def test_what_does_not_fit_is_explained_and_mended_by_a_click() -> None:
    page = opened("Convolution")
    for side in ("height", "width"):
        field(page, f"convolution_{side}").set_value(4)
    field(page, "convolution_kernel_size").set_value(5).run()
    assert_no_traceback(page)
    assert sentences(page) == ["The 5 x 5 kernel is larger than the 4 x 4 input."]
    assert figures(page)["Output"] == "none"
    assert len(charts(page)) == 1, "the input is still there"
    page.button(key="convolution_fix_0").click().run()
    assert sentences(page) == []
    assert field(page, "convolution_kernel_size").value == 4


def test_padding_of_more_than_half_the_kernel_is_explained() -> None:
    page = opened("Pooling")
    field(page, "pooling_padding").set_value(2).run()
    assert_no_traceback(page)
    assert "at most half its kernel" in sentences(page)[0]


def test_values_that_the_stride_steps_over_are_counted() -> None:
    page = opened("Convolution")
    field(page, "convolution_stride").set_value(4).run()
    assert "13 of 49 values" in sentences(page)[0]
    assert "the stride, 4, is larger than the window, 3" in sentences(page)[0]


def test_settings_are_still_there_after_another_calculator() -> None:
    page = opened("Convolution")
    field(page, "convolution_dilation").set_value(2).run()
    page.segmented_control(key="calculator").set_value("Normalization").run()
    page.segmented_control(key="calculator").set_value("Convolution").run()
    assert field(page, "convolution_dilation").value == 2


SHAPES = [(3, 4), (1, 6), (2, 4, 3), (2, 4, 3, 2), (1, 2, 1, 1), (2, 2, 1, 1)]
NORMALIZATIONS = [
    normalization_layer(name, shape, normalized=normalized, groups=groups)
    for name, shape in itertools.product(TYPES, SHAPES)
    if len(shape) in TYPES[name].dimensions
    for normalized in (range(1, len(shape)) if name == "LayerNorm" else (1,))
    for groups in ((1, 2) if name == "GroupNorm" else (1,))
]


def normalization_id(layer: NormalizationLayer) -> str:
    return f"{layer.type}{layer.shape}{tuple(layer.arguments.values())}"


@pytest.mark.parametrize("layer", NORMALIZATIONS, ids=normalization_id)
def test_the_code_normalizes_as_the_layer_does_or_pytorch_refuses_it(layer: NormalizationLayer) -> None:
    warning = single_values(layer)
    if "refuses" in warning:
        with pytest.raises(ValueError, match="more than 1"):
            executed(normalization_script(layer))
        return
    names = executed(normalization_script(layer))
    assert sum(each.numel() for each in names["layer"].parameters()) == learned_parameters(layer)
    normalized = names["layer"](names["batch"]).flatten()
    assert bool(warning) == bool((normalized.abs() < 1e-3).all())
    groups = torch.tensor(statistics(layer.shared))
    assert groups.unique().tolist() == list(range(layer.shared.statistics))
    for group in groups.unique():
        assert (groups == group).sum() == layer.shared.values
        assert normalized[groups == group].mean().item() == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("name", TYPES)
def test_train_and_eval_mode_differ_as_said(name: str) -> None:
    layer = normalization_layer(name, (4, 2, 3, 3)[: max(TYPES[name].dimensions)])
    names = executed(normalization_script(layer))
    made, batch = names["layer"], names["batch"]
    in_training = made.train()(batch)
    in_evaluation = made.eval()(batch)
    assert (not torch.allclose(in_training, in_evaluation)) == TYPES[name].differs_in_eval
    alone = torch.cat([made(sample[None]) for sample in batch])
    torch.testing.assert_close(alone, in_evaluation)


@pytest.mark.parametrize("name", TYPES)
def test_the_page_counts_means_and_gives_code_that_runs(name: str) -> None:
    page = opened("Normalization")
    page.segmented_control(key="normalization_type").set_value(name).run()
    assert_no_traceback(page)
    mean = executed(page.code[-1].value)["mean"]
    assert figures(page)["Means and variances"] == str(mean.numel())
    (written,) = (trace["text"] for trace in charts(page)[0]["data"] if "text" in trace)
    assert len(set(written)) == mean.numel(), "each has its number"
