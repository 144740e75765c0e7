from __future__ import annotations

import dataclasses

import pytest

from playground.inspection import LayerRow, summarize
from playground.networks import presets


@pytest.mark.parametrize("name", presets.trainable_names())
def test_the_data_frame_has_the_rows(name: str) -> None:
    summary = summarize(presets.load(name), (1, 1, 28, 28))
    frame = summary.to_dataframe()
    assert list(frame.columns) == [field.name for field in dataclasses.fields(LayerRow)]
    assert list(frame.path) == [row.path for row in summary.rows]
    assert frame.macs.sum() == summary.total_macs
    assert frame.parameters.sum() == summary.total_parameters


def test_the_text_has_a_line_for_each_row_and_the_totals() -> None:
    lines = summarize(presets.load("lenet"), (1, 1, 28, 28)).to_text().splitlines()
    assert lines[0] == "LeNet, input [1, 1, 28, 28]"
    assert lines[4].split("  ")[0] == "0_conv.Conv2d_0"
    assert "[1, 6, 5, 5]" in lines[4]
    assert len({len(line) for line in lines[1:17]}) == 1
    assert lines[-3:] == [
        "Total parameters: 44,426",
        "Trainable parameters: 44,426",
        "Total MACs: 281,640",
    ]
