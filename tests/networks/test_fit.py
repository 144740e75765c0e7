from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playground.networks import Layer, NetworkSpec, check_fit, presets
from playground.networks.fixes import Remove, set_arguments
from tests.networks.drawn_networks import first_failure, networks, networks_with_a_fault

MNIST, CIFAR = (1, 28, 28), (3, 32, 32)


@pytest.mark.parametrize("name", presets.trainable_names())
def test_a_preset_fits_mnist(name: str) -> None:
    assert check_fit(presets.load(name), MNIST, 10) is None


@pytest.mark.parametrize("name", presets.trainable_names())
@pytest.mark.parametrize(("shape", "classes"), [(CIFAR, 10), (MNIST, 47), (CIFAR, 100), ((1, 8, 8), 3)])
def test_a_preset_can_be_made_to_fit_with_one_fix(name: str, shape: tuple[int, ...], classes: int) -> None:
    spec = presets.load(name)
    error = check_fit(spec, shape, classes)
    assert error is not None
    for fix in error.fixes[:1]:
        mended = fix.apply(spec)
        assert check_fit(mended, shape, classes) is None
        assert first_failure(mended, (2, *shape)) is None
        assert mended.trace((5, *shape)).output_shape == (5, classes)
        assert mended.input_shape in (shape, spec.input_shape)
    assert error.fixes


def test_images_of_another_size_are_said_in_one_sentence() -> None:
    error = check_fit(presets.load("lenet"), CIFAR, 10)
    assert error is not None
    assert error.message == (
        "LeNet is made for images of 1 x 28 x 28, not 3 x 32 x 32: at conv.0, this convolution expects "
        "1 channel, but the input gives 3."
    )
    assert [fix.text for fix in error.fixes] == [
        "in conv.0, set in_channels to 3 and in fc.0, set in_features to 400 (16 x 5 x 5)"
    ]
    assert error.fixes[0].apply(presets.load("lenet")).input_shape == CIFAR


def test_other_classes_are_said_in_one_sentence() -> None:
    error = check_fit(presets.load("lenet"), MNIST, 47)
    assert error is not None
    assert error.message == "LeNet gives (N, 10) for a batch of N images; 47 classes need (N, 47)."
    assert [fix.text for fix in error.fixes] == ["set out_features of fc.4 to 47"]


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ((Layer("fc", "Linear", {"in_features": 8, "out_features": 5}),), "add Flatten before fc"),
        ((Layer("pool", "AdaptiveAvgPool2d", {"output_size": 1}),), "add Flatten and Linear(3, 5) at the end"),
        ((Layer("flatten", "Flatten"),), "add Linear(192, 5) at the end"),
        ((Layer("flatten", "Flatten", {"start_dim": 0}),), "set start_dim of flatten to 1"),
        ((), "add Flatten and Linear(192, 5) at the end"),
        (
            (
                Layer("conv", "Conv2d", {"in_channels": 3, "out_channels": 5, "kernel_size": 1}),
                Layer("pool", "AdaptiveAvgPool2d", {"output_size": 1}),
            ),
            "add Flatten at the end",
        ),
        (
            (
                Layer("flatten", "Flatten"),
                Layer("fc", "Linear", {"in_features": 192, "out_features": 8}),
                Layer("norm", "BatchNorm1d", {"num_features": 8}),
            ),
            "set out_features of fc to 5 and in norm, set num_features to 5",
        ),
    ],
)
def test_an_output_that_is_no_row_of_scores(layers: tuple[Layer, ...], text: str) -> None:
    spec = NetworkSpec("Net", layers, (3, 8, 8))
    error = check_fit(spec, (3, 8, 8), 5)
    assert error is not None
    assert error.fixes[0].text.startswith(text)
    assert check_fit(error.fixes[0].apply(spec), (3, 8, 8), 5) is None


def test_a_network_that_is_broken_anyway_is_not_blamed_on_the_images() -> None:
    spec = set_arguments("fc.2", in_features=5).apply(Remove("flatten").apply(presets.load("lenet")))
    error = check_fit(spec, MNIST, 10)
    assert error is not None
    assert error.message.startswith("LeNet does not work: at fc.0, this Linear expects")
    assert check_fit(error.fixes[0].apply(spec), MNIST, 10) is None


@given(networks(), st.integers(1, 4), st.integers(2, 24), st.integers(2, 9))
@settings(max_examples=50, deadline=None)
def test_a_network_for_other_data_can_be_made_to_fit(spec: NetworkSpec, channels: int, size: int, classes: int) -> None:
    shape = (channels, size, size)
    error = check_fit(spec, shape, classes)
    assume(error is not None)
    assert error is not None
    assert any(check_fit(fix.apply(spec), shape, classes) is None for fix in error.fixes)


@given(networks_with_a_fault(), st.integers(2, 9))
@settings(max_examples=100, deadline=None)
def test_after_any_fix_the_check_goes_further_or_passes(spec: NetworkSpec, classes: int) -> None:
    error = check_fit(spec, spec.input_shape, classes)
    if error is not None:
        assert error.fixes
        for fix in error.fixes:
            assert check_fit(fix.apply(spec), spec.input_shape, classes) != error
