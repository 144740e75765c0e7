from __future__ import annotations

import inspect
import typing

import pytest
import torch
from torch import nn

from playground.networks import Layer, NetworkSpec, SpecError
from playground.networks import parameter_explanations as explanations
from playground.networks.calling import call
from playground.networks.consistency import check_consistency, find_conflict
from playground.networks.layer_types import family
from playground.networks.layers import (
    GROUPS,
    LAYER_TYPES,
    LayerType,
    check_arguments,
    explain_parameter,
    in_range,
    layer_type,
    parameters,
    torch_class,
)

every_layer_type = pytest.mark.parametrize("kind", LAYER_TYPES, ids=lambda kind: kind.name)


def example_batch(kind: LayerType) -> torch.Tensor:
    return torch.zeros(kind.example_input, dtype=torch.long if kind.name == "Embedding" else None)


@every_layer_type
def test_a_layer_type_is_one_of_torch_with_a_text_for_people(kind: LayerType) -> None:
    assert torch_class(kind.name) is getattr(nn, kind.name)
    assert layer_type(kind.name) is kind
    assert kind.label
    assert kind.group in GROUPS
    assert kind.explanation.endswith(".")
    assert "\n" not in kind.explanation
    assert set(kind.positional) <= {parameter.name for parameter in parameters(kind.name)}


def test_names_and_labels_tell_layer_types_apart() -> None:
    assert len({kind.name for kind in LAYER_TYPES}) == len({kind.label for kind in LAYER_TYPES}) == len(LAYER_TYPES)


@every_layer_type
def test_parameters_and_defaults_are_those_of_the_signature(kind: LayerType) -> None:
    signature = dict(inspect.signature(getattr(nn, kind.name)).parameters)
    if issubclass(getattr(nn, kind.name), nn.RNNBase):  # they take *args, and hand them on to this
        signature = dict(inspect.signature(nn.RNNBase).parameters)
        signature["nonlinearity"] = inspect.signature(nn.RNNCell).parameters["nonlinearity"]
    for parameter in parameters(kind.name):
        default = signature[parameter.name].default
        assert parameter.required == (default is inspect.Parameter.empty)
        if callable(default) and not parameter.required:
            assert getattr(nn.functional, str(parameter.default)) is default
        elif not parameter.required:
            assert parameter.default is default


def test_recurrent_layers_have_the_parameters_that_torch_gives_each() -> None:
    names = {kind: {parameter.name for parameter in parameters(kind)} for kind in ("RNN", "LSTM", "GRU")}
    assert names["LSTM"] - names["GRU"] == {"proj_size"}
    assert names["RNN"] - names["GRU"] == {"nonlinearity"}
    assert names["GRU"] == set(inspect.signature(nn.RNNBase).parameters) - {"mode", "proj_size", "device", "dtype"}


@every_layer_type
def test_the_defaults_pass_the_check_and_build_the_layer(kind: LayerType) -> None:
    """Also keeps the reader of type annotations complete: each default must fit its own annotation."""
    arguments = {each.name: each.default for each in parameters(kind.name) if not each.required}
    arguments |= kind.example_arguments
    check_arguments(kind.name, arguments)
    check_consistency(kind.name, arguments)
    getattr(nn, kind.name)(**arguments)


@every_layer_type
def test_every_parameter_takes_something_that_can_be_said_in_words(kind: LayerType) -> None:
    for parameter in parameters(kind.name):
        with pytest.raises(SpecError, match=r"it takes (a|one|several|true|nothing|'zeros')"):
            check_arguments(kind.name, {parameter.name: (None, "x", 1.5)})


@every_layer_type
def test_the_example_works(kind: LayerType) -> None:
    check_arguments(kind.name, kind.example_arguments)
    output = call(getattr(nn, kind.name)(**kind.example_arguments).eval(), example_batch(kind))
    spec = NetworkSpec("Net", (Layer("a", kind.name, kind.example_arguments),), kind.example_input[1:])
    assert spec.trace(kind.example_input).output_shape == tuple(output.shape)
    assert spec.build().eval()(example_batch(kind)).shape == output.shape


