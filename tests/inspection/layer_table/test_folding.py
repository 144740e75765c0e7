from __future__ import annotations

from typing import Any

import pytest
import torch
import torchvision
from torch import nn

from playground.inspection import LayerRow, Summary, build_torchvision_model, deepest, fold, summarize
from playground.networks import presets


def test_resnet50_folds_into_its_stages() -> None:
    summary = summarize(presets.load("resnet50"), (1, 3, 224, 224))
    rows = fold(summary, 1)
    assert [(row.path, row.kind) for row in rows if row.kind == "block"] == [
        (f"layer{stage}", "block") for stage in (1, 2, 3, 4)
    ]
    first = next(row for row in rows if row.path == "layer1")
    assert (first.type, first.input_shape, first.output_shape) == ("Sequential", (1, 64, 56, 56), (1, 256, 56, 56))
    assert first.parameters == 215_808

    blocks = [row for row in fold(summary, 2) if row.kind == "block"]
    assert {row.type for row in blocks} == {"Bottleneck", "Bottleneck2"}
    assert len(blocks) == 3 + 4 + 6 + 3


@pytest.mark.parametrize("name", ["googlenet", "densenet121", "swin_t", "shufflenet_v2_x1_0"])
def test_folding_keeps_every_sum_and_at_its_deepest_every_row(name: str) -> None:
    summary = summarize(build_torchvision_model(name), (1, 3, 224, 224))
    sums = [summary.total_parameters, summary.total_macs, summary.activation_bytes, summary.parameter_bytes]
    for depth in range(1, deepest(summary) + 1):
        rows = fold(summary, depth)
        assert sums == [
            sum(getattr(row, figure) for row in rows)
            for figure in ("parameters", "macs", "activation_bytes", "parameter_bytes")
        ]
        blocks = [row.path for row in rows if row.kind == "block"]
        assert len(set(blocks)) == len(blocks)
    assert fold(summary, deepest(summary)) == summary.rows


def test_a_block_that_is_opened_shows_those_in_it() -> None:
    summary = summarize(presets.load("resnet50"), (1, 3, 224, 224))
    opened = [row.path for row in fold(summary, 1, {"layer2"})]
    assert "layer2" not in opened
    assert {"layer1", "layer2.0", "layer2.3", "layer3"} <= set(opened)
    deeper = fold(summary, 1, {"layer2", "layer2.0"})
    assert "layer2.0.conv1" in {row.path for row in deeper}
    assert sum(row.parameters for row in deeper) == summary.total_parameters


class Twice(nn.Module):
    """The same block twice, one run right after the other, and once more after a layer between."""

    def __init__(self) -> None:
        super().__init__()
        relu = nn.ReLU()
        self.c = nn.Sequential(nn.Conv2d(3, 3, 3), relu, nn.Sequential(nn.Conv2d(3, 3, 1), relu))
        self.between = nn.MaxPool2d(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        once_more: torch.Tensor = self.c(self.between(self.c(self.c(x))))
        return once_more


class WithItsLayerApart(Twice):
    """A layer of the block also runs by itself, before the block does."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(self.c[0](x))


def real_runs(model: nn.Module, shape: tuple[int, ...], path: str) -> list[tuple[Any, Any]]:
    """The shapes that a block takes and gives in each run."""
    seen: list[tuple[Any, Any]] = []
    model.get_submodule(path).register_forward_hook(
        lambda _, inputs, output: seen.append((tuple(inputs[0].shape), tuple(output.shape)))
    )
    model.eval()(torch.zeros(shape))
    return seen


def assert_sums_stay(rows: tuple[LayerRow, ...], summary: Summary) -> None:
    for figure in ("parameters", "trainable_parameters", "macs", "activation_bytes", "parameter_bytes"):
        assert sum(getattr(row, figure) for row in rows) == sum(getattr(row, figure) for row in summary.rows)


def test_a_block_has_a_row_for_each_run_with_the_shapes_of_that() -> None:
    summary = summarize(Twice(), (1, 3, 16, 16))
    for depth, path in ((1, "c"), (2, "c.2")):
        rows = fold(summary, depth)
        runs = [row for row in rows if row.path == path]
        assert [(row.input_shape, row.output_shape) for row in runs] == real_runs(Twice(), (1, 3, 16, 16), path)
        assert [row.note for row in runs] == ["", "use 2", "use 3"]
        assert [row.parameters > 0 for row in runs] == [True, False, False]
        assert_sums_stay(rows, summary)
    assert [row.macs for row in fold(summary, 1)] == [(81 + 9) * 14**2, (81 + 9) * 12**2, 0, (81 + 9) * 4**2]
    assert fold(summary, deepest(summary)) == summary.rows


def test_a_layer_of_a_block_that_runs_before_it_keeps_the_sums() -> None:
    summary = summarize(WithItsLayerApart(), (1, 3, 20, 20))
    for depth in range(1, deepest(summary) + 1):
        assert_sums_stay(fold(summary, depth), summary)
    last = [row for row in fold(summary, 1) if row.path == "c"][-1]
    real = real_runs(WithItsLayerApart(), (1, 3, 20, 20), "c")
    assert (last.input_shape, last.output_shape, last.use) == (*real[-1], 3)


@pytest.mark.parametrize(("depth", "path"), [(3, "rpn.head.conv"), (4, "rpn.head.conv.0")])
def test_the_head_of_a_detector_has_the_shapes_of_each_of_its_feature_maps(depth: int, path: str) -> None:
    model = torchvision.models.detection.fasterrcnn_resnet50_fpn(weights=None, weights_backbone=None, min_size=200)
    summary = summarize(model, (1, 3, 200, 200))
    rows = fold(summary, depth)
    runs = [row for row in rows if row.path == path]
    assert [(row.input_shape, row.output_shape) for row in runs] == real_runs(model, (1, 3, 200, 200), path)
    assert [row.use for row in runs] == [1, 2, 3, 4, 5]
    assert_sums_stay(rows, summary)
