from __future__ import annotations

import math
import re
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from playground.inspection import module_arguments, normalization, output_formula
from playground.networks.layers import LAYER_TYPES, torch_class


def real_shape(layer: nn.Module, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """What torch gives, None where it refuses the batch."""
    try:
        return tuple(layer.to("meta").eval()(torch.zeros(shape, device="meta")).shape)
    except RuntimeError:
        return None


def assert_as_torch(layer: nn.Module, shape: tuple[int, ...]) -> None:
    real = real_shape(layer, shape)
    found = output_formula(type(layer).__name__, module_arguments(layer), shape)
    assert found is not None
    if real is not None:
        assert found.output_shape == real
        for line in found.lines:
            assert_true(line)
    else:
        assert min(found.output_shape) < 1


def assert_true(line: str) -> None:
    """Every part between equal signs that is arithmetic has the value of the last."""
    formula = re.sub(r" \((the last|position|each|None|padding|as) .*", "", line).partition(";")[0]
    parts = [] if formula.startswith("the last size") else formula.split(" = ")[1:]
    parts = [part for part in parts if re.search(r"\d", part)]
    values = []
    for part in parts:
        part = part.removesuffix(" values").replace("^", "**").replace("floor(", "math.floor(")
        values.append(eval(part.replace("ceil(", "math.ceil("), {"math": math}))
    assert len(set(values)) <= 1, line


DIMS = st.integers(1, 3)


def for_each(dims: int, values: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    return values | st.tuples(*[values] * dims)


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[nn.Module, tuple[int, ...]]:
    dims = draw(DIMS)
    stride = draw(for_each(dims, st.integers(1, 4)))
    padding = draw(for_each(dims, st.integers(0, 4)) | st.sampled_from(["same", "valid"] if stride == 1 else ["valid"]))
    layer = getattr(nn, f"Conv{dims}d")(
        4,
        6,
        draw(for_each(dims, st.integers(1, 5))),
        stride,
        padding,
        draw(for_each(dims, st.integers(1, 3))),
        groups=draw(st.sampled_from([1, 2])),
        device="meta",
    )
    return layer, (2, 4, *draw(st.tuples(*[st.integers(1, 30)] * dims)))


@st.composite
def transposed(draw: st.DrawFn) -> tuple[nn.Module, tuple[int, ...]]:
    dims = draw(DIMS)
    stride, dilation = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    layer = getattr(nn, f"ConvTranspose{dims}d")(
        4,
        6,
        draw(for_each(dims, st.integers(1, 5))),
        stride,
        draw(for_each(dims, st.integers(0, 2))),
        draw(st.integers(0, max(stride, dilation) - 1)),
        dilation=dilation,
        device="meta",
    )
    return layer, (2, 4, *draw(st.tuples(*[st.integers(1, 9)] * dims)))


@st.composite
def poolings(draw: st.DrawFn) -> tuple[nn.Module, tuple[int, ...]]:
    dims = draw(DIMS)
    kernel = draw(for_each(dims, st.integers(1, 5)))
    smallest = min(kernel) if isinstance(kernel, tuple) else kernel
    kind = draw(st.sampled_from(["Max", "Avg"]))
    arguments: dict[str, Any] = {
        "stride": draw(st.none() | for_each(dims, st.integers(1, 4))),
        "padding": draw(st.integers(0, smallest // 2)),
        "ceil_mode": draw(st.booleans()),
    }
    if kind == "Max":
        arguments["dilation"] = draw(for_each(dims, st.integers(1, 3)))
    layer = getattr(nn, f"{kind}Pool{dims}d")(kernel, **arguments)
    # AvgPool3d alone refuses a side shorter than its kernel even where padding or rounding up leaves a window.
    shortest = 5 if (kind, dims) == ("Avg", 3) else 1
    return layer, (2, 4, *draw(st.tuples(*[st.integers(shortest, 30)] * dims)))


@st.composite
def others(draw: st.DrawFn) -> tuple[nn.Module, tuple[int, ...]]:
    height, width = draw(st.tuples(st.integers(1, 20), st.integers(1, 20)))
    factor = draw(st.integers(1, 3))
    bins = draw(st.integers(1, 9))
    layers = [
        nn.AdaptiveAvgPool2d((bins, None)),
        nn.AdaptiveMaxPool2d(bins),
        nn.Linear(width * factor, 7, device="meta"),
        nn.Flatten(draw(st.integers(0, 2)), draw(st.integers(-1, -1) | st.just(2))),
        nn.Upsample(scale_factor=draw(st.sampled_from([0.5, 1.5, 2, 3.25]))),
        nn.Upsample(size=(bins, factor), mode="bilinear"),
        nn.PixelShuffle(2),
        nn.PixelUnshuffle(factor),
        nn.ZeroPad2d((1, 0, factor, bins)),
        nn.ReflectionPad2d(0),
        nn.ConstantPad2d(factor, 1.0),
    ]
    return draw(st.sampled_from(layers)), (2, 4, height * factor, width * factor)


@given(convolutions() | transposed() | poolings() | others(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_an_output_has_the_size_that_torch_gives_it(case: tuple[nn.Module, tuple[int, ...]], batched: bool) -> None:
    layer, shape = case
    # Upsample takes (C, H, W) for a batch of sequences.
    assert_as_torch(layer, shape if batched or isinstance(layer, nn.Upsample) else shape[1:])


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.MaxPool1d(2), (2, 8)),
        (nn.AvgPool1d(2), (2, 8)),
        (nn.AdaptiveAvgPool1d(3), (2, 8)),
        (nn.LPPool1d(2, 2), (2, 8)),
        (nn.LPPool3d(2, 2), (3, 8, 8, 8)),
        (nn.ConstantPad1d(1, 0.0), (2, 8)),
        (nn.ConstantPad1d(1, 0.0), (8,)),
        (nn.ConstantPad2d((1, 2, 3, 4), 0.0), (2, 3, 4, 8, 8)),
        (nn.ZeroPad2d(1), (3, 8, 8)),
        (nn.MaxPool2d(2), (3, 8, 8)),
        (nn.Conv1d(3, 4, 3), (3, 8)),
        (nn.Conv2d(3, 4, 3), (3, 8, 8)),
        (nn.Conv3d(3, 4, 3), (3, 8, 8, 8)),
        (nn.ConvTranspose2d(3, 4, 3), (3, 8, 8)),
        (nn.PixelShuffle(2), (8, 5, 5)),
        (nn.PixelShuffle(2), (2, 3, 8, 5, 5)),
        (nn.PixelUnshuffle(2), (3, 2, 4, 6)),
        (nn.UpsamplingNearest2d(scale_factor=2), (3, 4, 4)),
        (nn.InstanceNorm2d(3), (3, 4, 4)),
        (nn.Linear(8, 3), (8,)),
        (nn.AdaptiveAvgPool2d(0), (1, 3, 4, 4)),
    ],
    ids=str,
)
def test_a_sample_without_a_batch_has_its_sides_where_torch_sees_them(layer: nn.Module, shape: tuple[int, ...]) -> None:
    assert real_shape(layer, shape) is not None
    assert_as_torch(layer, shape)


@pytest.mark.parametrize("part", [2, 3, 6, 7, 9])
def test_a_factor_has_the_digits_that_its_line_needs(part: int) -> None:
    for count in range(1, 20):
        assert_as_torch(nn.Upsample(scale_factor=count / part), (1, 1, 6 * part))


@pytest.mark.parametrize(
    ("layer_type", "shape"), [("Conv", (1, 3, 8, 8)), ("Linear2d", (1, 8)), ("MaxPool2d", (8,)), ("Mine", (1, 2))]
)
def test_what_is_no_layer_with_such_sides_has_no_formula(layer_type: str, shape: tuple[int, ...]) -> None:
    assert output_formula(layer_type, {}, shape) is None


def test_padding_of_other_sides_than_its_name_says_has_no_formula() -> None:
    layer = nn.ConstantPad2d((1, 2), 0.0)  # type: ignore[arg-type]  # which torch takes
    assert real_shape(layer, (1, 3, 4, 4)) == (1, 3, 4, 7)
    assert output_formula("ConstantPad2d", module_arguments(layer), (1, 3, 4, 4)) is None


@pytest.mark.parametrize(
    ("layer", "shape", "lines"),
    [
        (
            nn.Conv2d(3, 64, 7, 2, 3),
            (1, 3, 224, 200),
            (
                "c' = out_channels = 64",
                "h' = floor((224 - 7 + 2*3) / 2) + 1 = 112",
                "w' = floor((200 - 7 + 2*3) / 2) + 1 = 100",
            ),
        ),
        (
            nn.Conv1d(1, 2, 3, dilation=2),
            (1, 1, 9),
            ("c' = out_channels = 2", "l' = floor((9 - (2*(3 - 1) + 1)) / 1) + 1 = 5"),
        ),
        (
            nn.ConvTranspose1d(1, 2, 4, 2, 1),
            (1, 1, 7),
            ("c' = out_channels = 2", "l' = (7 - 1)*2 - 2*1 + 1*(4 - 1) + 1 = 14"),
        ),
        (nn.MaxPool1d(2, ceil_mode=True), (1, 1, 5), ("l' = ceil((5 - 2) / 2) + 1 = 3",)),
        (
            nn.MaxPool1d(1, 4, ceil_mode=True),
            (1, 1, 3),
            (
                "l' = ceil((3 - 1) / 4) + 1 - 1 = 1 (the last window would begin at 4, behind the last value at 2, "
                "so it is left out)",
            ),
        ),
        (
            nn.AdaptiveAvgPool1d(3),
            (1, 1, 7),
            ("l' = 3 (position i has the values from floor(i*7/3) up to, without, ceil((i + 1)*7/3))",),
        ),
        (nn.Linear(8, 3), (2, 5, 8), ("the last size, in_features = 8, becomes out_features = 3",)),
        (nn.Flatten(), (2, 512, 7, 7), ("512*7*7 = 25088",)),
        (
            nn.BatchNorm2d(64),
            (4, 64, 8, 8),
            ("64 means and variances, each over 4*8*8 = 256 values; the shape stays",),
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else None,
)
def test_the_numbers_are_filled_in(layer: nn.Module, shape: tuple[int, ...], lines: tuple[str, ...]) -> None:
    found = output_formula(type(layer).__name__, module_arguments(layer), shape)
    assert found is not None
    assert found.lines == lines


def test_what_is_left_out_is_as_in_torch() -> None:
    found = output_formula("Conv2d", {"in_channels": 3, "out_channels": 6, "kernel_size": 5}, (1, 3, 28, 28))
    assert found is not None
    assert found.output_shape == (1, 6, 24, 24)


@pytest.mark.parametrize("layer_type", LAYER_TYPES, ids=lambda each: each.name)
def test_every_layer_of_the_catalogue_has_the_right_formula_or_none(layer_type: Any) -> None:
    layer = torch_class(layer_type.name)(**dict(layer_type.example_arguments))
    found = output_formula(layer_type.name, layer_type.example_arguments, layer_type.example_input)
    if found is not None:
        assert found.output_shape == tuple(layer(torch.zeros(layer_type.example_input)).shape)
    has_one = layer_type.group in ("Linear", "Convolution", "Pooling", "Normalization")
    assert found is not None or not has_one


@pytest.mark.parametrize(
    ("layer", "shape", "statistics", "values"),
    [
        (nn.BatchNorm1d(3), (4, 3), 3, 4),
        (nn.BatchNorm1d(3), (4, 3, 5), 3, 20),
        (nn.BatchNorm2d(3), (4, 3, 5, 2), 3, 40),
        (nn.BatchNorm3d(3), (4, 3, 5, 2, 2), 3, 80),
        (nn.LayerNorm(5), (4, 3, 5), 12, 5),
        (nn.LayerNorm((3, 5)), (4, 3, 5), 4, 15),
        (nn.GroupNorm(2, 6), (4, 6, 5, 2), 8, 30),
        (nn.InstanceNorm1d(3), (4, 3, 5), 12, 5),
        (nn.InstanceNorm2d(3), (4, 3, 5, 2), 12, 10),
        (nn.InstanceNorm1d(3), (3, 5), 3, 5),
        (nn.InstanceNorm2d(3), (3, 5, 2), 3, 10),
        (nn.InstanceNorm3d(3), (3, 5, 2, 2), 3, 20),
    ],
    ids=str,
)
def test_a_normalization_by_hand_gives_what_torch_gives(
    layer: nn.Module, shape: tuple[int, ...], statistics: int, values: int
) -> None:
    found = normalization(type(layer).__name__, module_arguments(layer), shape)
    assert (found.statistics, found.values) == (statistics, values)
    batch = torch.rand(shape) * 3 + 1
    seen = batch.reshape(found.shape)
    mean = seen.mean(found.dims, keepdim=True)
    variance = seen.var(found.dims, correction=0, keepdim=True)
    assert mean.numel() == statistics
    by_hand = ((seen - mean) / (variance + 1e-5).sqrt()).reshape(shape)
    torch.testing.assert_close(layer.train()(batch), by_hand)


def test_what_does_not_normalize_is_refused() -> None:
    with pytest.raises(ValueError, match="ReLU normalizes nothing"):
        normalization("ReLU", {}, (1, 2))
