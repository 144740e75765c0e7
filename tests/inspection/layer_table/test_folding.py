from __future__ import annotations

import pytest

from playground.inspection import build_torchvision_model, deepest, fold, summarize
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
