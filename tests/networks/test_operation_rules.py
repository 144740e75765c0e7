"""Operations that cannot work: the cause in words, torch's message, and fixes that make the network work."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from playground.networks import Layer, NetworkSpec, SpecError
from playground.networks.operations import OPERATIONS
from playground.networks.spec import Forward, Step

IMAGES = (8, 6, 6)


def network(steps: tuple[Step, ...]) -> NetworkSpec:
    return NetworkSpec("Net", (Layer("block", "Module", forward=Forward(steps)),), IMAGES)


def one(operation: str, **arguments: Any) -> tuple[Step, ...]:
    return (Step(operation=operation, arguments=arguments),)


ROWS = Step("y", operation="flatten")

# What fails, a part of the cause, and the fixes.
CASES: dict[str, tuple[tuple[Step, ...], str, list[str]]] = {
    "select": (one("select", dim=1, index=8), "There is no index 8: dimension 1 has 8", ["set index to -1"]),
    "split": (one("split", sizes=(3, 3)), "3 + 3 make 6, but dimension 1 has 8", ["set sizes to (3, 5)"]),
    "slice": (one("slice", step=-1), "a slice goes forwards", ["set step to 1"]),
    "pad of three numbers": (one("pad", pad=(1, 1, 1)), "there are 3", ["set pad to (1, 1)"]),
    "pad by too much": (
        one("pad", pad=(7, 7, 0, 0), mode="reflect"),
        "what is reflected must be there",
        ["set mode to 'constant'", "set pad to (5, 5, 0, 0)"],
    ),
    "expand": (one("expand", sizes=(-1, 16, -1, -1)), "Only dimensions of size 1", ["set sizes to (-1, -1, -1, -1)"]),
    "expand by too few": (one("expand", sizes=(6,)), "1 number for 4 dim", ["set sizes to (-1, -1, -1, 6)"]),
    "repeat by too few": (one("repeat", repeats=(2, 2)), "2 numbers for 4", ["set repeats to (1, 1, 2, 2)"]),
    "roll": (one("roll", shifts=(1, 1), dims=(2,)), "2 for 1", ["set shifts to (1,)"]),
    "flip": (one("flip", dims=(2, 4)), "dims is (2, 4)", ["set dims to (2,)"]),
    "sum over a dimension that is not there": (one("sum", dim=4), "dim is 4", ["set dim to 3", "set dim to 1"]),
    "mean over dimensions that rows do not have": (
        (ROWS, Step(operation="mean", inputs=("y",))),
        "dim is (2, 3), but the tensor has 2",
        ["set dim to (1,)"],
    ),
    "stack": (one("stack", dim=7), "dim is 7", ["set dim to 3"]),
    "stack of other shapes": (
        (ROWS, Step(operation="stack", inputs=("x", "y"))),
        "Stack needs tensors of the same shape",
        ["flatten x first"],
    ),
    "clamp": (one("clamp"), "smallest or the largest", ["set min to 0"]),
    "letters for fewer dimensions": (
        (Step(operation="einsum", inputs=("x", "x"), arguments={"equation": "ij,kj->ik"}),),
        "2 letters for a tensor of 4 dimensions",
        ["set equation to '...ij,...kj->...ik'"],
    ),
    "letters of other sizes": (
        (
            Step("y", operation="flatten", arguments={"start_dim": 2}),
            Step(operation="einsum", inputs=("y", "y"), arguments={"equation": "bij,bjk->bik"}),
        ),
        "dimensions of different sizes",
        ["set equation to 'bij,bkj->bik'"],
    ),
    "power without a number": (one("power"), "Power needs number.", ["set number to 1"]),
    "a part of a matrix product": (one("matmul"), "matmul takes 2 inputs or more; it has 1", []),
    "resize to nothing": (one("interpolate"), "needs a size or a scale_factor", ["set scale_factor to 2"]),
    "resize to two sizes": (one("interpolate", size=3, scale_factor=2), "not both", ["set size to None"]),
    "resize by another mode": (
        one("interpolate", scale_factor=2, mode="linear"),
        "linear",
        ["set mode to 'nearest'", "set mode to 'bilinear'"],
    ),
    "corners of the nearest": (
        one("interpolate", scale_factor=2, align_corners=True),
        "align_corners is for modes",
        ["set align_corners to None", "set mode to 'bilinear'"],
    ),
    "resize like rows": (
        (ROWS, Step(operation="interpolate_like", inputs=("y", "x"))),
        "it is given 2 x 288",
        ["reshape to 288 x 1 x 1"],
    ),
    "pad like rows": (
        (ROWS, Step(operation="pad_like", inputs=("x", "y"))),
        "it is given 2 x 288",
        ["reshape to 288 x 1 x 1"],
    ),
    "pixels": (one("pixel_shuffle", upscale_factor=3), "there are 8", ["set upscale_factor to 2"]),
    "a window larger than the image": (
        one("max_pool2d", kernel_size=7),
        "window of 7 x 7 is larger than the image of 6 x 6",
        ["set kernel_size to 6"],
    ),
    "a window longer than the sequence": (
        (
            Step("y", operation="flatten", arguments={"start_dim": 2}),
            Step(operation="max_pool1d", arguments={"kernel_size": 40}),
        ),
        "window of 40 is larger than the image of 36",
        ["set kernel_size to 36"],
    ),
    "rows that are no images": (
        (
            Step("y", operation="flatten", arguments={"start_dim": 2}),
            Step(operation="unflatten_like", inputs=("y", "x"), arguments={"dim": 1}),
        ),
        "Dimension 1 of 2 x 8 x 36 cannot be split into 6 x 6",
        ["set dim to 2"],
    ),
    "padding wider than the window": (
        one("avg_pool2d", kernel_size=2, padding=2),
        "more than half of the window",
        ["set padding to 1", "set padding to 0"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_cause_says_what_does_not_fit_and_each_fix_makes_the_network_work(name: str) -> None:
    steps, said, wanted = CASES[name]
    spec = network(steps)
    batch = torch.zeros(2, *IMAGES)
    error = spec.trace(tuple(batch.shape)).error
    assert error is not None
    assert said in error.cause
    assert set(wanted) <= {fix.text for fix in error.fixes}
    for fix in error.fixes:
        mended = fix.apply(spec)
        with torch.no_grad():
            output = mended.build().eval()(batch)
        shapes = [tuple(each.shape) for each in (output if isinstance(output, tuple) else (output,))]
        assert mended.trace(tuple(batch.shape)).calls[-1].outputs == tuple(shapes)


@pytest.mark.parametrize("name", CASES)
def test_the_network_itself_fails_there_too(name: str) -> None:
    spec = network(CASES[name][0])
    with pytest.raises((RuntimeError, IndexError, ValueError, NotImplementedError, SpecError)):
        spec.build().eval()(torch.zeros(2, *IMAGES))


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_on_nothing_that_it_can_take_is_explained_and_never_raises(name: str) -> None:
    for inputs in (("y",), ("x", "y"), ("x", "y", "y")):
        step = Step(operation=name, inputs=inputs)
        error = network((ROWS, step)).trace((2, *IMAGES)).error
        if error is not None:
            assert error.step == 1
            assert error.cause.endswith(".")
