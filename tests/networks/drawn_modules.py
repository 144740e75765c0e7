"""Networks of residual, concatenating, dense and gating blocks drawn by hypothesis, and where PyTorch fails in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch
from hypothesis import strategies as st

from playground.networks import Layer, NetworkSpec
from playground.networks.fixes import Edit, Remove, SetStepArguments, set_arguments
from playground.networks.spec import Arguments, Forward, Step


def failing_module(spec: NetworkSpec, input_shape: tuple[int, ...]) -> str | None:
    """The path of the innermost module that PyTorch has entered, and not left, when it raises; None if it does not."""
    model = spec.build().eval()
    entered: list[str] = []

    def leave(*_: object) -> None:
        entered.pop()

    for path, module in model.named_modules():
        module.register_forward_pre_hook(lambda _, __, path=path: entered.append(path))
        module.register_forward_hook(leave)
    try:
        with torch.no_grad():
            model(torch.zeros(input_shape))
    except Exception:
        return entered[-1]
    return None


@st.composite
def networks_of_modules(draw: st.DrawFn) -> NetworkSpec:
    """A convolution and then blocks, each of which works on what the one before gives."""
    channels = draw(st.integers(2, 6))
    size = draw(st.integers(8, 16))
    layers = [_convolution("stem", 3, channels, 3)]
    for index in range(draw(st.integers(1, 3))):
        block, channels = draw(st.sampled_from([_residual, _branches, _dense, _gate, _merging]))(draw, channels)
        layers.append(replace(block, name=f"block{index}"))
    return NetworkSpec("Drawn", tuple(layers), (3, size, size))


@st.composite
def networks_of_modules_with_a_fault(draw: st.DrawFn) -> NetworkSpec:
    """Such a network of which one layer or step was changed; most of these changes break it."""
    spec = draw(networks_of_modules())
    return draw(st.sampled_from(list(_faults(spec)))).apply(spec)


def _convolution(name: str, given: int, made: int, kernel: int, **more: int) -> Layer:
    sizes = {"in_channels": given, "out_channels": made, "kernel_size": kernel, "padding": kernel // 2}
    return Layer(name, "Conv2d", {**sizes, **more})


def _residual(draw: st.DrawFn, channels: int) -> tuple[Layer, int]:
    """Two convolutions and a way around them, which projects where they change the shape."""
    made, stride = draw(st.sampled_from([(channels, 1), (channels + 2, 1), (channels + 2, 2)]))
    children = [
        _convolution("conv1", channels, made, 3, stride=stride),
        Layer("norm", "BatchNorm2d", {"num_features": made}),
        _convolution("conv2", made, made, draw(st.sampled_from([1, 3, 5]))),
    ]
    steps = [Step("y", child="conv1"), Step("y", child="norm"), Step("y", operation="relu"), Step("y", child="conv2")]
    way = "x"
    if made != channels:
        children.append(_convolution("shortcut", channels, made, 1, stride=stride))
        steps.append(Step("z", child="shortcut", inputs=("x",)))
        way = "z"
    steps.append(Step(operation="add", inputs=("y", way)))
    return Layer("", "Module", children=tuple(children), forward=Forward(tuple(steps))), made


def _branches(draw: st.DrawFn, channels: int) -> tuple[Layer, int]:
    """Convolutions side by side, in a ModuleList or ModuleDict."""
    kind, rule = draw(st.sampled_from(["ModuleList", "ModuleDict"])), draw(st.sampled_from(["sum", "concatenate"]))
    kernels = draw(st.lists(st.sampled_from([1, 3, 5]), min_size=2, max_size=3))
    branches = tuple(
        _convolution(str(index) if kind == "ModuleList" else f"branch{index}", channels, 4, kernel)
        for index, kernel in enumerate(kernels)
    )
    return Layer("", kind, children=branches, rule=rule), 4 if rule == "sum" else 4 * len(kernels)


def _dense(draw: st.DrawFn, channels: int) -> tuple[Layer, int]:
    count = draw(st.integers(1, 3))
    layers = tuple(_convolution(str(index), channels + 2 * index, 2, 3) for index in range(count))
    return Layer("", "ModuleList", children=layers, rule="dense"), channels + 2 * count


def _gate(draw: st.DrawFn, channels: int) -> tuple[Layer, int]:
    """Channels weighed by a linear layer on their means."""
    hidden = draw(st.integers(1, 4))
    children = (
        Layer("narrow", "Linear", {"in_features": channels, "out_features": hidden}),
        Layer("widen", "Linear", {"in_features": hidden, "out_features": channels}),
    )
    steps = (
        Step("y", operation="mean"),
        Step("y", child="narrow"),
        Step("y", child="widen"),
        Step("y", operation="reshape", arguments={"shape": (channels, 1, 1)}),
        Step(operation="multiply", inputs=("x", "y")),
    )
    return Layer("", "Module", children=children, forward=Forward(steps)), channels


def _merging(draw: st.DrawFn, channels: int) -> tuple[Layer, int]:
    """Smaller, larger again, and beside what there was, as a U-Net does."""
    children = (
        Layer("pool", "MaxPool2d", {"kernel_size": 2}),
        _convolution("conv", channels, 3, draw(st.sampled_from([1, 3]))),
    )
    steps = (
        Step("y", child="pool"),
        Step("y", child="conv"),
        Step("y", operation="interpolate_like", inputs=("y", "x")),
        Step(operation="concatenate", inputs=("x", "y")),
    )
    return Layer("", "Module", children=children, forward=Forward(steps)), channels + 3


def _faults(spec: NetworkSpec) -> Iterator[Edit]:
    """The slips that people make in such blocks."""
    for path, layer in spec.walk():
        for width in ("in_channels", "out_channels", "num_features", "in_features", "out_features"):
            if width in layer.arguments:
                yield set_arguments(path, **{width: layer.arguments[width] + 3})
        if layer.type == "Conv2d":
            yield set_arguments(path, padding=layer.arguments["padding"] + 1)
            yield set_arguments(path, stride=3)
            yield set_arguments(path, kernel_size=31)
        if not layer.children:
            yield Remove(path)
        for index, step in enumerate(layer.forward.steps if layer.forward else ()):
            if step.operation == "concatenate":
                yield SetStepArguments(path, index, Arguments({"dim": 2}))
            if step.operation == "reshape":
                yield SetStepArguments(path, index, Arguments({"shape": (7, 1, 1)}))
            if step.operation == "mean":
                yield SetStepArguments(path, index, Arguments({"dim": (1, 2)}))
