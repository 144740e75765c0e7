from __future__ import annotations

import pytest
import torchinfo
import torchvision

from playground.inspection import build_torchvision_model, torchinfo_text
from playground.networks import presets


def test_it_is_what_torchinfo_prints() -> None:
    columns = ("kernel_size", "output_size", "num_params", "mult_adds")
    model = torchvision.models.resnet18()
    expected = torchinfo.summary(
        model, (1, 3, 64, 64), col_names=columns, row_settings=("depth", "var_names"), verbose=0
    )
    assert torchinfo_text(model, (1, 3, 64, 64)) == str(expected)
    assert {each.device.type for each in model.parameters()} == {"cpu"}
    assert torchinfo_text(build_torchvision_model("resnet18"), (1, 3, 64, 64)) == str(expected)


def test_it_shows_a_spec_and_says_where_torchinfo_fails() -> None:
    assert "Total params: 44,426" in torchinfo_text(presets.load("lenet"), (1, 1, 28, 28))
    with pytest.raises(ValueError, match="torchinfo cannot show LeNet: "):
        torchinfo_text(presets.load("lenet"), (1, 3, 28, 28))
