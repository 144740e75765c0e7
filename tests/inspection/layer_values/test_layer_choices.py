from __future__ import annotations

import torch
from torch import nn

from playground.inspection import build_torchvision_model, summarize
from playground.inspection.layer_values.layer_choices import layer_choices
from playground.networks import presets


def test_a_block_comes_after_its_last_layer_and_inner_blocks_first() -> None:
    summary = summarize(presets.load("resnet18"), (1, 3, 64, 64))
    paths = [choice.path for choice in layer_choices(summary)]
    assert paths[:5] == ["conv1", "bn1", "relu", "maxpool", "layer1.0.conv1"]
    assert paths.index("layer1.1.relu2") + 1 == paths.index("layer1.1") == paths.index("layer1") - 1
    assert len(set(paths)) == len(paths)
    layers = {row.path for row in summary.layers}
    blocks = {block.path for block in summary.blocks}
    assert set(paths) == layers | blocks


def test_the_rows_of_a_choice_are_all_that_runs_up_to_its_end() -> None:
    summary = summarize(presets.load("resnet18"), (1, 3, 64, 64))
    by_path = {choice.path: choice for choice in layer_choices(summary)}
    for path in ("conv1", "layer1.0", "layer1.1.bn1", "fc"):
        last = summary.rows[by_path[path].rows - 1]
        assert last.path == path or last.path.startswith(f"{path}.")
        after = summary.rows[by_path[path].rows :]
        assert not any(row.path.startswith(f"{path}.") for row in after)


def test_a_network_that_is_a_layer_itself_comes_last() -> None:
    summary = summarize(build_torchvision_model("vit_b_16"), (1, 3, 224, 224))
    last = layer_choices(summary)[-1]
    assert (last.path, last.type, last.rows) == ("", "VisionTransformer", len(summary.rows))


def test_a_layer_that_runs_again_can_be_chosen_each_time_and_what_does_not_run_never() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.relu, self.linear, self.unused = nn.ReLU(), nn.Linear(4, 4), nn.Linear(4, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.relu(self.linear(self.relu(x)))

    choices = layer_choices(summarize(Twice(), (1, 4)))
    assert [(choice.path, choice.use) for choice in choices] == [("relu", 1), ("linear", 1), ("relu", 2)]
