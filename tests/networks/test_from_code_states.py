"""What layers give with their output is read where it is known, however it is taken, and else refused."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from playground.networks import NetworkSpec, SpecError

LAYERS = """self.gru = nn.GRU(8, 2, batch_first={first}); self.fc = nn.Linear(2, 3); self.wide = nn.Linear(8, 3)
        self.lstm = nn.LSTM(8, 2, batch_first={first}); self.deep = nn.LSTM(8, 2, 2, batch_first={first})
        self.attention = nn.MultiheadAttention(8, 2, batch_first={first})
        self.both = nn.GRU(8, 2, bidirectional=True, batch_first={first}); self.last = nn.Linear(4, 3)"""
SUB = """class Sub(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(8, 8, batch_first=True)

    def forward(self, x):
        {body}

"""


def network(forward: str, init: str, classes: str = "") -> str:
    lines = "\n        ".join(forward.split("\n"))
    return (
        f"import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n{classes}class Net(nn.Module):\n"
        f"    def __init__(self):\n        super().__init__()\n        {init}\n\n"
        f"    def forward(self, x):\n        {lines}\n"
    )


def assert_same_as_python(source: str) -> None:
    spec, namespace = NetworkSpec.from_code(source), dict[str, Any](__name__="source")
    exec(source, namespace)
    torch.manual_seed(0)
    model: torch.nn.Module = namespace["Net"]().eval()
    exec(spec.to_code(), namespace)
    batch = torch.randn(3, 5, 8)
    for built in (spec.build().eval(), namespace["Net"]().eval()):
        built.load_state_dict(model.state_dict())
        with torch.no_grad():
            torch.testing.assert_close(built(batch), model(batch))


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    "forward",
    [
        "h = self.gru(x)[1]\nreturn self.fc(h[-1])",
        "return self.fc(self.gru(x)[1].squeeze(0))",
        "return self.fc(torch.squeeze(self.gru(x)[1], 0))",
        "out = self.gru(x)\nreturn self.fc(out[1][0]) + self.fc(out[0]).mean()",
        "return self.fc(self.gru(x)[-1][-1])",
        "return self.fc(self.lstm(x)[1][0][-1])",
        "return self.fc(self.deep(x)[1][0][1])",
        "return self.wide(self.attention(x, x, x)[-2])",
        "out, h = self.lstm(x)\nreturn self.fc(h[0][-1])",
        "out, h = self.lstm(x)\nreturn self.fc(h[0].squeeze(0))",
        "_, (h, c) = self.deep(x)\nfirst, last = h\nreturn self.fc(last)",
        "out, state = self.deep(x)\nh, c = state\nreturn self.fc(h[-1])",
        "self.gru.flatten_parameters()\nreturn self.fc(self.gru(x)[0])",
        "_, h = self.gru(x)\nreturn self.fc(h[-1, :, :]) + self.fc(h[0, :]) + self.fc(h[-1, ...])",
    ],
)
def test_a_part_of_what_a_layer_gives_is_that_part(forward: str, first: bool) -> None:
    source = network(forward.replace(".mean()", ".mean((0, 1))"), LAYERS.format(first=first))
    assert_same_as_python(source)


@pytest.mark.parametrize(
    ("forward", "problem"),
    [
        ("return self.fc(self.lstm(x)[1][0])", "is the pair (h_n, c_n)"),
        ("return self.fc(self.deep(x)[1][0][0])", "is the pair (h_n, c_n)"),
        ("return self.fc(self.lstm(x)[1][1][-1])", "is the pair (h_n, c_n)"),
        ("o, h = self.lstm(x); return self.fc(h[-1])", "is the pair (h_n, c_n)"),
        ("o, h = self.lstm(x); return self.fc(h[0])", "is the pair (h_n, c_n)"),
        ("o, h = self.lstm(x); return self.fc(h)", "is the pair (h_n, c_n)"),
        ("o, h = self.lstm(x); return self.fc(h.squeeze(0))", "is the pair (h_n, c_n)"),
        ("o, h = self.lstm(x); return self.fc(h[0] * 2)", "is the pair (h_n, c_n)"),
        ("o, h = self.lstm(x); return h[0]", "is the pair (h_n, c_n)"),
        ("o, (h, c) = self.lstm(x); return self.lstm(x, (h, c))[0]", "is the pair (h_n, c_n)"),
        ("o, h = self.gru(x); return self.fc(F.relu(h))", "of a layer with a state only the output is known"),
        ("_, h = self.gru(x); a, b = h; return self.fc(a)", "only the output is known"),
        ("o, h, c = self.lstm(x); return o", "2 values cannot be given to 3 names"),
        ("return self.attention(x, x, x)[1]", "the weights of an attention are not known here"),
        ("return self.fc(self.gru(x)[:1])", "gives 2 values"),
        ("return self.fc(self.gru(x)[2])", "gives 2 values"),
        ("_, h = self.both(x); return self.last(torch.cat((h[-2], h[-1]), 1))", "take its last step, out[:, -1]"),
        ("_, h = self.both(x); return self.last(torch.cat((h[-2,:,:], h[-1,:,:]), dim=1))", "both directions"),
    ],
)
def test_what_is_not_known_of_a_state_is_refused(forward: str, problem: str) -> None:
    source = network(forward, LAYERS.format(first=True))
    with pytest.raises(SpecError, match="Line ") as raised:
        NetworkSpec.from_code(source)
    assert problem in raised.value.message
    assert raised.value.line == source.count("\n")


@pytest.mark.parametrize(
    ("body", "forward"),
    [
        ("return self.gru(x)", "return self.fc(self.sub(x)[0])"),
        ("y = self.gru(x); return y", "out, _ = self.sub(x); return self.fc(out)"),
        ("o, h = self.gru(x); return o, h", "out, _ = self.sub(x); return self.fc(out)"),
        ("o, h = self.gru(x); return o, h, x", "o, _, y = self.sub(x); return self.fc(o) + y"),
        ("o, h = self.gru(x); return h[-1], h, x", "return self.fc(self.sub(x)[2])"),
        ("o, h = self.gru(x); return h[-1], h, x", "return self.sub(x)[-1] + self.fc(self.sub(x)[0])[:, None]"),
    ],
)
def test_a_module_gives_its_values_in_their_order(body: str, forward: str) -> None:
    assert_same_as_python(network(forward, "self.sub = Sub(); self.fc = nn.Linear(8, 8)", SUB.format(body=body)))


@pytest.mark.parametrize("body", ["return self.gru(x)", "o, h = self.gru(x); return o, h"])
@pytest.mark.parametrize("forward", ["return self.fc(self.sub(x)[1])", "_, h = self.sub(x); return self.fc(h[-1])"])
def test_the_state_that_a_module_gives_is_refused(body: str, forward: str) -> None:
    source = network(forward, "self.sub = Sub(); self.fc = nn.Linear(8, 8)", SUB.format(body=body))
    with pytest.raises(SpecError, match="not known outside of the module") as raised:
        NetworkSpec.from_code(source)
    assert raised.value.line == source.count("\n")


@pytest.mark.parametrize("name", ["nn.utils.rnn.pack_padded_sequence", "torch.nn.utils.rnn.pack_padded_sequence"])
def test_packed_sequences_are_refused(name: str) -> None:
    source = network(f"return self.fc(self.gru({name}(x, [5, 5, 5]))[0])", LAYERS.format(first=True))
    with pytest.raises(SpecError, match="packed sequences are not read") as raised:
        NetworkSpec.from_code(source)
    assert raised.value.line == source.count("\n")


def test_a_method_that_a_layer_has_is_not_said_to_be_missing() -> None:
    source = network("self.gru.all_weights()\nreturn self.gru(x)[0]", LAYERS.format(first=True))
    with pytest.raises(SpecError, match="cannot be read in a forward"):
        NetworkSpec.from_code(source)


def test_a_slice_in_the_brackets_of_a_list_is_refused_by_its_name() -> None:
    source = network("return [x, x][0, :]", LAYERS.format(first=True))
    with pytest.raises(SpecError, match="the slice : beside a comma is read in the brackets of a tensor only"):
        NetworkSpec.from_code(source)
