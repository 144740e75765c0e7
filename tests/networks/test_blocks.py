"""Each block in a network is as good as written there by hand, and torchvision's own where it has one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torchvision.models import densenet, mobilenetv2, resnet, shufflenetv2
from torchvision.models.segmentation.deeplabv3 import ASPP
from torchvision.ops import SqueezeExcitation

from playground.networks import Layer, NetworkSpec, SpecError, blocks, editing
from playground.networks.blocks import BLOCKS
from playground.networks.spec import Value
from tests.networks.test_preset_oracles import forward_shapes
from tests.networks.weights import randomise

OTHER_OPTIONS: list[tuple[str, dict[str, Value]]] = [
    ("basic_block", {"channels": 24}),
    ("basic_block", {"channels": 40, "stride": 2}),
    ("basic_block", {"norm": "GroupNorm"}),
    ("bottleneck", {"channels": 6, "dilation": 2}),
    ("bottleneck", {"channels": 8, "stride": 2, "groups": 4, "base_width": 16, "norm": "InstanceNorm2d"}),
    ("dense_layer", {"growth_rate": 5}),
    ("dense_block", {"growth_rate": 3, "count": 7}),
    ("inverted_residual", {"out_channels": 24}),
    ("inverted_residual", {"out_channels": 8, "stride": 2, "widening": 1}),
    ("shuffle_downsample", {"out_channels": 58}),
    ("ghost_module", {"out_channels": 6, "activation": False}),
    ("ghost_bottleneck", {"out_channels": 40, "kernel_size": 5, "excite": True, "stride": 2}),
    ("squeeze_excitation", {"reduction": 100}),
    ("aspp", {"out_channels": 8, "dilations": (2, 4, 6)}),
    ("unet_level", {"channels": 3}),
]

# With 24 channels coming in.
ORACLES: list[tuple[str, dict[str, Value], Callable[[], nn.Module]]] = [
    ("basic_block", {"channels": 24}, lambda: resnet.BasicBlock(24, 24)),
    ("basic_block", {"stride": 2}, lambda: resnet.BasicBlock(24, 64, 2, _projection(24, 64, 2))),
    ("bottleneck", {"channels": 6}, lambda: resnet.Bottleneck(24, 6)),
    (
        "bottleneck",
        {"channels": 16, "stride": 2, "dilation": 2, "groups": 4, "base_width": 32},
        lambda: resnet.Bottleneck(24, 16, 2, _projection(24, 64, 2), groups=4, base_width=32, dilation=2),
    ),
    ("dense_layer", {}, lambda: densenet._DenseLayer(24, 32, 4, 0.0)),
    ("dense_block", {"growth_rate": 5}, lambda: densenet._DenseBlock(4, 24, 4, 5, 0.0)),
    ("transition", {}, lambda: densenet._Transition(24, 12)),
    ("inverted_residual", {"out_channels": 24}, lambda: mobilenetv2.InvertedResidual(24, 24, 1, 6)),
    ("inverted_residual", {"stride": 2, "widening": 1}, lambda: mobilenetv2.InvertedResidual(24, 32, 2, 1)),
    ("shuffle_unit", {}, lambda: shufflenetv2.InvertedResidual(24, 24, 1)),
    ("shuffle_downsample", {}, lambda: shufflenetv2.InvertedResidual(24, 32, 2)),
    ("squeeze_excitation", {"reduction": 4}, lambda: SqueezeExcitation(24, 6)),
    ("aspp", {"out_channels": 8, "dilations": (2, 4, 6)}, lambda: ASPP(24, [2, 4, 6], 8)),
]


def _projection(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))


def after_a_convolution(name: str, width: int = 24, **options: Value) -> NetworkSpec:
    conv = Layer("conv", "Conv2d", {"in_channels": 3, "out_channels": width, "kernel_size": 3, "padding": 1})
    return editing.add_block(NetworkSpec("Net", (conv,), (3, 16, 16)), name, **options).spec


@pytest.mark.parametrize(("name", "options"), [*((name, {}) for name in BLOCKS), *OTHER_OPTIONS])
def test_a_block_works_where_it_is_added_and_goes_out_and_in(name: str, options: dict[str, Value]) -> None:
    spec = after_a_convolution(name, **options)
    assert spec.layers[1].name == name
    trace = spec.trace((2, 3, 16, 16))
    assert trace.error is None
    assert [(row.path, row.input_shape, row.output_shape) for row in trace.rows] == forward_shapes(spec, (2, 3, 16, 16))
    assert trace.parameters == sum(each.numel() for each in spec.build().parameters())
    assert NetworkSpec.from_code(spec.to_code()) == spec
    assert NetworkSpec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize(
    ("name", "options", "make"), ORACLES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_block_is_that_of_the_library(name: str, options: dict[str, Value], make: Callable[[], nn.Module]) -> None:
    spec = NetworkSpec("Net", (blocks.make(name, 24, **options),), (24, 16, 16))
    ours, theirs = spec.build().eval(), make().eval()
    randomise(theirs)
    tensors = list(theirs.state_dict().values())
    ours.load_state_dict(dict(zip(ours.state_dict(), tensors, strict=True)))
    images = torch.randn(2, 24, 16, 16, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected, got = theirs(images), ours(images)
    assert expected.std() > 1e-3
    assert (got - expected).abs().max() < 1e-5


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_has_a_text_for_people(name: str) -> None:
    info = BLOCKS[name].info
    assert info.name == name
    assert all((info.label, info.description, info.reference))
    assert all((option.label, option.explanation) for option in info.options)
    assert all(option.default in option.choices for option in info.options if option.choices)
    assert len({each.info.label for each in BLOCKS.values()}) == len(BLOCKS)


@pytest.mark.parametrize(
    ("name", "width", "options", "message"),
    [
        ("basicblock", 24, {}, "There is no block 'basicblock'"),
        ("transition", 24, {"stride": 2}, "has no option 'stride'; it has none"),
        ("basic_block", 24, {"stride": 3}, "stride is 3; choose one of 1, 2"),
        ("basic_block", 24, {"stride": True}, "stride is True; choose one of 1, 2"),
        ("basic_block", 24, {"channels": 0}, "give a whole number from 1"),
        ("basic_block", 24, {"channels": 10**30}, "give a whole number from 1"),
        ("shuffle_unit", 3, {}, "even number of channels, but 3 come in"),
        ("ghost_module", 24, {"out_channels": 5}, "even number of channels, but out_channels is 5"),
        ("dense_block", 24, {"count": 10**6}, "the limit"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(
    name: str, width: int, options: dict[str, Value], message: str
) -> None:
    with pytest.raises(SpecError, match=message):
        after_a_convolution(name, width, **options)


def test_a_block_where_nothing_arrives_is_there_and_the_fault_stays_where_it_was() -> None:
    conv = Layer("conv", "Conv2d", {"in_channels": 4, "out_channels": 4, "kernel_size": 3})
    broken = NetworkSpec("Net", (conv,), (3, 8, 8))
    spec = editing.add_block(broken, "basic_block").spec
    assert [layer.name for layer in spec.layers] == ["conv", "basic_block"]
    error = spec.trace((1, 3, 8, 8)).error
    assert error is not None
    assert error.path == "conv"


def test_a_level_of_a_unet_goes_inside_another() -> None:
    spec = editing.delete(after_a_convolution("unet_level"), "unet_level.inside").spec
    spec, path = editing.add_block(spec, "unet_level", "unet_level", 2, channels=128)
    assert path == "unet_level.unet_level"
    trace = spec.trace((1, 3, 16, 16))
    assert trace.error is None
    assert trace.output_shape == (1, 64, 16, 16)