@every_layer_type
def test_every_parameter_is_explained(kind: LayerType) -> None:
    for parameter in parameters(kind.name):
        text = explain_parameter(kind.name, parameter.name)
        assert text.endswith(".")
        assert "\n" not in text


def test_no_explanation_is_of_nothing() -> None:
    used = {(kind.name, each.name) for kind in LAYER_TYPES for each in parameters(kind.name)}
    assert set(explanations._EXPLANATIONS) <= {name for _, name in used}
    assert set(explanations._ELSEWHERE) <= used | {(family(layer), name) for layer, name in used}


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": (3, 3, 3)}, "2 whole numbers"),
        ("Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": (3, 0)}, "at least 1"),
        ("Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": "3"}, "a whole number"),
        ("Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": 3, "padding_mode": "none"}, "'reflect'"),
        ("Conv1d", {"in_channels": 1, "out_channels": 1, "kernel_size": (3, 3)}, r"it takes a whole number\."),
        ("Conv3d", {"in_channels": 1, "out_channels": 1, "kernel_size": (3, 3)}, "3 whole numbers"),
        ("ConvTranspose2d", {"in_channels": 1, "out_channels": 1, "kernel_size": 3, "padding": "same"}, "2 whole"),
        ("ConvTranspose2d", {"in_channels": 1, "out_channels": 1, "kernel_size": 3, "padding_mode": "reflect"}, "zero"),
        ("MaxPool2d", {"kernel_size": (2, 2, 2)}, "a whole number or 2 whole numbers"),
        ("MaxPool1d", {"kernel_size": 0}, "at least 1"),
        ("AdaptiveAvgPool3d", {"output_size": (1, 1)}, "3 whole numbers"),
        ("BatchNorm2d", {"num_features": 1, "momentum": "0.1"}, "a number or nothing"),
        ("GroupNorm", {"num_groups": 0, "num_channels": 4}, "at least 1"),
        ("LayerNorm", {"normalized_shape": (4, 0)}, "at least 1"),
        ("LayerNorm", {"normalized_shape": 4.0}, "a whole number or several whole numbers"),
        ("Dropout", {"p": 1.5}, "from 0 to 1"),
        ("Dropout", {"p": True}, "a number"),
        ("Dropout3d", {"p": -1}, "from 0 to 1"),
        ("Unflatten", {"dim": 1, "unflattened_size": 4}, "several whole numbers"),
        ("Unflatten", {"dim": 1, "unflattened_size": (2, -2)}, "at least -1"),
        ("Upsample", {"scale_factor": "2"}, "a number or several numbers or nothing"),
        ("Upsample", {"mode": "cubic"}, "'bicubic'"),
        ("PixelShuffle", {"upscale_factor": 0}, "at least 1"),
        ("GELU", {"approximate": "sigmoid"}, "'none', 'tanh'"),
        ("Embedding", {"num_embeddings": 0, "embedding_dim": 2}, "at least 1"),
        ("Embedding", {"num_embeddings": 1, "embedding_dim": 2, "_freeze": True}, "no argument '_freeze'"),
        ("LSTM", {"input_size": 1, "hidden_size": 0}, "at least 1"),
        ("LSTM", {"input_size": 1, "hidden_size": 1, "dropout": 2}, "from 0 to 1"),
        ("GRU", {"input_size": 1, "hidden_size": 1, "proj_size": 1}, "no argument 'proj_size'"),
        ("RNN", {"input_size": 1, "hidden_size": 1, "nonlinearity": "sigmoid"}, "'tanh', 'relu'"),
        ("MultiheadAttention", {"embed_dim": 2.0, "num_heads": 1}, "a whole number"),
        ("MultiheadAttention", {"embed_dim": 2, "num_heads": 1, "bias": 1}, "true or false"),
        ("TransformerEncoderLayer", {"d_model": 2, "nhead": 1, "activation": "tanh"}, "'relu', 'gelu'"),
        ("Sigmoid", {"x": 1}, "there are none"),
        ("Transformer", {}, "no layer 'Transformer'"),
        ("Zzz", {}, "nor one with a similar name"),
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
    check_arguments("ZeroPad2d", {"padding": (1, -1, 0, 2)})
    check_arguments("AvgPool1d", {"kernel_size": 2, "stride": None})
    check_arguments("LayerNorm", {"normalized_shape": (4, 5)})
    check_arguments("Unflatten", {"dim": 1, "unflattened_size": (2, -1)})
    check_arguments("Upsample", {"scale_factor": (1.5, 2)})
    check_arguments("MultiheadAttention", {"embed_dim": 4, "num_heads": 2, "kdim": 3})


