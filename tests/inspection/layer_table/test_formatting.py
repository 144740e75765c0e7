from __future__ import annotations

import re

import pytest
import torchvision
from torch import nn

from playground.inspection import build_torchvision_model, summarize
from playground.networks import presets


@pytest.mark.parametrize("name", presets.trainable_names())
def test_the_data_frame_has_the_rows(name: str) -> None:
    summary = summarize(presets.load(name), (1, 1, 28, 28))
    frame = summary.to_dataframe()
    assert list(frame.path) == [row.path for row in summary.rows]
    assert frame.macs.sum() == summary.total_macs
    assert frame.parameters.sum() == summary.total_parameters
    assert frame.share_of_macs.sum() == pytest.approx(1)
    assert list(frame.output_shape) == [row.output_shape for row in summary.rows]


def test_the_text_has_a_line_for_each_row_and_the_totals() -> None:
    lines = summarize(presets.load("lenet"), (1, 1, 28, 28)).to_text().splitlines()
    assert lines[0] == "LeNet, input [1, 1, 28, 28]"
    assert lines[4].split("  ")[0] == "0_conv.Conv2d_0"
    assert "[1, 6, 5, 5]" in lines[4]
    assert len({len(line) for line in lines[1:17]}) == 1
    assert lines[-6:] == [
        "Total parameters: 44,426",
        "Trainable parameters: 44,426",
        "Total MACs: 281,640",
        "Total FLOPs: 563,280",
        "Parameter bytes: 177,704",
        "Activation bytes: 43,016",
    ]


def test_resnet_50_has_the_lines_of_torchsummaryx() -> None:
    """The names, kernel shapes and output shapes that people have in their notes."""
    lines = summarize(build_torchvision_model("resnet50"), (1, 3, 224, 224)).to_text().splitlines()
    layers = [re.split(r"  +", line.strip())[:3] for line in lines if re.match(r"\d+_", line)]
    assert len(layers) == 158
    assert layers[0] == ["0_Conv2d_conv1", "[3, 64, 7, 7]", "[1, 64, 112, 112]"]
    assert layers[4] == ["4_layer1.0.Conv2d_conv1", "[64, 64, 1, 1]", "[1, 64, 56, 56]"]
    assert layers[157] == ["157_Linear_fc", "[2048, 1000]", "[1, 1000]"]
    assert sum(line.startswith("layer1.0.add ") for line in lines) == 1


def test_the_markdown_is_a_table_with_a_line_for_each_row() -> None:
    model = torchvision.models.googlenet(init_weights=False)
    summary = summarize(model, (1, 3, 64, 64))
    lines = summary.to_markdown().splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == len(summary.rows) + 2
    assert {line.count("|") for line in table} == {7}
    assert "| InceptionAux_aux2 | - | - | 3,191,016 | - | not used |" in table
    assert f"- Total parameters: {sum(each.numel() for each in model.parameters()):,}" in lines


@pytest.mark.parametrize("name", ["a|b", r"a\|b", r"a\\|b"])
def test_a_name_with_a_bar_stays_in_its_cell_of_the_markdown(name: str) -> None:
    """A cell ends at a bar that no backslash escapes; read back, a backslash stands for what follows it."""
    model = nn.Sequential()
    model.add_module(name, nn.Linear(3, 2))
    lines = summarize(model, (1, 3)).to_markdown().splitlines()
    row = next(line for line in lines if "Linear" in line)
    assert re.sub(r"\\.", "", row).count("|") == 7
    cell = re.findall(r"(?:\\.|[^\\|])+", row)[0]
    assert re.sub(r"\\(.)", r"\1", cell).strip() == f"0_Linear_{name}"
