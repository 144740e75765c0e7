"""Sums, products and concatenations of shapes that do not match, and other operations: the cause and the fixes."""

from __future__ import annotations

import pytest
import torch

from playground.networks import Layer, NetworkSpec
from playground.networks.spec import Forward, Step

IMAGES = (8, 16, 16)


def conv(name: str, given: int, made: int, kernel: int = 3, **more: int) -> Layer:
    return Layer(name, "Conv2d", {"in_channels": given, "out_channels": made, "kernel_size": kernel, **more})


def module(steps: tuple[Step, ...], *children: Layer) -> NetworkSpec:
    block = Layer("block", "Module", children=children, forward=Forward(steps))
    return NetworkSpec("Net", (block, Layer("relu", "ReLU")), IMAGES)


def branches(rule: str, *children: Layer) -> NetworkSpec:
    return NetworkSpec(
        "Net", (Layer("block", "ModuleDict", children=children, rule=rule), Layer("relu", "ReLU")), IMAGES
    )


POOL = Layer("pool", "AdaptiveAvgPool2d", {"output_size": 1})
FLATTEN = Layer("flatten", "Flatten")
NORM = Layer("norm", "BatchNorm2d", {"num_features": 16})
ADD = Step(operation="add", inputs=("y", "x"))

CASES = {
    "other channels": (
        module((Step("y", child="conv"), Step("y", child="norm"), ADD), conv("conv", 8, 16, padding=1), NORM),
        "y is 2 x 16 x 16 x 16 and x is 2 x 8 x 16 x 16",
        [
            "set out_channels of block.conv to 8 and set num_features to 8 at block.norm",
            "project x to 16 x 16 x 16 with a 1 x 1 convolution",
            "project y to 8 x 16 x 16 with a 1 x 1 convolution",
        ],
    ),
    "no padding": (
        module((Step("y", child="a"), Step("y", child="b"), ADD), conv("a", 8, 8), conv("b", 8, 8, 5)),
        "y is 2 x 8 x 10 x 10",
        ["set padding of block.a to 1 and padding of block.b to 2, which keeps 16 x 16"],
    ),
    "too much padding": (
        module((Step("y", child="conv"), ADD), conv("conv", 8, 8, 1, padding=1)),
        "y is 2 x 8 x 18 x 18",
        ["set padding of block.conv to 0"],
    ),
    "a stride": (
        module((Step("y", child="conv"), ADD), conv("conv", 8, 16, stride=2, padding=1)),
        "y is 2 x 16 x 8 x 8",
        ["project x to 16 x 8 x 8 with a 1 x 1 convolution"],
    ),
    "a gate of rows": (
        module(
            (Step("y", child="pool"), Step("y", child="flatten"), Step(operation="multiply", inputs=("x", "y"))),
            POOL,
            FLATTEN,
        ),
        "y is 2 x 8",
        ["reshape y to 8 x 1 x 1"],
    ),
    "images beside rows": (
        module(
            (Step("y", child="pool"), Step("z", child="flatten"), Step(operation="concatenate", inputs=("y", "z"))),
            POOL,
            FLATTEN,
        ),
        "y is 2 x 8 x 1 x 1 and z is 2 x 8",
        ["flatten y first"],
    ),
    "branches of other channels": (
        branches("sum", conv("conv", 8, 16, padding=1), Layer("way", "Identity")),
        "branch conv is 2 x 16 x 16 x 16 and branch way is 2 x 8 x 16 x 16",
        ["set out_channels of block.conv to 8", "project branch way to 16 x 16 x 16 with a 1 x 1 convolution"],
    ),
    "a branch of several layers": (
        branches("sum", Layer("body", "Sequential", children=(conv("0", 8, 8, 1),)), conv("way", 8, 4, 1)),
        "branch body is 2 x 8 x 16 x 16",
        ["set out_channels of block.way to 8", "project branch body to 4 x 16 x 16 with a 1 x 1 convolution"],
    ),
    "branches of other sizes": (
        branches(
            "concatenate", conv("one", 8, 4, 1), conv("three", 8, 4), Layer("pool", "MaxPool2d", {"kernel_size": 3})
        ),
        "all dimensions but 1",
        [
            "set padding of block.three to 1, which keeps 16 x 16 and set stride of block.pool to 1 and padding of "
            "block.pool to 1, which keeps 16 x 16"
        ],
    ),
    "a dense block without padding": (
        branches("dense", conv("a", 8, 4)),
        "the input is 2 x 8 x 16 x 16 and branch a is 2 x 4 x 14 x 14",
        ["set padding of block.a to 1, which keeps 16 x 16"],
    ),
    "images beside smaller ones": (
        module(
            (Step("y", child="pool"), Step(operation="concatenate", inputs=("x", "y"))),
            Layer("pool", "MaxPool2d", {"kernel_size": 2}),
        ),
        "y is 2 x 8 x 8 x 8",
        ["resize x to 8 x 8, the size of y", "resize y to 16 x 16, the size of x"],
    ),
    "the wrong dimension": (
        module(
            (Step("y", child="conv"), Step(operation="concatenate", inputs=("x", "y"))),
            Layer("conv", "Conv2d", {"in_channels": 8, "out_channels": 8, "kernel_size": (1, 3)}),
        ),
        "y is 2 x 8 x 16 x 14",
        ["concatenate along dimension 3", "set padding of block.conv to (0, 1), which keeps 16 x 16"],
    ),
    "a reshape of too few": (
        module((Step(operation="reshape", arguments={"shape": (300,)}),)),
        "8 x 16 x 16 = 2,048 elements",
        ["set shape to (2048,)"],
    ),
    "matrices": (
        module(
            (Step("y", operation="flatten", arguments={"start_dim": 2}), Step(operation="matmul", inputs=("y", "y")))
        ),
        "256 and 8",
        ["transpose the second", "transpose the first"],
    ),
    "a part that is not there": (
        module((Step("y", operation="chunk"), Step(operation="item", arguments={"index": 2}))),
        "There is no part 2: there are 2",
        ["set index to 1", "set index to 0"],
    ),
    "a dimension that is not there": (
        module((Step(operation="flatten", arguments={"start_dim": 5}),)),
        "start_dim is 5, but the tensor has 4 dimensions",
        ["set start_dim to 3", "set start_dim to 1"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_cause_names_the_shapes_and_each_fix_makes_the_network_work(name: str) -> None:
    spec, said, wanted = CASES[name]
    batch = torch.zeros(2, *IMAGES)
    error = spec.trace(tuple(batch.shape)).error
    assert error is not None
    assert said in error.cause
    assert error.path == "block"
    assert set(wanted) <= {fix.text for fix in error.fixes}
    for fix in error.fixes:
        mended = fix.apply(spec)
        with torch.no_grad():
            assert mended.build().eval()(batch).shape == mended.trace(tuple(batch.shape)).output_shape


@pytest.mark.parametrize("name", CASES)
def test_the_message_is_what_torch_says_on_the_cpu(name: str) -> None:
    spec, *_ = CASES[name]
    error = spec.trace((2, *IMAGES)).error
    assert error is not None
    with pytest.raises((RuntimeError, IndexError)) as raised:
        spec.build().eval()(torch.zeros(2, *IMAGES))
    assert str(raised.value) == error.message