def test_a_value_out_of_range_has_a_nearest_one_in_it() -> None:
    assert in_range("stride", (0, 2)) == (1, 2)
    assert in_range("p", 1.5) == 1
    assert in_range("padding", -1, "Conv2d") == 0
    assert in_range("padding", -1, "ZeroPad2d") == -1
    assert in_range("bias", True) is True


CONFLICTS = [
    ("Conv1d", {"in_channels": 4, "out_channels": 6, "kernel_size": 1, "groups": 3}, (2, 4, 8)),
    ("Conv2d", {"in_channels": 4, "out_channels": 6, "kernel_size": 1, "groups": 4}, (2, 4, 8, 8)),
    ("Conv2d", {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "padding": "some"}, (2, 4, 8, 8)),
    (
        "Conv2d",
        {"in_channels": 4, "out_channels": 6, "kernel_size": (3, 5), "padding": "same", "stride": 2},
        (2, 4, 8, 8),
    ),
    ("ConvTranspose3d", {"in_channels": 4, "out_channels": 6, "kernel_size": 1, "groups": 3}, (2, 4, 8, 8, 8)),
    ("GroupNorm", {"num_groups": 32, "num_channels": 48}, (2, 48, 4, 4)),
    ("MultiheadAttention", {"embed_dim": 8, "num_heads": 3}, (2, 5, 8)),
    ("TransformerEncoderLayer", {"d_model": 8, "nhead": 3}, (2, 5, 8)),
    ("LSTM", {"input_size": 8, "hidden_size": 4, "proj_size": 4}, (2, 5, 8)),
    ("Embedding", {"num_embeddings": 4, "embedding_dim": 4, "padding_idx": 4}, (2, 5)),
    ("Upsample", {}, (2, 4, 8, 8)),
    ("Upsample", {"size": 4, "scale_factor": 2}, (2, 4, 8, 8)),
    ("Upsample", {"scale_factor": 0}, (2, 4, 8, 8)),
    ("Upsample", {"scale_factor": 2, "align_corners": True}, (2, 4, 8, 8)),
    ("Upsample", {"size": 4, "recompute_scale_factor": True}, (2, 4, 8, 8)),
]


@pytest.mark.parametrize(("name", "arguments", "shape"), CONFLICTS)
def test_arguments_that_do_not_go_together_have_a_sentence_and_remedies(
    name: str, arguments: dict, shape: tuple[int, ...]
) -> None:
    check_arguments(name, arguments)
    batch = torch.zeros(shape, dtype=torch.long if name == "Embedding" else None)
    with pytest.raises((ValueError, RuntimeError, AssertionError)):
        call(getattr(nn, name)(**arguments), batch)
    with pytest.raises(SpecError, match=r"\.$"):
        check_consistency(name, arguments)
    conflict = find_conflict(name, arguments)
    assert conflict is not None
    assert conflict.remedies
    for remedy in conflict.remedies:
        call(getattr(nn, name)(**{**arguments, **remedy}), batch)


def test_the_divisor_that_is_offered_is_the_nearest_below() -> None:
    conflict = find_conflict("GroupNorm", {"num_groups": 32, "num_channels": 48})
    assert conflict is not None
    assert conflict.remedies == ({"num_groups": 24}, {"num_groups": 1})


def test_texts_with_a_fixed_set_of_words_say_which() -> None:
    mode = next(each for each in parameters("Upsample") if each.name == "mode")
    assert "bilinear" in typing.get_args(mode.annotation)
