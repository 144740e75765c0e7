"""Modules that are given lists of tensors, which are joined before them; forwards are read for what they get."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from playground.networks import NetworkSpec, SpecError

LAYER = """
class Layer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, 4)
    def forward(self, features):
        joined = torch.cat(features, 1) if isinstance(features, list) else features
        {rest}
"""
NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = Layer(4), Layer({width})
    def forward(self, x):
        {forward}
"""


@pytest.mark.parametrize("rest", ["return self.fc(joined)", "return self.fc(joined) + self.fc(joined * 2)"])
@pytest.mark.parametrize(
    ("width", "forward"),
    [
        (8, "return self.b([x, self.a(x)])"),
        (8, "y = self.a([x])\n        return self.b([x, y]) + self.b([y, x])"),
        (12, "y = self.a(x)\n        return self.b([x, y, x])"),
        (8, "y = self.a(x)\n        return self.b([x, y]) + self.b(torch.cat([x, y], 1))"),
    ],
)
def test_a_list_of_tensors_is_joined_before_a_module_that_joins_it(rest: str, width: int, forward: str) -> None:
    source = LAYER.format(rest=rest) + NET.format(width=width, forward=forward)
    namespace: dict[str, Any] = {"nn": nn, "torch": torch, "__name__": "source"}
    exec(source, namespace)
    model = namespace["Net"]()
    spec = NetworkSpec.from_code(source)
    built = spec.build()
    built.load_state_dict(model.state_dict())
    batch = torch.randn(2, 4)
    torch.testing.assert_close(built(batch), model(batch))
    assert NetworkSpec.from_code(spec.to_code()) == spec


@pytest.mark.parametrize(
    ("rest", "forward", "said"),
    [
        ("return self.fc(features[0])", "return self.b([x, x])", "of the list"),
        ("return self.fc(joined) + features[0]", "return self.b([x, x])", "of the list"),
        ("return self.fc(torch.cat(features[:2], 1))", "return self.b([x, x, x])", "of the list"),
        (
            "return self.fc(joined) + (1 if isinstance(features, list) else 2)",
            "return self.b(torch.cat([x, x], 1)) + self.b([x, x])",
            "something else of a list than of a tensor",
        ),
        (
            "return self.fc(joined) + (1 if isinstance(features, list) else 2)",
            "return self.b([x, x]) + self.b(torch.cat([x, x], 1))",
            "something else of a list than of a tensor",
        ),
    ],
)
def test_a_module_that_makes_something_else_of_a_list_is_refused(rest: str, forward: str, said: str) -> None:
    with pytest.raises(SpecError, match=said) as raised:
        NetworkSpec.from_code(LAYER.format(rest=rest) + NET.format(width=8, forward=forward))
    assert raised.value.line is not None


def test_a_module_that_is_changed_after_it_was_made_computes_with_what_it_has_then() -> None:
    source = LAYER.format(rest="return self.fc(joined) if self.is_last else joined") + (
        "net = nn.Sequential(Layer(4), Layer(4))\nnet[0].is_last = True\nnet[1].is_last = False\n"
    )
    spec = NetworkSpec.from_code(source)
    assert spec.trace((2, 4)).error is None
    applied = [[step.child for step in layer.forward.steps] for layer in spec.layers[0].children if layer.forward]
    assert applied == [["fc"], []]
