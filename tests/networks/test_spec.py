from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest
from hypothesis import given, settings

from playground.networks import Layer, NetworkSpec, SpecError, presets
from playground.networks.initial_values import constants_of_torch, parameter_names
from playground.networks.layers import LAYER_TYPES, LayerType, torch_class
from playground.networks.spec import MAX_DEPTH
from tests.networks.drawn_networks import networks


def network(*layers: Layer, name: str = "Net", shape: tuple[int, ...] = (1, 8, 8)) -> NetworkSpec:
    return NetworkSpec(name, layers, shape)


@given(networks())
@settings(max_examples=40, deadline=None)
def test_a_spec_is_a_value(spec: NetworkSpec) -> None:
    for same in (copy.deepcopy(spec), pickle.loads(pickle.dumps(spec))):
        assert same == spec
        assert hash(same) == hash(spec)
    assert dataclasses.replace(spec, name="Other") != spec


def test_arguments_are_equal_in_any_order_and_tell_true_from_one() -> None:
    one = Layer("fc", "Linear", {"in_features": 4, "out_features": 2, "bias": True})
    assert one == Layer("fc", "Linear", {"bias": True, "out_features": 2, "in_features": 4})
    assert one != Layer("fc", "Linear", {"in_features": 4, "out_features": 2, "bias": 1})


def test_nothing_of_a_spec_can_be_changed() -> None:
    kernel = [3, 3]
    arguments: dict[str, object] = {"kernel_size": kernel}
    layer = Layer("pool", "MaxPool2d", arguments)
    kernel.append(3)
    arguments["stride"] = 2
    assert layer.arguments == {"kernel_size": (3, 3)}
    with pytest.raises(TypeError):
        layer.arguments["stride"] = 2  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        layer.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("value", [{"a": 1}, object(), {1}, float("nan"), float("inf"), [1, [object()]]])
def test_an_argument_that_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(SpecError, match="kernel_size"):
        Layer("pool", "MaxPool2d", {"kernel_size": value})


def test_initial_values_are_decimal_numbers_beside_those_of_torch() -> None:
    norm = Layer("bn", "BatchNorm2d", {"num_features": 4}, initial={"weight": 1, "bias": 2})
    assert norm.initial == {"bias": 2.0}
    assert norm == Layer("bn", "BatchNorm2d", {"num_features": 4}, initial={"bias": 2.0})
    assert norm != Layer("bn", "BatchNorm2d", {"num_features": 4})
    assert Layer("fc", "Linear", initial={"bias": -0.0}) == Layer("fc", "Linear", initial={"bias": 0})


@pytest.mark.parametrize("value", [True, None, "0", (0,), float("nan"), float("inf"), 10**400])
def test_an_initial_value_that_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(SpecError, match="weight"):
        Layer("fc", "Linear", initial={"weight": value})


@pytest.mark.parametrize(
    "layer_type", [each for each in LAYER_TYPES if parameter_names(each.name, each.example_arguments)], ids=repr
)
def test_the_constants_of_torch_are_those_that_a_new_layer_has(layer_type: LayerType) -> None:
    layer = torch_class(layer_type.name)(**layer_type.example_arguments)
    constants = constants_of_torch(layer_type.name, layer_type.example_arguments)
    for name, parameter in layer.named_parameters():
        values = parameter.detach().unique()
        assert constants.get(name) == (values.item() if len(values) == 1 else None)
    assert constants.keys() <= dict(layer.named_parameters()).keys()


def test_a_built_layer_starts_at_its_initial_values() -> None:
    arguments = {"embed_dim": 4, "num_heads": 2}
    attention = Layer("a", "MultiheadAttention", arguments, initial={"out_proj.weight": 0, "in_proj_bias": 0.5})
    module = network(attention, shape=(3, 4)).build().get_submodule("a")
    assert not module.get_parameter("out_proj.weight").any()
    assert (module.get_parameter("in_proj_bias") == 0.5).all()
    assert module.get_parameter("in_proj_weight").any()


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (Layer("fc", "Linear", {"in_features": 2, "out_features": 2}, initial={"wieght": 0}), "did you mean 'weight'"),
        (
            Layer("fc", "Linear", {"in_features": 2, "out_features": 2, "bias": False}, initial={"bias": 1}),
            "no parameter 'bias'",
        ),
        (Layer("a", "ReLU", initial={"weight": 0}), "there are none"),
        (Layer("a", "Sequential", initial={"weight": 0}), "there are none"),
        (Layer("fc", "Linear", {"in_features": 2, "out_features": 2}, initial={"weight": 1e300}), "cannot be built"),
    ],
)
def test_a_layer_cannot_start_a_parameter_that_it_does_not_have(layer: Layer, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        network(layer, shape=(2,)).build()


@pytest.mark.parametrize("name", ["", "0", "a.b", "class", "a b", "__a", "ﬁ", "x" * 101, "a;import os", "a\n", 3, None])
def test_a_name_that_python_cannot_have_is_refused(name: str) -> None:
    with pytest.raises(SpecError, match="name"):
        network(Layer(name, "ReLU"))
    with pytest.raises(SpecError, match="name"):
        network(name=name)


def test_a_layer_may_begin_with_an_underscore_and_a_class_may_not() -> None:
    assert network(Layer("_fc", "ReLU")).layers[0].name == "_fc"
    with pytest.raises(SpecError, match="begin with a letter"):
        network(name="_Net")


@pytest.mark.parametrize("name", ["nn", "torch", "OrderedDict", "print", "super"])
def test_a_network_cannot_have_a_name_that_its_code_uses(name: str) -> None:
    with pytest.raises(SpecError, match=name):
        network(name=name)


@pytest.mark.parametrize("name", ["00", "-1", "1.5", "²"])
def test_a_position_in_a_container_is_a_plain_number(name: str) -> None:
    network(Layer("block", "Sequential", children=(Layer("0", "ReLU"), Layer("12", "ReLU"))))
    with pytest.raises(SpecError, match="name"):
        network(Layer("block", "Sequential", children=(Layer(name, "ReLU"),)))


def test_two_layers_of_one_name_are_refused() -> None:
    with pytest.raises(SpecError, match=r"'block\.a'"):
        network(Layer("block", "Sequential", children=(Layer("a", "ReLU"), Layer("a", "Tanh"))))


def test_nesting_and_number_of_layers_have_limits() -> None:
    def nested(levels: int) -> Layer:
        layer = Layer("a", "ReLU")
        for _ in range(levels - 1):
            layer = Layer("a", "Sequential", children=(layer,))
        return layer

    assert len(list(network(nested(MAX_DEPTH)).walk())) == MAX_DEPTH
    for levels in (MAX_DEPTH + 1, 3_000):
        with pytest.raises(SpecError, match="64 levels"):
            network(nested(levels))
    with pytest.raises(SpecError, match="5,000"):
        network(*(Layer(f"a{index}", "ReLU") for index in range(5_001)))


@pytest.mark.parametrize("shape", [(), (0,), (-1, 2), (1.5,), (True,), ("3",), (1,) * 9, (2**40, 2)])
def test_an_impossible_sample_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(SpecError, match="input shape"):
        network(shape=shape)


def test_paths_are_those_of_named_modules() -> None:
    spec = presets.load("lenet")
    assert [path for path, _ in spec.walk()] == [path for path, _ in spec.build().named_modules() if path]
