from __future__ import annotations

import pytest
import torch

from playground.networks import Layer, NetworkSpec, blocks, editing, tree
from playground.networks.blocks import BLOCKS
from playground.networks.fitting import arriving_shape
from playground.networks.spec import Value

WIDTHS = {"in_channels", "out_channels", "num_features", "groups"}


def after_a_convolution(block: Layer, width: int) -> editing.Edited:
    conv = Layer("conv", "Conv2d", {"in_channels": 3, "out_channels": width, "kernel_size": 3, "padding": 1})
    return editing.add_layer(NetworkSpec("Net", (conv,), (3, 16, 16)), block, "", 1)


def what_stays(layer: Layer) -> list[dict[str, Value]]:
    """The arguments in a block that have nothing to do with widths."""
    inside = NetworkSpec("Net", (layer,), (1,)).walk()
    return [{name: each.arguments[name] for name in set(each.arguments) - WIDTHS} for _, each in inside]


@pytest.mark.parametrize("width", [3, 48])
@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_takes_other_channels_than_it_was_made_for_and_stays_as_it_is_otherwise(name: str, width: int) -> None:
    block = blocks.make(name, 24)
    spec, path = after_a_convolution(block, width)
    error = spec.trace((1, 3, 16, 16)).error
    assert what_stays(tree.find(spec, path)) == what_stays(block)
    if name == "ghost_bottleneck":
        # What it adds to its input is a concatenation, whose width no single layer decides.
        assert error is not None
        assert "projection" in repr(error.fixes)
        return
    assert error is None
    with torch.no_grad():
        spec.build().eval()(torch.zeros(1, 3, 16, 16))


def test_a_block_that_adds_its_input_gives_as_much_as_comes_in() -> None:
    spec = after_a_convolution(blocks.make("basic_block", 24, channels=24), 40).spec
    assert spec.trace((1, 3, 16, 16)).output_shape == (1, 40, 16, 16)


def test_a_kernel_that_is_too_large_is_left_for_the_person() -> None:
    block = Layer(
        "block",
        "Sequential",
        children=(Layer("0", "Conv2d", {"in_channels": 5, "out_channels": 4, "kernel_size": 20}),),
    )
    spec, path = after_a_convolution(block, 7)
    error = spec.trace((1, 3, 16, 16)).error
    assert error is not None
    assert error.path == "block.0"
    assert tree.find(spec, path).children[0].arguments["kernel_size"] == 20


def test_the_shape_that_arrives_is_that_of_the_input_of_the_layer_there() -> None:
    spec = after_a_convolution(blocks.make("double_conv", 9, out_channels=5), 9).spec
    assert arriving_shape(spec, "", 0) == (1, 3, 16, 16)
    assert arriving_shape(spec, "double_conv", 0) == (1, 9, 16, 16)
    assert arriving_shape(spec, "double_conv", 6) == (1, 5, 16, 16)
    broken = editing.set_arguments(spec, "conv", {"in_channels": 1, "out_channels": 1, "kernel_size": 1}).spec
    assert arriving_shape(broken, "double_conv", 0) is None
