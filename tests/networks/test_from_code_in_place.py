"""Tensors that are changed in place, also inside of modules: read as Python runs them, or refused."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from playground.networks import NetworkSpec, SpecError
from tests.networks.weights import randomise

SOURCE = """
class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.act = nn.ReLU(inplace=True)
    def forward(self, x):
        {inner}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.act = nn.ReLU(inplace=True)
        self.drop = nn.Dropout()
        self.flat = nn.Flatten()
        self.inner = Inner()
        self.both = nn.Sequential(nn.Identity(), Inner())
    def forward(self, x):
        y = self.fc(x)
        {forward}
"""
INNER = [
    "return self.fc(x)",
    "return x",
    "return x.view(-1, 4)",
    "return self.act(x)",
    "return self.fc(self.act(x))",
    "self.act(x); return self.fc(x)",
    "x += 1; return self.fc(x)",
    "x.add_(1); return self.fc(x)",
    "x += self.fc(x); return x",
    "x = F.relu(x, inplace=True); return self.fc(x)",
    "return x.relu_()",
    "y = x.view(-1, 4); y += 1; return self.fc(y)",
    "y = self.act(x); y += 1; return self.fc(y)",
    "x = x.clone(); x += 1; return self.fc(x)",
    "x = self.fc(x); x += 1; return x",
]
AROUND_A_MODULE = [
    "return self.inner(y)",
    "y = self.inner(y); return y * y",
    "z = self.inner(y); return z + y",
    "return y + self.inner(y)",
    "return self.inner(y) + self.inner(y)",
    "z = self.inner(y.view(-1, 4)); return z + y",
    "z = self.inner(y.clone()); return z + y",
    "z = y.clone(); return self.inner(y) + z",
    "z = self.both(y); return z * y",
    "self.both(y); return y",
    "z = self.inner(y); return y",
    "z = self.inner(y); z += 1; return z * y",
    "y = self.act(y); z = self.inner(y); return z * y",
    "z = y * 2; return self.inner(y) + z",
    "z = [y * 2]; return self.inner(y) + z[0]",
    "return torch.cat([y * 2, self.inner(y), y], 1)",
]
ALONE = [
    "out = self.act(y); out += 1; return y",
    "out = self.act(y); out += 1; return y + out",
    "out = self.act(y); y += 1; return out",
    "out = self.act(y); z = self.fc(y); out.mul_(2); return z + y + out",
    "out = self.act(y); return y",
    "out = self.act(self.flat(y)); out += 1; return y",
    "out = self.act(y).view(-1, 4); out += 1; return y",
    "out = [y * 2]; z = self.act(y); return out[0] + z",
    "out = y.clone(); z = self.act(y); return out + z",
    "z = self.act(y.clone()); return y + z",
    "return y + y.relu_()",
    "return y.relu_() + y",
    "return torch.cat([y, y.relu_()], 1)",
    "return y.add(y.relu_())",
    "z = self.flat(y); z += 1; return y",
    "z = self.drop(y); z += 1; return y",
    "z = F.dropout(y, 0.5, self.training); z += 1; return y",
    "z = {'a': y}; y += 1; return z['a']",
    "z = [y]; z[0] += 1; return y",
    "a, b = y.chunk(2, 1); a += 1; return a * b",
    "a, b = y.chunk(2, 1); a += 1; return y",
    "a, b = y[:, :2], y[:, 2:]; a += 1; return b",
    "a, b = y[:, :3], y[:, 2:]; a += 1; return b",
]


def weights_and_output(model: nn.Module, batch: torch.Tensor) -> tuple[dict[str, Any], torch.Tensor]:
    randomise(model)
    with torch.no_grad():
        return model.state_dict(), model.eval()(batch.clone())


def assert_read_right_or_refused(source: str) -> bool:
    """Whether the source was read; then the network and its code compute what Python computes, and nothing else."""
    namespace: dict[str, Any] = {"nn": nn, "torch": torch, "F": nn.functional, "__name__": "source"}
    exec(source, namespace)
    batch = torch.randn(3, 4)
    weights, expected = weights_and_output(namespace["Net"](), batch)
    refused = None
    try:
        spec = NetworkSpec.from_code(source)
    except SpecError as error:
        refused = error
    if refused:
        assert "in place" in refused.message
        assert refused.line is not None
        return False
    exec(spec.to_code(), namespace)
    for model in (spec.build(), namespace["Net"]()):
        model.load_state_dict(weights)
        with torch.no_grad():
            torch.testing.assert_close(model.eval()(batch.clone()), expected)
    assert NetworkSpec.from_code(spec.to_code()) == spec
    return True


@pytest.mark.parametrize("inner", INNER)
def test_a_module_that_may_change_its_input_is_read_right_or_refused(inner: str) -> None:
    read = [assert_read_right_or_refused(SOURCE.format(inner=inner, forward=forward)) for forward in AROUND_A_MODULE]
    # What is not used again after it may be changed.
    assert read[:2] == [True, True]


def test_only_what_is_used_after_a_change_is_refused() -> None:
    for forward in AROUND_A_MODULE:
        assert assert_read_right_or_refused(SOURCE.format(inner=INNER[0], forward=forward))


@pytest.mark.parametrize("forward", ALONE)
def test_a_forward_that_changes_tensors_in_place_is_read_right_or_refused(forward: str) -> None:
    assert_read_right_or_refused(SOURCE.format(inner="return x", forward=forward))


@pytest.mark.parametrize(
    ("inner", "forward", "line", "said"),
    [
        (
            "x += 1; return x",
            "z = self.inner(y); return z + y",
            20,
            r"self.inner\(y\).* in line 8 .*x = x \+ y in place",
        ),
        ("return x", "z = y.view(-1, 4)\n        z += 1\n        return y", 21, r"z \+= 1 changes .*used again"),
        ("return x", "z = self.act(y)\n        return y", 20, r"self.act\(y\).*without inplace=True"),
    ],
)
def test_what_is_changed_and_used_again_is_named_with_its_line(inner: str, forward: str, line: int, said: str) -> None:
    with pytest.raises(SpecError, match=said) as raised:
        NetworkSpec.from_code(SOURCE.format(inner=inner, forward=forward))
    assert raised.value.line == line


def test_branches_that_change_what_others_are_given_are_refused() -> None:
    branches = (
        "class SumList(nn.ModuleList):\n    def forward(self, x):\n        return sum(child(x) for child in self)\n"
    )
    source = SOURCE.format(inner="x += 1; return self.fc(x)", forward="return self.many(y)")
    source = branches + source.replace("self.drop = nn.Dropout()", "self.many = SumList([Inner(), nn.Linear(4, 4)])")
    with pytest.raises(SpecError, match="every branch of a ModuleList"):
        NetworkSpec.from_code(source)
