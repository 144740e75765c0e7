"""Networks drawn by hypothesis, and what PyTorch itself says about a spec, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch
from hypothesis import strategies as st
from torch import nn

from playground.networks import Layer, NetworkSpec
from playground.networks.fixes import Edit, Remove, SetType, set_arguments

ACTIVATIONS = ("ReLU", "Sigmoid", "Tanh", "Identity", "Dropout")


def leaves(spec: NetworkSpec) -> Iterator[tuple[str, Layer]]:
    return ((path, layer) for path, layer in spec.walk() if layer.type != "Sequential")


def first_failure(spec: NetworkSpec, input_shape: tuple[int, ...]) -> str | None:
    """The path of the layer at which PyTorch raises in an ordinary forward pass on the CPU."""
    x = torch.zeros(input_shape)
    for path, layer in leaves(spec):
        try:
            x = getattr(nn, layer.type)(**layer.arguments).eval()(x)
        except Exception:
            return path
    return None


@st.composite
def networks(draw: st.DrawFn) -> NetworkSpec:
    """A CNN or an MLP that works: image layers, then Flatten, then layers on rows, in nested containers."""
    input_shape = (draw(st.integers(1, 3)), draw(st.integers(4, 20)), draw(st.integers(4, 20)))
    x = torch.zeros(2, *input_shape)
    features: list[Layer] = []
    for _ in range(draw(st.integers(0, 5))):
        layer = draw(_image_layer(tuple(x.shape)))
        x = getattr(nn, layer.type)(**layer.arguments).eval()(x)
        features.append(layer)
    width = x[0].numel()
    classifier = []
    for _ in range(draw(st.integers(1, 3))):
        out_features = draw(st.integers(1, 12))
        classifier.append(Layer("", "Linear", {"in_features": width, "out_features": out_features}))
        classifier += draw(st.lists(_row_layer(out_features), max_size=2))
        width = out_features
    layers = [_container("features", features), Layer("flatten", "Flatten"), _container("fc", classifier)]
    if draw(st.booleans()):
        layers = [_container("net", [*features, Layer("", "Flatten"), *classifier])]
    return NetworkSpec("Drawn", tuple(layers), input_shape)


@st.composite
def networks_with_a_fault(draw: st.DrawFn) -> NetworkSpec:
    """A network of which one layer was changed; most of these changes break it."""
    spec = draw(networks())
    path, layer = draw(st.sampled_from(list(leaves(spec))))
    return draw(st.sampled_from(list(_faults(path, layer)))).apply(spec)


def _image_layer(shape: tuple[int, ...]) -> st.SearchStrategy[Layer]:
    _, channels, height, width = shape
    smallest = min(height, width)
    convolution = st.builds(
        lambda out, kernel, padding, bias: Layer(
            "",
            "Conv2d",
            {"in_channels": channels, "out_channels": out, "kernel_size": kernel, "padding": padding, "bias": bias},
        ),
        st.integers(1, 8),
        st.integers(1, min(5, smallest)),
        st.integers(0, 2),
        st.booleans(),
    )
    pooling = st.builds(
        lambda kind, kernel, stride: Layer("", kind, {"kernel_size": kernel, "stride": stride}),
        st.sampled_from(["MaxPool2d", "AvgPool2d"]),
        st.integers(1, min(3, smallest)),
        st.one_of(st.none(), st.integers(1, 3)),
    )
    others = st.sampled_from(
        [
            Layer("", "BatchNorm2d", {"num_features": channels}),
            Layer("", "AdaptiveAvgPool2d", {"output_size": (2, 3)}),
            Layer("", "AdaptiveMaxPool2d", {"output_size": (3, None)}),
            Layer("", "ConvTranspose2d", {"in_channels": channels, "out_channels": 3, "kernel_size": 2, "stride": 2}),
            Layer("", "GroupNorm", {"num_groups": 1, "num_channels": channels}),
            Layer("", "LayerNorm", {"normalized_shape": (height, width)}),
            Layer("", "PReLU", {"num_parameters": channels}),
            Layer("", "ZeroPad2d", {"padding": (0, 1, 2, 0)}),
            Layer("", "Upsample", {"scale_factor": 1.5, "mode": "bilinear"}),
            Layer("", "ChannelShuffle", {"groups": 1}),
            *(Layer("", activation) for activation in ACTIVATIONS),
        ]
    )
    return st.one_of(convolution, pooling, others)


def _row_layer(features: int) -> st.SearchStrategy[Layer]:
    return st.sampled_from(
        [
            Layer("", "BatchNorm1d", {"num_features": features}),
            Layer("", "LogSoftmax", {"dim": 1}),
            *(Layer("", activation) for activation in ACTIVATIONS),
        ]
    )


def _container(name: str, layers: list[Layer]) -> Layer:
    named = tuple(replace(layer, name=str(index)) for index, layer in enumerate(layers))
    return Layer(name, "Sequential", children=named)


def _faults(path: str, layer: Layer) -> Iterator[Edit]:
    """The slips that people make at a layer of this type."""
    for width in ("in_features", "in_channels", "num_features", "num_channels", "num_parameters"):
        if width in layer.arguments:
            yield set_arguments(path, **{width: layer.arguments[width] + 3})
    if "kernel_size" in layer.arguments:
        yield set_arguments(path, kernel_size=31)
        yield set_arguments(path, kernel_size=(2, 33))
        yield set_arguments(path, stride=-1)
        yield set_arguments(path, padding=-1)
    match layer.type:
        case "MaxPool2d" | "AvgPool2d":
            yield set_arguments(path, padding=4)
        case "Conv2d":
            yield set_arguments(path, groups=17)
            yield set_arguments(path, padding="same", stride=2)
            yield set_arguments(path, padding="some")
            yield set_arguments(path, padding=40, padding_mode="reflect")
            yield set_arguments(path, dilation=30, kernel_size=2)
        case "ConvTranspose2d":
            yield set_arguments(path, padding=60)
            yield set_arguments(path, output_padding=2)
            yield SetType(path, "ConvTranspose1d")
        case "GroupNorm":
            yield set_arguments(path, num_groups=17)
        case "LayerNorm":
            yield set_arguments(path, normalized_shape=99)
        case "ZeroPad2d":
            yield set_arguments(path, padding=-30)
        case "Upsample":
            yield set_arguments(path, mode="trilinear")
            yield set_arguments(path, scale_factor=0.001)
            yield set_arguments(path, size=4)
        case "ChannelShuffle":
            yield set_arguments(path, groups=17)
        case "BatchNorm1d":
            yield SetType(path, "BatchNorm2d")
        case "BatchNorm2d":
            yield SetType(path, "BatchNorm1d")
        case "Flatten":
            yield Remove(path)
            yield set_arguments(path, start_dim=0)
            yield set_arguments(path, start_dim=7)
        case "LogSoftmax":
            yield set_arguments(path, dim=4)
        case "Dropout":
            yield set_arguments(path, p=2.0)
    yield Remove(path)
