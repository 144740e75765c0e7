from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from playground.inspection import (
    ReceptiveField,
    StoppedError,
    build_torchvision_model,
    receptive_fields,
    region,
)
from playground.networks import presets

# Larger than any field here, so that the windows are not cut off at both ends.
HEIGHT, WIDTH = 23, 18


def seen_by_gradient(model: nn.Module, position: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """The box of the input's values on which one position of the output depends, all weights being positive.

    A weight of an interpolation that is 0 up to rounding counts as 0.
    """
    values = torch.rand(1, 1, *shape, dtype=torch.float64, requires_grad=True)
    output = model(values)[(0, slice(None), *position)].sum()
    (gradient,) = torch.autograd.grad(output, values)
    places = (gradient[0, 0].abs() > 1e-13 * gradient.abs().max()).nonzero()
    if not len(places):
        return tuple((0, 0) for _ in shape)
    return tuple((int(low), int(high) + 1) for low, high in zip(places.amin(0), places.amax(0), strict=True))


def positive(model: nn.Module) -> nn.Module:
    model = model.double().eval()
    for parameter in model.parameters():
        nn.init.uniform_(parameter, 0.1, 1)
    return model


def assert_regions(model: nn.Module, shape: tuple[int, ...], field: ReceptiveField) -> None:
    """At the corners and in the middle of the output."""
    lengths = field.output_shape[2:]
    for pick in (lambda _: 0, lambda length: length - 1, lambda length: length // 2, lambda length: length // 3):
        position = tuple(pick(length) for length in lengths)
        assert region(field, position) == seen_by_gradient(model, position, shape), position


sizes = st.tuples(st.integers(1, 4), st.integers(1, 4))
small = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def convolutions(draw: st.DrawFn) -> nn.Module:
    padding = draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    return nn.Conv2d(1, 1, draw(sizes), draw(small), padding, draw(small), bias=False)


@st.composite
def poolings(draw: st.DrawFn) -> nn.Module:
    kernel = draw(sizes)
    padding = tuple(draw(st.integers(0, each // 2)) for each in kernel)
    return nn.AvgPool2d(kernel, draw(small), padding, ceil_mode=draw(st.booleans()))


@st.composite
def transposed(draw: st.DrawFn) -> nn.Module:
    stride, dilation = draw(small), draw(small)
    extra = tuple(draw(st.integers(0, max(pair) - 1)) for pair in zip(stride, dilation, strict=True))
    padding = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    return nn.ConvTranspose2d(1, 1, draw(sizes), stride, padding, extra, dilation=dilation, bias=False)


others = st.sampled_from(
    [
        lambda: nn.AdaptiveAvgPool2d((5, 4)),
        lambda: nn.Upsample(scale_factor=2),
        lambda: nn.Upsample(scale_factor=0.7),
        lambda: nn.Upsample(scale_factor=(0.6, 1.7), mode="bilinear"),
        lambda: nn.Upsample(scale_factor=(1.3, 0.5), mode="bicubic"),
        lambda: nn.Upsample(size=(9, 11), mode="nearest-exact"),
        lambda: nn.Upsample(size=(9, 11), mode="bilinear"),
        lambda: nn.Upsample(size=(9, 11), mode="bicubic"),
        lambda: nn.Upsample(size=(9, 11), mode="bilinear", align_corners=True),
        lambda: nn.ReflectionPad2d(1),
        lambda: nn.ReplicationPad2d((1, 2, 0, 3)),
        lambda: nn.ZeroPad2d((1, 0, 2, 1)),
        lambda: nn.Sequential(nn.Conv2d(1, 4, 1, bias=False), nn.PixelShuffle(2)),
        lambda: nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(1, 1, 2, bias=False), nn.ReLU()),
    ]
).map(lambda build: build())


@given(st.lists(convolutions() | poolings() | transposed() | others, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_position_sees_what_has_a_gradient(layers: list[nn.Module]) -> None:
    model = positive(nn.Sequential(*layers, nn.AvgPool2d(1)))
    try:
        model(torch.zeros(1, 1, HEIGHT, WIDTH, dtype=torch.float64))
    except RuntimeError:
        return
    field = receptive_fields(model, (1, 1, HEIGHT, WIDTH))[-1]
    assert field.path == str(len(layers))
    assert field.is_series
    assert_regions(model, (HEIGHT, WIDTH), field)


MODES: list[dict[str, Any]] = [
    *({"mode": mode} for mode in ("nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic")),
    *({"mode": mode, "align_corners": True} for mode in ("linear", "bilinear", "trilinear", "bicubic")),
]
FACTORS = [0.3, 1 / 3, 0.5, 0.6, 0.7, 0.75, 0.9, 1.0, 1.05, 1.2, 1.4, 1.5, 2.0, 2.05, 2.3, 3.0, 3.7]


@pytest.mark.parametrize("recomputes", [False, True], ids=["given", "recomputed"])
@pytest.mark.parametrize("arguments", MODES, ids=lambda each: " ".join(map(str, each.values())))
def test_an_interpolation_by_a_factor_sees_what_has_a_gradient(arguments: dict[str, Any], recomputes: bool) -> None:
    """For whole and broken factors and lengths, so that length x factor is often not whole."""
    dims = {"linear": 1, "trilinear": 3}.get(arguments["mode"], 2)
    for factor in FACTORS:
        for length in (7, 12):
            up = nn.Upsample(scale_factor=factor, recompute_scale_factor=recomputes, **arguments)
            conv = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[dims - 1](1, 1, 1, bias=False)
            model, shape = positive(nn.Sequential(up, conv)), (4,) * (dims - 1) + (length,)
            (field,) = receptive_fields(model, (1, 1, *shape))
            for place in range(field.output_shape[-1]):
                position = (0,) * (dims - 1) + (place,)
                assert region(field, position) == seen_by_gradient(model, position, shape), (factor, length, place)


def test_the_stride_of_an_interpolation_is_the_inverse_of_its_factor() -> None:
    model = nn.Sequential(nn.Upsample(scale_factor=0.5, mode="bilinear"), nn.Conv2d(1, 1, 1))
    (field,) = receptive_fields(model, (1, 1, 11, 11))
    assert (field.size, field.stride, field.start) == ((2, 2), (2, 2), (0, 0))
    assert field.intervals is not None
    assert field.intervals[0] == ((0, 2), (2, 4), (4, 6), (6, 8), (8, 10))


@given(st.lists(convolutions() | poolings(), min_size=1, max_size=3))
@settings(max_examples=30, deadline=None)
def test_away_from_the_borders_size_stride_and_start_say_it_all(layers: list[nn.Module]) -> None:
    model = positive(nn.Sequential(*layers))
    field = receptive_fields(model, (1, 1, 120, 110))[-1]
    assert field.size is not None
    assert field.stride is not None
    assert field.start is not None
    position = tuple(length // 2 for length in field.output_shape[2:])
    expected = tuple(
        (start + place * stride, start + place * stride + size)
        for place, size, stride, start in zip(position, field.size, field.stride, field.start, strict=True)
    )
    assert region(field, position) == expected == seen_by_gradient(model, position, (120, 110))


class Residual(nn.Module):
    """Two ways, then an addition, a concatenation and a gate that sees everything."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 1, 3, stride=2, padding=1, bias=False)
        self.left = nn.Conv2d(1, 1, 5, padding=2, bias=False)
        self.right = nn.Conv2d(1, 1, (1, 7), padding=(0, 3), bias=False)
        self.after = nn.Conv2d(2, 1, 3, padding=1, bias=False)
        self.gated = nn.Conv2d(1, 1, 1, bias=False)
        self.fc = nn.Linear(4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        x = self.after(torch.cat([self.left(x) + self.right(x), x], 1))
        x = self.gated(x * functional.adaptive_avg_pool2d(x, 1))
        return self.fc(functional.adaptive_avg_pool2d(x, 2).flatten(1))


def test_behind_branches_the_field_is_the_union() -> None:
    fields = {(field.path, field.type): field for field in receptive_fields(Residual(), (1, 1, 40, 40))}
    assert [(path, kind, field.is_series, field.size) for (path, kind), field in fields.items()] == [
        ("stem", "Conv2d", True, (3, 3)),
        ("left", "Conv2d", True, (11, 11)),
        ("right", "Conv2d", True, (3, 15)),
        ("after", "Conv2d", False, (15, 19)),
        ("gated", "Conv2d", False, (53, 57)),
        ("", "adaptive_avg_pool2d", False, (71, 75)),
    ]
    model = positive(Residual())
    after = fields["after", "Conv2d"]

    def as_far_as_after(x: torch.Tensor) -> torch.Tensor:
        x = model.stem(x)
        return model.after(torch.cat([model.left(x) + model.right(x), x], 1))

    assert_regions(as_far_as_after, (40, 40), after)  # type: ignore[arg-type]
    assert region(fields["gated", "Conv2d"], (0, 0)) == ((0, 40), (0, 40))


class Spreads(nn.Module):
    """One number for all of the image is spread over it again, as a global branch of a segmentation network does."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 3, padding=1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x.mean((2, 3), keepdim=True).expand(-1, -1, 5, 6))


def test_what_was_spread_sees_what_it_was_made_of() -> None:
    (field,) = receptive_fields(Spreads(), (1, 1, 8, 9))
    assert_regions(positive(Spreads()), (8, 9), field)
    assert region(field, (4, 5)) == ((0, 8), (0, 9))


class AttentionBetween(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.conv = nn.Conv1d(8, 8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        tokens = self.patches(x).flatten(2).transpose(1, 2)
        return self.conv(self.attention(tokens, tokens, tokens)[0].transpose(1, 2))


def test_after_attention_a_position_may_see_everything() -> None:
    patches, after = receptive_fields(AttentionBetween(), (2, 3, 16, 16))
    assert (patches.size, patches.stride, patches.start, patches.center) == ((4, 4), (4, 4), (0, 0), (1.5, 1.5))
    assert (after.size, after.stride, after.start, after.center) == (None, None, None, None)
    assert region(after, (0,)) is None


# Size, stride and padding as Araujo et al. publish them (github.com/google-research/receptive_field); VALID padding
# in TensorFlow's AlexNet gives another start than that of torchvision.
PUBLISHED = [("alexnet", "features.12", 195, 32), ("vgg16", "features.30", 212, 32)]


@pytest.mark.parametrize(("name", "path", "size", "stride"), PUBLISHED)
def test_well_known_networks_have_their_published_fields(name: str, path: str, size: int, stride: int) -> None:
    fields = {field.path: field for field in receptive_fields(build_torchvision_model(name), (1, 3, 224, 224))}
    assert fields[path].size == (size, size)
    assert fields[path].stride == (stride, stride)
    if name == "vgg16":
        assert fields[path].start == (-90, -90)


def test_inception_has_its_published_field() -> None:
    """Its last pooling is over all 8 x 8 positions of what has a field of 1311."""
    last = receptive_fields(build_torchvision_model("inception_v3"), (1, 3, 299, 299))[-1]
    assert last.size == (1311 + 7 * 32,) * 2
    assert last.start == (-618, -618)


@pytest.mark.parametrize(("name", "size", "padding"), [("resnet50", 483, 239), ("resnet101", 1027, 511)])
def test_residual_networks_have_their_published_fields(name: str, size: int, padding: int) -> None:
    """Published for TF-Slim: strides at the end of a stage, no padding before the first row of the first pooling."""
    model: Any = build_torchvision_model(name)
    model.maxpool.padding = 0
    for stage in (model.layer1, model.layer2, model.layer3, model.layer4):
        if stage is not model.layer1:
            stage[0].conv2.stride = stage[0].downsample[0].stride = (1, 1)
        if stage is not model.layer4:
            stage[-1].conv2.stride = (2, 2)
            stage[-1].downsample = nn.MaxPool2d(1, 2)
    last = [field for field in receptive_fields(model, (1, 3, 224, 224)) if field.path == "layer4.2.conv3"]
    assert [(field.size, field.stride, field.start) for field in last] == [((size,) * 2, (32, 32), (-padding,) * 2)]


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "shufflenet_v2_x1_0", "convnext_tiny", "mobilenet_v2"])
def test_the_image_is_followed_to_the_end(name: str) -> None:
    fields = receptive_fields(build_torchvision_model(name), (1, 3, 64, 64))
    assert all(field.size is not None for field in fields)
    assert region(fields[-1], (0, 0)) == ((0, 64), (0, 64))


class Chooses(nn.Module):
    """What a detector does: boxes are chosen by their values."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Conv2d(3, 4, 3)
        self.head = nn.Conv2d(4, 1, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores = self.head(self.backbone(x))
        return scores[scores > 0.5]


def test_a_model_that_looks_at_values_is_followed_up_to_there() -> None:
    model, randomness = Chooses(), torch.get_rng_state()
    assert [(field.path, field.size) for field in receptive_fields(model, (1, 3, 9, 9))] == [
        ("backbone", (3, 3)),
        ("head", (5, 5)),
    ]
    assert {each.device.type for each in model.parameters()} == {"cpu"}
    assert torch.equal(torch.get_rng_state(), randomness)


def test_a_spec_has_the_same_fields_as_its_module() -> None:
    spec = presets.load("lenet")
    fields = receptive_fields(spec, (1, 1, 28, 28))
    assert fields == receptive_fields(spec.build(), (1, 1, 28, 28))
    assert [(field.path, field.size, field.stride) for field in fields] == [
        ("conv.0", (5, 5), (1, 1)),
        ("conv.2", (6, 6), (2, 2)),
        ("conv.3", (14, 14), (2, 2)),
        ("conv.5", (16, 16), (4, 4)),
    ]


@pytest.mark.parametrize(
    ("model", "shape", "sizes"),
    [
        (nn.Sequential(nn.Conv1d(2, 3, 5), nn.MaxPool1d(2), nn.Conv1d(3, 3, 3)), (1, 2, 30), [(5,), (6,), (10,)]),
        (nn.Sequential(nn.Conv3d(1, 1, (1, 2, 3)), nn.MaxPool3d(2)), (1, 1, 6, 6, 6), [(1, 2, 3), (2, 3, 4)]),
        (nn.Sequential(nn.Conv2d(1, 1, 3, padding="same", padding_mode="reflect")), (1, 1, 6, 6), [(3, 3)]),
        (nn.Sequential(nn.Conv2d(1, 4, 3), nn.PixelShuffle(2), nn.Conv2d(1, 1, 3)), (1, 1, 8, 8), [(3, 3), (4, 4)]),
        (nn.Sequential(nn.Linear(4, 3)), (1, 4), []),
    ],
    ids=["1d", "3d", "reflect", "shuffle", "linear"],
)
def test_other_dimensions_and_layers(model: nn.Module, shape: tuple[int, ...], sizes: list[Any]) -> None:
    assert [field.size for field in receptive_fields(model, shape)] == sizes


@pytest.mark.parametrize("pooling", [nn.MaxPool1d, nn.AvgPool1d])
def test_a_pooling_to_one_position_along_a_line_is_followed(pooling: Callable[[int], nn.Module]) -> None:
    model = positive(nn.Sequential(nn.Conv1d(1, 1, 3, bias=False), pooling(4), pooling(1)))
    fields = receptive_fields(model, (1, 1, 6))
    assert [field.size for field in fields] == [(3,), (6,), (6,)]
    assert region(fields[-1], (0,)) == ((0, 6),)


@pytest.mark.parametrize("position", [(4, 0), (0, -1), (0,), (0, 0, 0)])
def test_a_position_beside_the_output_is_refused(position: tuple[int, ...]) -> None:
    field = receptive_fields(presets.load("lenet"), (1, 1, 28, 28))[-1]
    with pytest.raises(ValueError, match=r"conv\.5 has 4 x 4 positions"):
        region(field, position)


@pytest.mark.parametrize(
    "call",
    [
        lambda: receptive_fields(presets.load("lenet"), (1, 3, 28, 28)),
        lambda: receptive_fields(nn.Conv2d(1, 1, 9), (1, 1, 4, 4)),
    ],
)
def test_a_batch_that_does_not_get_through_is_refused(call: Callable[[], Any]) -> None:
    with pytest.raises(StoppedError):
        call()
