from __future__ import annotations

import inspect

import pytest
from torch import nn

from playground.networks import SpecError
from playground.networks.layers import LAYER_TYPES, LayerType, check_arguments, layer_type, parameters, torch_class


@pytest.mark.parametrize("kind", LAYER_TYPES, ids=lambda kind: kind.name)
def test_a_layer_type_is_one_of_torch_with_a_text_for_people(kind: LayerType) -> None:
    assert torch_class(kind.name) is getattr(nn, kind.name)
    assert layer_type(kind.name) is kind
    assert kind.label
    assert kind.explanation.endswith(".")
    assert set(kind.positional) <= {parameter.name for parameter in parameters(kind.name)}


@pytest.mark.parametrize("kind", LAYER_TYPES, ids=lambda kind: kind.name)
def test_parameters_and_defaults_are_those_of_the_signature(kind: LayerType) -> None:
    signature = inspect.signature(getattr(nn, kind.name)).parameters
    for parameter in parameters(kind.name):
        assert parameter.required == (signature[parameter.name].default is inspect.Parameter.empty)
        if not parameter.required:
            assert parameter.default is signature[parameter.name].default


@pytest.mark.parametrize("kind", LAYER_TYPES, ids=lambda kind: kind.name)
def test_the_defaults_pass_the_check_and_build_the_layer(kind: LayerType) -> None:
    """Also keeps the reader of type annotations complete: each default must fit its own annotation."""
    arguments = {each.name: 2 if each.required else each.default for each in parameters(kind.name)}
    check_arguments(kind.name, arguments)
    getattr(nn, kind.name)(**arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": (3, 3, 3)}, "2 whole numbers"),
        ("Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": (3, 0)}, "at least 1"),
        ("Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": "3"}, "a whole number"),
        ("Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": 3, "padding_mode": "none"}, "'reflect'"),
        ("BatchNorm2d", {"num_features": 1, "momentum": "0.1"}, "a number or nothing"),
        ("Dropout", {"p": 1.5}, "from 0 to 1"),
        ("Dropout", {"p": True}, "a number"),
        ("Sigmoid", {"x": 1}, "there are none"),
        ("Sequential", {"x": 1}, "no argument"),
        ("Transformer", {}, "no layer 'Transformer'"),
    ],
)
def test_an_argument_that_torch_would_not_take_is_refused(name: str, arguments: dict, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        check_arguments(name, arguments)


def test_what_torch_takes_passes() -> None:
    check_arguments("Dropout", {"p": 1})
    check_arguments("BatchNorm2d", {"num_features": 3, "momentum": None})
    check_arguments("AdaptiveAvgPool2d", {"output_size": (None, 7)})
    check_arguments("Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": (3, 1), "padding": "same"})
