from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
import torch
import torchvision
from torch import nn

from playground.inspection import constructor, constructors, module_arguments
from playground.networks import presets
from playground.networks.layers import LAYER_TYPES, torch_class


@pytest.mark.parametrize("layer_type", LAYER_TYPES, ids=lambda each: each.name)
def test_the_text_makes_the_same_layer(layer_type: Any) -> None:
    layer = torch_class(layer_type.name)(**dict(layer_type.example_arguments))
    text = constructor(layer)
    if layer_type.name == "TransformerEncoderLayer":
        assert text == "nn.TransformerEncoderLayer(...)"
        return
    assert_same(eval(text, {"nn": nn}), layer)
    assert module_arguments(layer).items() >= dict(layer_type.example_arguments).items()


def assert_same(made: nn.Module, layer: nn.Module) -> None:
    """The text of a layer made from it, since torch writes the same numbers for all sides in several ways."""
    assert type(made) is type(layer)
    assert constructor(made) == constructor(layer)
    shapes = {name: value.shape for name, value in layer.state_dict().items()}
    assert {name: value.shape for name, value in made.state_dict().items()} == shapes


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (nn.Conv2d(3, 64, 7, 2, 3, bias=False), "nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)"),
        (nn.Conv2d(3, 6, (3, 5), padding="same"), "nn.Conv2d(3, 6, kernel_size=(3, 5), padding='same')"),
        (nn.MaxPool2d(3, 2, 1), "nn.MaxPool2d(kernel_size=3, stride=2, padding=1)"),
        (nn.AvgPool2d((2, 2)), "nn.AvgPool2d(kernel_size=2)"),
        (nn.LayerNorm((3, 3)), "nn.LayerNorm((3, 3))"),
        (nn.LayerNorm(3, bias=False), "nn.LayerNorm(3, bias=False)"),
        (nn.BatchNorm2d(8, momentum=None), "nn.BatchNorm2d(8, momentum=None)"),
        (nn.LSTM(4, 5, 2, bidirectional=True), "nn.LSTM(4, 5, num_layers=2, bidirectional=True)"),
        (nn.MultiheadAttention(8, 2, bias=False, kdim=4), "nn.MultiheadAttention(8, 2, bias=False, kdim=4)"),
        (nn.Dropout(0.2), "nn.Dropout(p=0.2)"),
        (nn.ZeroPad2d((1, 2, 0, 0)), "nn.ZeroPad2d((1, 2, 0, 0))"),
        (nn.AdaptiveAvgPool2d((1, 1)), "nn.AdaptiveAvgPool2d(output_size=1)"),
        (nn.AdaptiveAvgPool2d((None, None)), "nn.AdaptiveAvgPool2d(output_size=(None, None))"),
        (nn.AdaptiveMaxPool3d((None, None, 2)), "nn.AdaptiveMaxPool3d(output_size=(None, None, 2))"),
        (nn.FractionalMaxPool2d(2, output_ratio=0.5), "nn.FractionalMaxPool2d(kernel_size=2, output_ratio=(0.5, 0.5))"),
        (nn.Upsample(size=(3, 4)), "nn.Upsample(size=(3, 4))"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_it_is_written_as_people_write_it(layer: nn.Module, text: str) -> None:
    assert constructor(layer) == text
    assert_same(eval(text, {"nn": nn}), layer)


@pytest.mark.parametrize("sides", [2, 3])
@pytest.mark.parametrize("kind", ["Avg", "Max"])
def test_an_adaptive_pooling_that_keeps_all_sides_is_made_again(kind: str, sides: int) -> None:
    layer = getattr(nn, f"Adaptive{kind}Pool{sides}d")((None,) * sides)
    batch = torch.rand(1, 2, *range(3, 3 + sides))
    assert torch.equal(eval(constructor(layer), {"nn": nn})(batch), layer(batch))


# What torch's layers have to be given, by the name of the argument.
GIVEN: dict[str, Any] = {
    **{"in_channels": 4, "out_channels": 6, "num_channels": 4, "num_groups": 2, "groups": 2, "num_features": 4},
    **{"in_features": 4, "out_features": 5, "in1_features": 2, "in2_features": 3, "normalized_shape": (4, 3)},
    **{"kernel_size": 3, "padding": 1, "value": 0.5, "norm_type": 2, "output_size": 2, "size": 3, "threshold": 0.1},
    **{"upscale_factor": 2, "downscale_factor": 2, "dim": 1, "unflattened_size": (2, 2)},
    **{"input_size": 4, "hidden_size": 5, "embed_dim": 8, "num_heads": 2, "num_embeddings": 7, "embedding_dim": 3},
}
# Those that hold other modules, and those that others are made from.
NOT_ALONE = re.compile(r"Module|Transformer|DataParallel|RNNBase|RNNCellBase|Loss|AdaptiveLogSoftmax|Container")


def required_by(layer_class: type[nn.Module]) -> list[str]:
    if layer_class in (nn.RNN, nn.GRU, nn.LSTM):
        return ["input_size", "hidden_size"]
    if layer_class in (nn.FractionalMaxPool2d, nn.FractionalMaxPool3d):
        return ["kernel_size", "output_size"]
    given = inspect.signature(layer_class).parameters.values()
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [each.name for each in given if each.default is each.empty and each.kind in kinds]


def layer_classes() -> list[type[nn.Module]]:
    found = [each for name, each in vars(nn).items() if isinstance(each, type) and not NOT_ALONE.search(name)]
    return [each for each in found if issubclass(each, nn.Module)]


@pytest.mark.parametrize("layer_class", layer_classes(), ids=lambda each: each.__name__)
def test_the_text_of_every_layer_of_torch_makes_it_again(layer_class: type[nn.Module]) -> None:
    layer = layer_class(**{name: GIVEN[name] for name in required_by(layer_class)})
    made = eval(constructor(layer), {"nn": nn})
    assert "..." not in constructor(layer)
    assert repr(made) == repr(layer)
    assert constructor(made) == constructor(layer)


def test_all_layers_of_a_large_model_are_made_again() -> None:
    model = torchvision.models.mobilenet_v3_small()
    texts = constructors(model)
    assert texts.keys() == {path for path, _ in model.named_modules()}
    for path, module in model.named_modules():
        if not module._modules and type(module).__module__.startswith("torch.nn"):
            assert_same(eval(texts[path], {"nn": nn}), module)


class Mine(nn.Module):
    def __init__(self, width: int, *, depth: int = 2) -> None:
        super().__init__()
        self.depth = depth
        self.layers = nn.Sequential(*[nn.Linear(width, width) for _ in range(depth)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


def test_what_cannot_be_read_back_is_left_open() -> None:
    assert constructor(Mine(4, depth=3)) == "Mine(..., depth=3)"
    assert constructor(nn.Sequential(nn.ReLU())) == "nn.Sequential(...)"
    assert constructor(nn.Sequential()) == "nn.Sequential()"


def test_a_spec_has_the_calls_of_its_module() -> None:
    texts = constructors(presets.load("lenet"))
    assert texts["conv.0"] == "nn.Conv2d(1, 6, kernel_size=5)"
    assert texts["fc.4"] == "nn.Linear(84, 10)"
