from __future__ import annotations

import pytest
from hypothesis import given, settings

from playground.networks import Layer, NetworkSpec, ShapeError, presets
from playground.networks.fixes import Remove, set_arguments
from tests.networks.drawn_networks import first_failure, leaves, networks_with_a_fault


def error_in(*layers: tuple[str, dict[str, object]], shape: tuple[int, ...] = (3, 8, 8)) -> ShapeError:
    named = tuple(Layer(f"layer{index}", kind, arguments) for index, (kind, arguments) in enumerate(layers))
    error = NetworkSpec("Net", named, shape).trace((2, *shape)).error
    assert error is not None
    return error


def texts(error: ShapeError) -> list[str]:
    return [fix.text for fix in error.fixes]


def test_channels_that_do_not_match() -> None:
    error = error_in(
        ("Conv2d", {"in_channels": 3, "out_channels": 64, "kernel_size": 3}),
        ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3}),
    )
    assert error.cause == "This convolution expects 3 channels, but the layer before gives 64."
    assert texts(error) == ["set in_channels to 64"]


def test_features_show_where_they_come_from() -> None:
    error = presets.load("lenet").trace((2, 1, 32, 32)).error
    assert error is not None
    assert error.cause == "This Linear expects 256 features, but the layer before gives 400 (16 x 5 x 5)."
    assert texts(error) == ["set in_features to 400 (16 x 5 x 5)"]


def test_a_missing_flatten() -> None:
    spec = Remove("flatten").apply(presets.load("lenet"))
    error = spec.trace((2, 1, 28, 28)).error
    assert error is not None
    assert error.path == "fc.0"
    assert texts(error)[0] == "add Flatten before this Linear"
    assert error.fixes[0].apply(spec) == presets.load("lenet")


def test_a_missing_flatten_and_wrong_features_are_mended_together() -> None:
    error = error_in(("Linear", {"in_features": 7, "out_features": 2}))
    assert texts(error)[0] == "add Flatten before this Linear and set in_features to 192 (3 x 8 x 8)"


def test_a_kernel_larger_than_the_input() -> None:
    error = presets.load("lenet").trace((2, 1, 8, 8)).error
    assert error is not None
    assert error.cause == "The 5 x 5 kernel is larger than the 2 x 2 input."
    assert texts(error) == ["set kernel_size to 2", "set padding to 2"]


def test_a_pooling_layer_on_a_single_pixel_can_go() -> None:
    error = error_in(("AdaptiveAvgPool2d", {"output_size": 1}), ("MaxPool2d", {"kernel_size": 2}))
    assert texts(error)[-1] == "remove this MaxPool2d"


def test_batch_normalization_for_the_wrong_number_of_channels() -> None:
    error = error_in(("BatchNorm2d", {"num_features": 1}))
    assert error.cause == "This BatchNorm2d expects 1 channel, but the input gives 3."
    assert texts(error) == ["set num_features to 3"]


def test_two_faults_of_one_layer_are_mended_by_one_fix() -> None:
    error = error_in(("Conv2d", {"in_channels": 1, "out_channels": 2, "kernel_size": 9}))
    assert texts(error) == ["set in_channels to 3 and set kernel_size to 8"]


def test_a_depthwise_convolution_stays_one() -> None:
    error = error_in(("Conv2d", {"in_channels": 4, "out_channels": 12, "kernel_size": 3, "groups": 4}))
    assert texts(error) == ["set in_channels and groups to 3"]


def test_a_pool_that_returns_its_indices() -> None:
    error = error_in(("MaxPool2d", {"kernel_size": 2, "return_indices": True}), ("ReLU", {}))
    assert error.path == "layer1"
    assert texts(error) == ["set return_indices of layer0 to False"]


def test_a_name_that_every_module_has() -> None:
    spec = NetworkSpec("Net", (Layer("forward", "ReLU"),), (3,))
    error = spec.trace((2, 3)).error
    assert error is not None
    assert error.fixes[0].apply(spec).layers[0].name == "forward_layer"


@pytest.mark.parametrize(
    ("kind", "arguments", "fix"),
    [
        ("Conv2d", {"in_channels": 3, "out_channels": 3, "kernel_size": 3, "stride": 0}, "set stride to 1"),
        ("Conv2d", {"in_channels": 3, "out_channels": 3, "kernel_size": 3, "groups": 2}, "set groups to 1"),
        ("Conv2d", {"out_channels": 3, "kernel_size": 3}, "set in_channels to 3"),
        ("MaxPool2d", {"kernel_size": 2, "padding": 2}, "set padding to 1"),
        ("Dropout", {"p": 2}, "set p to 0.5"),
        ("LogSoftmax", {"dim": 4}, "set dim to 1"),
        ("BatchNorm1d", {"num_features": 3}, "use BatchNorm2d"),
    ],
)
def test_an_argument_that_cannot_be(kind: str, arguments: dict[str, object], fix: str) -> None:
    assert texts(error_in((kind, arguments)))[0] == fix


@given(networks_with_a_fault())
@settings(max_examples=150, deadline=None)
def test_every_single_fault_has_a_fix_and_every_fix_gets_past_it(spec: NetworkSpec) -> None:
    batch = (2, *spec.input_shape)
    error = spec.trace(batch).error
    if error is None:
        return
    assert error.fixes, error
    left = layers_from(spec, error.path)
    for fix in error.fixes:
        mended = fix.apply(spec)
        assert layers_from(mended, first_failure(mended, batch)) < left, fix.text


def layers_from(spec: NetworkSpec, path: str | None) -> int:
    paths = [each for each, _ in leaves(spec)]
    return len(paths) - paths.index(path) if path is not None else 0


def test_a_fix_is_data_that_compares() -> None:
    first, second = (presets.load("lenet").trace((2, 3, 28, 28)).error for _ in range(2))
    assert first is not None
    assert first == second
    assert first.fixes[0].edits == (set_arguments("conv.0", in_channels=3),)
