"""Layers that share weights, and tensors that are changed in place: read as Python runs them, or refused."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from playground.networks import NetworkSpec, SpecError
from tests.networks.weights import randomise


def network(init: str, forward: str) -> str:
    """A source whose __init__ begins at line 4, and with one line in it has its forward at line 6."""
    return (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        {init}\n    def forward(self, x):\n        {forward}\n"
    )


def assert_same_as_executed(source: str) -> None:
    namespace: dict[str, Any] = {"nn": nn, "torch": torch, "F": nn.functional, "__name__": "source"}
    exec(source, namespace)
    model = namespace["Net"]()
    randomise(model)
    spec = NetworkSpec.from_code(source)
    built = spec.build()
    kept = built.state_dict().keys()
    built.load_state_dict({name: value for name, value in model.state_dict().items() if name in kept})
    batch = torch.randn(2, 4)
    with torch.no_grad():
        torch.testing.assert_close(built.eval()(batch.clone()), model.eval()(batch.clone()))
    assert sum(each.numel() for each in built.parameters()) == sum(each.numel() for each in model.parameters())
    assert NetworkSpec.from_code(spec.to_code()) == spec


@pytest.mark.parametrize(
    ("init", "forward"),
    [
        ("self.a = nn.Linear(4, 4); self.b = self.a", "return self.b(self.a(x))"),
        ("self.a = nn.Linear(4, 4); self.b = self.a; self.b = nn.Linear(4, 4)", "return self.b(self.a(x))"),
        ("self.a = nn.Linear(4, 4); self.both = nn.Sequential(nn.ReLU(), self.a)", "return self.both(x) + self.a(x)"),
        ("self.many = nn.ModuleList([nn.Linear(4, 4)]); self.a = self.many[0]", "return self.a(self.many[0](x))"),
        ("act = nn.ReLU(); self.net = nn.Sequential(nn.Linear(4, 4), act, nn.Linear(4, 4), act)", "return self.net(x)"),
        ("self.a = nn.Linear(4, 4); self.b = nn.Linear(4, 4); del self.b", "return self.a(x)"),
    ],
)
def test_a_layer_with_two_names_is_one_layer(init: str, forward: str) -> None:
    assert_same_as_executed(network(init, forward))


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a = nn.Linear(4, 4)\nnet = nn.Sequential(a, nn.ReLU(), a)", 2),
        ("net = nn.Sequential(*[nn.Linear(4, 4)] * 3)", 1),
        ("a = nn.Linear(4, 4)\nnet = nn.Sequential(\n    nn.Sequential(a),\n    nn.Sequential(a),\n)", 4),
        (network("self.net = nn.ModuleList([nn.Linear(4, 4)] * 3)", "return self.net[0](x)"), 4),
    ],
)
def test_a_layer_at_two_places_of_containers_is_refused(source: str, line: int) -> None:
    with pytest.raises(SpecError, match=r"stands at two places.*make two layers, or write a class") as raised:
        NetworkSpec.from_code(source)
    assert raised.value.line == line


@pytest.mark.parametrize(
    "forward",
    [
        "y = self.a(x); F.relu(y, inplace=True); return y",
        "y = self.a(x); z = F.relu(y, inplace=True); return y + z",
        "y = self.a(x); y.relu_(); return y",
        "y = self.a(x); y.relu_().add_(x); return y",
        "y = self.a(x); y.add_(x); y.mul_(2); return y",
        "y = self.a(x); self.r(y); return y",
        "y = self.a(x); self.r(y).add_(1); return y",
        "y = self.a(x); z = y; z += x; return y * z",
        "y = self.a(x); z = y.clone(); z += x; return y * z",
        "y = self.a(x); z = y + 0; z += x; return y * z",
        "y = self.a(x); kept = [y]; y += x; return torch.cat([*kept, y], 1)",
        "y = self.a(x); before = [y * 2]; y += x; return torch.cat([*before, y], 1)",
        "y = self.a(x); F.relu(F.relu(y), inplace=True); return y",
        "y = self.a(x); z = y @ x.t(); y @= x.t(); return y + z",
        "def change(t): t.relu_(); return t + 1\n        y = self.a(x); z = change(y); return y * z",
        "a, b = self.a(x).chunk(2, dim=1); a.sigmoid_(); return a * b",
        "y = self.a(x).flatten(1); y += 1; return y",
    ],
)
def test_what_is_changed_in_place_stays_changed(forward: str) -> None:
    assert_same_as_executed(network("self.a = nn.Linear(4, 4); self.r = nn.ReLU(inplace=True)", forward))


@pytest.mark.parametrize(
    "forward",
    [
        "y = self.a(x)\n        z = y.transpose(0, 1); z += 1; return y",
        "y = self.a(x)\n        z = y.transpose(0, 1); y += 1; return z",
        "y = self.a(x)\n        a, b = y.chunk(2, dim=1); a.relu_(); return y",
    ],
)
def test_a_view_of_what_is_changed_in_place_is_refused(forward: str) -> None:
    with pytest.raises(SpecError, match=r"changes a tensor in place that is used again.*without") as raised:
        NetworkSpec.from_code(network("self.a = nn.Linear(4, 4)", forward))
    assert raised.value.line == 7
