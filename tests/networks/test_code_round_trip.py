"""Spec and code say the same thing: what was written as code is read back as it was."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings

from playground.networks import Layer, NetworkSpec
from playground.networks.spec import MAX_DEPTH, Forward, Step
from tests.networks.drawn_specs import as_code_says, specs


@given(specs())
@settings(max_examples=300, deadline=None)
def test_a_drawn_spec_is_read_back_from_its_code(spec: NetworkSpec) -> None:
    assert NetworkSpec.from_code(spec.to_code()) == as_code_says(spec)


CONV = Layer("conv", "Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": 1})


@pytest.mark.parametrize(
    "steps",
    [
        (Step("y", "conv"), Step("x", operation="add", inputs=("x", "y", "y"))),
        (Step("y", operation="add", inputs=("x", "x")), Step("x", operation="add", inputs=("y", "x"))),
        (Step("y", operation="add", inputs=("x", "x")), Step("x", operation="add", inputs=("x", "y"))),
        (Step("unused", "conv"), Step("out", "conv", inputs=("x",))),
        (Step("y", "conv"), Step("pair", operation="tuple", inputs=("x", "y"))),
        (Step("y", "conv"), Step("x", operation="tuple")),
        (Step("x", operation="reshape", arguments={"shape": (-1,)}),),
        (Step("x", "conv"), Step("x", operation="reshape", arguments={"shape": (4, 4)})),
        (Step("x", operation="flatten"),),
        (Step("x", operation="concatenate"),),
        (Step("x", operation="stack"),),
    ],
)
def test_steps_are_read_back_one_to_one(steps: tuple[Step, ...]) -> None:
    spec = NetworkSpec("Net", (CONV,), (1, 4, 4), Forward(steps))
    assert NetworkSpec.from_code(spec.to_code()) == spec


def nested(kind: str, child: str, rule: str, depth: int) -> NetworkSpec:
    """A layer in as many containers as the spec has levels for."""
    layer = Layer(child, "Tanh")
    for level in range(depth - 1, 0, -1):
        layer = Layer(child if level > 1 else "top", kind, children=(layer,), rule=rule)
    return NetworkSpec("Net", (layer,), (3,))


@pytest.mark.parametrize(
    ("kind", "child", "rule"),
    [
        ("Sequential", "0", ""),
        ("Sequential", "inner", ""),
        ("ModuleList", "0", "sum"),
        ("ModuleDict", "inner", "dense"),
        ("Module", "inner", ""),
    ],
)
@pytest.mark.parametrize("depth", [10, 11, 12, 13, MAX_DEPTH])
def test_networks_as_deep_as_they_may_be_are_read_back(kind: str, child: str, rule: str, depth: int) -> None:
    spec = nested(kind, child, rule, depth)
    code = spec.to_code()
    assert NetworkSpec.from_code(code) == as_code_says(spec)
    assert max(map(len, code.splitlines())) <= 88
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(code, namespace)
    batch = torch.randn(2, 3)
    torch.testing.assert_close(namespace["Net"]()(batch), spec.build()(batch))


def test_the_shape_is_that_of_the_batch_even_where_the_network_does_not_take_it() -> None:
    spec = NetworkSpec("Net", (Layer("fc", "Linear", {"in_features": 784, "out_features": 10}),), (3, 32, 32))
    assert NetworkSpec.from_code(spec.to_code()) == spec
