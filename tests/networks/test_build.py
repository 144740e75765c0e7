from __future__ import annotations

import copy

import pytest
import torch
from hypothesis import given, settings
from torch import nn

from playground.networks import Layer, NetworkSpec, SpecError, presets
from playground.networks.build import build_module
from tests.networks.drawn_networks import leaves, networks


@pytest.mark.parametrize("name", presets.trainable_names())
def test_a_module_has_the_layer_names_as_state_dict_keys(name: str) -> None:
    spec = presets.load(name)
    model = spec.build()
    assert type(model).__name__ == spec.name
    assert all(parameter.device.type == "cpu" for parameter in model.parameters())
    expected = [
        f"{path}.{key}"
        for path, layer in leaves(spec)
        for key in getattr(nn, layer.type)(**layer.arguments).state_dict()
    ]
    assert list(model.state_dict()) == expected


@given(networks())
@settings(max_examples=40, deadline=None)
def test_forward_applies_the_layers_in_order(spec: NetworkSpec) -> None:
    model = spec.build().eval()
    images = torch.randn(2, *spec.input_shape)
    by_hand = images
    for path, layer in leaves(spec):
        module = getattr(nn, layer.type)(**layer.arguments).eval()
        module.load_state_dict(model.get_submodule(path).state_dict())
        by_hand = module(by_hand)
    torch.testing.assert_close(model(images), by_hand)


def test_the_same_seed_gives_the_same_weights() -> None:
    states = []
    for _ in range(2):
        torch.manual_seed(0)
        states.append(presets.load("lenet").build().state_dict())
    assert all(torch.equal(states[0][key], states[1][key]) for key in states[0])


def test_a_module_can_be_copied() -> None:
    model = presets.load("cnn").build().eval()
    images = torch.randn(2, 1, 28, 28)
    assert torch.equal(copy.deepcopy(model)(images), model(images))


def test_a_module_on_the_meta_device_has_shapes_only() -> None:
    assert all(parameter.is_meta for parameter in build_module(presets.load("cnn"), "meta").parameters())


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (Layer("a", "Nothing"), "'block.a' cannot be built: There is no layer 'Nothing'"),
        (Layer("a", "Linear"), "'block.a' cannot be built: Linear needs in_features"),
        (
            Layer("a", "Conv2d", {"in_channels": 3, "out_channels": 4, "kernel_size": 1, "groups": 2}),
            "'block.a' cannot be built: in_channels must be divisible by groups",
        ),
        (Layer("a", "ReLU", children=(Layer("b", "ReLU"),)), "'block.a' cannot be built: ReLU holds no layers"),
        (Layer("append", "ReLU"), "'block.append'"),
        (Layer("training", "ReLU"), "'block.training'"),
    ],
)
def test_a_layer_that_cannot_be_built_is_named(layer: Layer, message: str) -> None:
    spec = NetworkSpec("Net", (Layer("block", "Sequential", children=(layer,)),), (3, 4, 4))
    with pytest.raises(SpecError, match=message):
        spec.build()
