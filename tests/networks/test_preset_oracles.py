"""The presets hold against torchvision and timm, and every preset against its own exported code."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from torch import nn
from torchvision import models

from playground.networks import NetworkSpec, presets
from playground.networks.containers import CONTAINERS
from playground.networks.spec import Value
from tests.networks.weights import no_random_weights, randomise

# What the paper's networks are called here, and what makes the same one; the options are for the preset.
ORACLES: list[tuple[str, dict[str, Value], Callable[[], nn.Module]]] = [
    ("resnet18", {}, models.resnet18),
    ("resnet34", {}, models.resnet34),
    ("resnet50", {}, models.resnet50),
    ("resnet101", {}, models.resnet101),
    ("resnet152", {}, models.resnet152),
    ("resnext50_32x4d", {}, models.resnext50_32x4d),
    ("resnext101_32x8d", {}, models.resnext101_32x8d),
    ("resnet18", {"num_classes": 7}, lambda: models.resnet18(num_classes=7)),
    *[
        (
            "resnet50",
            {"replace_stride_with_dilation": dilated},
            lambda dilated=dilated: models.resnet50(replace_stride_with_dilation=dilated),
        )
        for dilated in ((False, False, True), (False, True, True), (True, True, True))
    ],
    ("resnet50", {"norm": "GroupNorm"}, lambda: models.resnet50(norm_layer=lambda width: nn.GroupNorm(32, width))),
    (
        "resnet18",
        {"norm": "InstanceNorm2d"},
        lambda: models.resnet18(norm_layer=lambda width: nn.InstanceNorm2d(width, affine=True)),
    ),
    ("densenet121", {}, models.densenet121),
    ("densenet121", {"blocks": (6, 12, 32, 32)}, models.densenet169),
    (
        "densenet121",
        {"growth_rate": 12, "num_classes": 7},
        lambda: models.DenseNet(12, (6, 12, 24, 16), 24, num_classes=7),
    ),
    ("mobilenet_v2", {}, models.mobilenet_v2),
    ("shufflenet_v2_x1_0", {}, models.shufflenet_v2_x1_0),
    ("ghostnet", {}, lambda: timm.create_model("ghostnet_100", pretrained=False)),
    (
        "deeplabv3_resnet50",
        {},
        lambda: models.segmentation.deeplabv3_resnet50(
            weights=None, weights_backbone=None, num_classes=4, aux_loss=False
        ),
    ),
]


@pytest.fixture(autouse=True)
def _weights_that_are_not_drawn() -> Iterator[None]:
    with no_random_weights():
        yield


def only_tensor(output: Any) -> torch.Tensor:
    return output["out"] if isinstance(output, dict) else output


def label(value: object) -> str:
    """What names a test the same in every process: a function's text has its address in it."""
    return getattr(value, "__name__", str(value)[:40])


@pytest.mark.parametrize(("name", "options", "make"), ORACLES, ids=label)
def test_a_preset_is_the_network_of_the_library(
    name: str, options: dict[str, Value], make: Callable[[], nn.Module]
) -> None:
    ours, theirs = presets.load(name, **options).build().eval(), make().eval()
    randomise(theirs)
    tensors = list(theirs.state_dict().values())
    keys = list(ours.state_dict())
    assert [tuple(tensor.shape) for tensor in ours.state_dict().values()] == [tuple(each.shape) for each in tensors]
    ours.load_state_dict(dict(zip(keys, tensors, strict=True)))
    assert sum(each.numel() for each in ours.parameters()) == sum(each.numel() for each in theirs.parameters())
    # ASPP looks 36 pixels away in feature maps that are an eighth as large as the image.
    height, width = (304, 320) if name == "deeplabv3_resnet50" else (96, 128)
    images = torch.randn(1, 3, height, width, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected, got = only_tensor(theirs(images)), ours(images)
    assert expected.std() > 1e-3
    assert got.shape == expected.shape
    assert (got - expected).abs().max() < 1e-5


@pytest.mark.parametrize(("name", "make"), [("resnet18", models.resnet18), ("resnext50_32x4d", models.resnext50_32x4d)])
def test_blocks_start_as_their_shortcut_where_those_of_the_library_do(
    name: str, make: Callable[..., nn.Module]
) -> None:
    def multiplying_with_zero(model: nn.Module) -> list[bool]:
        return [not each.weight.any() for each in model.modules() if isinstance(each, nn.BatchNorm2d)]

    spec = presets.load(name, zero_init_residual=True)
    expected = multiplying_with_zero(make(zero_init_residual=True))
    assert multiplying_with_zero(spec.build()) == expected
    assert any(expected)
    assert NetworkSpec.from_code(spec.to_code()) == spec


@pytest.mark.parametrize("name", presets.names())
def test_the_file_of_a_preset_is_the_same_network_and_reads_back(name: str, tmp_path: Path) -> None:
    spec = presets.load(name)
    code = spec.to_code()
    assert NetworkSpec.from_code(code) == spec
    assert NetworkSpec.from_json(spec.to_json()) == spec
    file = tmp_path / f"{name}.py"
    file.write_text(code, encoding="utf-8")
    ours, theirs = spec.build().eval(), runpy.run_path(str(file))[spec.name]().eval()
    randomise(ours)
    theirs.load_state_dict(ours.state_dict())
    images = torch.randn(small_batch(spec), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert torch.equal(ours(images), theirs(images))


@pytest.mark.parametrize("name", presets.names())
def test_the_trace_of_a_preset_has_the_shapes_of_a_real_forward_pass(name: str) -> None:
    spec = presets.load(name)
    shape = small_batch(spec)
    trace = spec.trace(shape)
    assert trace.error is None
    traced = [(row.path, row.input_shape, row.output_shape) for row in trace.rows]
    assert traced == forward_shapes(spec, shape)


def small_batch(spec: NetworkSpec) -> tuple[int, ...]:
    """Two samples, with images of at most 64 x 64, which is as good and faster."""
    return (2, *spec.input_shape[:1], *[min(size, 64) for size in spec.input_shape[1:]])


def forward_shapes(spec: NetworkSpec, shape: tuple[int, ...]) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """Path, input and output shape of every layer that is no container, in the order of a real forward pass."""
    seen = []
    model = spec.build().eval()
    for tensor in model.state_dict().values():
        tensor.zero_()  # any weights have these shapes, and what lay in memory may be slow to compute with
    layers = [path for path, layer in spec.walk() if layer.type not in CONTAINERS]
    for path in layers:
        model.get_submodule(path).register_forward_hook(
            lambda _, inputs, output, path=path: seen.append((path, tuple(inputs[0].shape), tuple(output.shape)))
        )
    with torch.no_grad():
        model(torch.zeros(shape))
    return seen
