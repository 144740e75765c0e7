"""Widths that are left on auto: the trace finds the number, the built network and the code have it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from playground.networks import Layer, NetworkSpec, SpecError, presets
from playground.networks.layers import LAYER_TYPES, LayerType
from playground.networks.widths import AUTO, WIDTH_ARGUMENTS, width_argument, with_numbers

KINDS = [kind for kind in LAYER_TYPES if width_argument(kind.name)]


def on_auto(layer: Layer) -> Layer:
    name = width_argument(layer.type)
    arguments = {**layer.arguments, name: AUTO} if name else layer.arguments
    return replace(layer, arguments=arguments, children=tuple(map(on_auto, layer.children)))


def test_every_width_argument_belongs_to_a_layer() -> None:
    assert {width_argument(kind.name) for kind in KINDS} == set(WIDTH_ARGUMENTS.values())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_layer_finds_its_width(kind: LayerType) -> None:
    known = NetworkSpec("Net", (Layer("a", kind.name, kind.example_arguments),), kind.example_input[1:])
    spec = replace(known, layers=tuple(map(on_auto, known.layers)))
    assert with_numbers(spec) == known
    assert spec.to_code() == known.to_code()
    assert spec.trace(kind.example_input) == known.trace(kind.example_input)
    assert NetworkSpec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize("name", ["lenet", "cnn", "mlp"])
def test_a_network_without_any_width_is_the_preset(name: str) -> None:
    preset = presets.load(name)
    spec = replace(preset, layers=tuple(map(on_auto, preset.layers)))
    assert spec != preset
    assert with_numbers(spec) == preset
    assert [tensor.shape for tensor in spec.build().parameters()] == [
        tensor.shape for tensor in preset.build().parameters()
    ]


def test_another_input_gives_another_width() -> None:
    spec = NetworkSpec("Net", (Layer("fc", "Linear", {"in_features": AUTO, "out_features": 3}),), (7,))
    assert spec.build()(torch.zeros(2, 7)).shape == (2, 3)
    assert replace(spec, input_shape=(9,)).build()(torch.zeros(2, 9)).shape == (2, 3)


def test_a_width_that_nothing_reaches_is_said_with_the_reason() -> None:
    layers = (
        Layer("conv", "Conv2d", {"in_channels": 5, "out_channels": 2, "kernel_size": 3}),
        Layer("norm", "BatchNorm2d", {"num_features": AUTO}),
    )
    spec = NetworkSpec("Net", layers, (1, 8, 8))
    error = spec.trace((2, 1, 8, 8)).error
    assert error is not None
    assert error.path == "conv"
    assert spec.trace((2, 5, 8, 8)).output_shape == (2, 2, 6, 6)
    for ask in (spec.build, spec.to_code):
        with pytest.raises(SpecError, match=r"num_features of 'norm' is on auto, .* conv fails before it"):
            ask()


def test_auto_is_for_widths_only() -> None:
    layer = Layer("fc", "Linear", {"in_features": 3, "out_features": AUTO})
    error = NetworkSpec("Net", (layer,), (3,)).trace((2, 3)).error
    assert error is not None
    assert "out_features of Linear is 'auto'" in error.message
