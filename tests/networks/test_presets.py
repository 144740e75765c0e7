from __future__ import annotations

import subprocess
import sys

import pytest
from torch import nn

from playground.networks import SpecError, presets

PARAMETERS = {"lenet": 44_426, "cnn": 29_034, "mlp": 397_510, "logistic_regression": 7_850}


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_has_its_parameters_and_a_text_for_people(name: str) -> None:
    model = presets.load(name).build()
    assert sum(parameter.numel() for parameter in model.parameters()) == PARAMETERS[name]
    info = presets.info(name)
    assert info.name == name
    assert all((info.label, info.description, info.reference))


def test_lenet_is_the_network_that_one_writes_by_hand() -> None:
    conv = [nn.Conv2d(1, 6, 5), nn.Sigmoid(), nn.MaxPool2d(2, 2)]
    conv += [nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.MaxPool2d(2, 2)]
    fc = [nn.Linear(16 * 4 * 4, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10)]
    by_hand = nn.ModuleDict({"conv": nn.Sequential(*conv), "flatten": nn.Flatten(), "fc": nn.Sequential(*fc)})
    built = presets.load("lenet").build()
    assert [(name, repr(child)) for name, child in built.named_children()] == [
        (name, repr(child)) for name, child in by_hand.named_children()
    ]


def test_a_preset_of_another_name_is_refused_with_the_names_there_are() -> None:
    for function in (presets.load, presets.info):
        with pytest.raises(SpecError, match="lenet"):
            function("alexnet")


def test_loading_a_preset_does_not_import_torch() -> None:
    """The home page is painted before torch is there."""
    code = (
        "import sys; from playground.networks import presets, check_fit\n"
        "import playground.inspection\n"
        "[presets.load(name).to_json() for name in presets.names()]\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
