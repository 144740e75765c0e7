from __future__ import annotations

import subprocess
import sys

import pytest
from torch import nn

from playground.networks import SpecError, check_fit, presets
from playground.networks.small_presets import MNIST_SHAPE

PARAMETERS = {
    "linear_regression": 2,
    "logistic_regression": 7_850,
    "mlp_linear": 784 * 300 + 300 + 300 * 100 + 100 + 100 * 10 + 10,
    "mlp_relu": 784 * 300 + 300 + 300 * 100 + 100 + 100 * 10 + 10,
    "mlp_batchnorm": 784 * 300 + 3 * 300 + 300 * 100 + 3 * 100 + 100 * 10 + 10,
    "mlp": 397_510,
    "lenet": 44_426,
    "cnn": 29_034,
    "cnn_25_50": (9 + 3) * 25 + (9 * 25 + 3) * 50 + 1251 * 1024 + 1025 * 128 + 129 * 10,
    "resnet50": 25_557_032,
}


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_has_a_text_for_people(name: str) -> None:
    info = presets.info(name)
    assert info.name == name
    assert all((info.label, info.description, info.reference))
    assert all((option.label, option.explanation) for option in info.options)
    assert all(option.default in option.choices for option in info.options if option.choices)


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_preset_has_the_parameters_that_one_counts_on_paper(name: str) -> None:
    assert sum(parameter.numel() for parameter in presets.load(name).build().parameters()) == PARAMETERS[name]


def test_the_labels_of_the_presets_are_different() -> None:
    assert len({presets.info(name).label for name in presets.names()}) == len(presets.names())


def test_the_trainable_presets_are_those_that_fit_mnist() -> None:
    fitting = [name for name in presets.names() if check_fit(presets.load(name), MNIST_SHAPE, 10) is None]
    assert presets.trainable_names() == fitting


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


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("lenet", {"num_classes": 5}, "LeNet has no option 'num_classes'; it has none"),
        ("resnet50", {"depth": 18}, "it has norm, zero_init_residual, replace_stride_with_dilation, num_classes"),
        ("resnet50", {"norm": "LayerNorm"}, "choose one of 'BatchNorm2d'"),
        ("unet", {"num_classes": 0}, "give a whole number from 1"),
        ("unet", {"num_classes": True}, "give a whole number from 1"),
        ("unet", {"num_classes": [1]}, "give a whole number from 1"),
        (
            "resnet18",
            {"replace_stride_with_dilation": (False, True, True)},
            "it has norm, zero_init_residual, num_classes",
        ),
    ],
)
def test_an_option_that_cannot_be_is_refused_with_what_can(name: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        presets.load(name, **options)


def test_loading_a_small_preset_does_not_import_torch() -> None:
    """The home page is painted before torch is there."""
    code = (
        "import sys; from playground.networks import presets, check_fit\n"
        "import playground.inspection\n"
        "[presets.info(name) for name in presets.names()]\n"
        "[presets.load(name).to_json() for name in presets.trainable_names()]\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
