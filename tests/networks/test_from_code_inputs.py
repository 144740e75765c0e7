"""What a forward gives a module is bound to the parameters of its forward, as Python binds it."""

from __future__ import annotations

import pytest
import torch

from playground.networks import NetworkSpec, SpecError
from tests.networks.test_from_code_constructs import made

ATTENTION = "self.m = nn.MultiheadAttention(8, 2, batch_first=True); self.a = nn.Linear(8, 8); self.b = nn.Linear(8, 8)"
TWO = """class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 8)

    def forward(self, x1, x2, flip=False):
        return x1 - self.layer(x2) if flip else self.layer(x1) - x2

"""
TWICE = "self.s = Two(); self.a = nn.Linear(8, 8)"
UP = """class Up(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Linear(8, 8)

    def forward(self, x, skip=None, *, gate=None):
        if skip is not None:
            x = torch.cat([x, skip], 1)[:, 2:10] + x
        if gate is not None:
            x = x * gate
        return self.c(x)

"""
DECODER = "self.u1 = Up(); self.u2 = Up(); self.a = nn.Linear(8, 8)"


def network(init: str, forward: str, classes: str = "") -> str:
    lines = "\n        ".join(forward.split("\n"))
    return (
        f"import torch\nfrom torch import nn\n\n{classes}class Net(nn.Module):\n    def __init__(self):\n"
        f"        super().__init__()\n        {init}\n\n    def forward(self, x):\n        {lines}\n"
    )


def assert_same_as_python(source: str, shape: tuple[int, ...]) -> None:
    spec, model = NetworkSpec.from_code(source), made(source)
    batch = torch.randn(shape)
    for built in (spec.build().eval(), made(spec.to_code())):
        built.load_state_dict(model.state_dict())
        with torch.no_grad():
            torch.testing.assert_close(built(batch), model(batch))


@pytest.mark.parametrize(
    "forward",
    [
        "y, _ = self.m(x, value=x, key=self.a(x))\nreturn y",
        "y, _ = self.m(key=self.a(x), query=x, value=self.b(x))\nreturn y",
        "y, _ = self.m(self.a(x), x, x, None, False)\nreturn y",
        "y, _ = self.m(value=x, query=x, key=x, need_weights=False)\nreturn y",
        "return self.a(input=x)",
    ],
)
def test_the_inputs_of_a_layer_go_by_their_names(forward: str) -> None:
    assert_same_as_python(network(ATTENTION, forward), (3, 5, 8))


@pytest.mark.parametrize(
    "forward",
    [
        "return self.s(x2=x, x1=self.a(x))",
        "return self.s(**dict(x2=x, x1=self.a(x)))",
        "return self.s(x, x2=self.a(x))",
        "return self.s(x, self.a(x), True)",
        "return self.s(x, flip=True, x2=self.a(x))",
        "return self.s(x, self.a(x)) + self.s(self.a(x), x, flip=False)",
    ],
)
def test_the_inputs_of_a_module_go_by_their_names(forward: str) -> None:
    assert_same_as_python(network(TWICE, forward, TWO), (3, 8))


@pytest.mark.parametrize(
    "forward",
    [
        "return self.u2(self.u1(x), x)",
        "return self.u2(self.u1(x), skip=self.a(x))",
        "return self.u2(self.u1(x), None, gate=x)",
        "return self.u2(gate=self.a(x), x=self.u1(x, None), skip=x)",
        "return self.u1(self.u1(x, x), skip=x)",
    ],
)
def test_an_input_with_a_default_is_there_where_a_call_gives_it(forward: str) -> None:
    assert_same_as_python(network(DECODER, forward, UP), (3, 8))


@pytest.mark.parametrize(
    ("init", "forward", "classes", "problem"),
    [
        (ATTENTION, "return self.m(x, x, x, attn_mask=self.a(x))[0]", "", "leaves out 'key_padding_mask'"),
        (ATTENTION, "return self.m(x, key=x)[0]", "", "gives no value"),
        (ATTENTION, "return self.m(x, value=x)[0]", "", "leaves out 'key'"),
        (ATTENTION, "return self.a(x=x)", "", "has no parameter 'x'; it has input"),
        (TWICE, "return self.s(x, x, other=x)", TWO, "has no parameter 'other'; it has x1, x2, flip"),
        (TWICE, "return self.s(x, x1=x)", TWO, "gives 'x1' twice"),
        (TWICE, "return self.s(x1=x)", TWO, "gives nothing for 'x2'"),
        (TWICE, "return self.s(x, x, x, flip=1)", TWO, "gives 'flip' twice"),
        (TWICE, "return self.s(x, x, False, x)", TWO, "gives 4 inputs, and the forward of Two takes 3"),
        (TWICE, "return self.s(x, x, x.size(1))", TWO, "give all else to its constructor"),
        (TWICE, "return self.s(x, x) + self.s(x, x, True)", TWO, "make a module in __init__ for each of the two"),
        (DECODER, "return self.u1(self.u1(x), x)", UP, "make a module in __init__ for each of the two"),
    ],
)
def test_inputs_that_cannot_be_bound_are_refused(init: str, forward: str, classes: str, problem: str) -> None:
    with pytest.raises(SpecError, match="Line ") as raised:
        NetworkSpec.from_code(network(init, forward, classes))
    assert problem in raised.value.message
    assert raised.value.line == network(init, forward, classes).count("\n")


@pytest.mark.parametrize(("forward", "count"), [("return self.s(x)", 1), ("return self.s(x, x, x, x)", 4)])
def test_a_wrong_number_of_inputs_is_said_by_the_trace(forward: str, count: int) -> None:
    error = NetworkSpec.from_code(network(TWICE, forward, TWO)).trace((3, 8)).error
    assert error is not None
    assert error.path == "s"
    assert f"it is given {count}" in error.message
