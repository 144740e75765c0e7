"""Networks in scripts: what stands around a class or a Sequential is followed, or no obstacle."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from playground.networks import NetworkSpec, SpecError
from tests.networks.weights import randomise

MLP = """
class MLP(nn.Module):
    def __init__(self, inputs, hidden=5, classes=2):
        super(MLP, self).__init__()
        self.fc1 = nn.Linear(inputs, hidden)
        self.relu = nn.ReLU()
        self.fc2 = nn.Linear(hidden, classes)
    def forward(self, x):
        return self.fc2(self.relu(self.fc1(x)))
"""
TRAINING = """
device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
parser = argparse.ArgumentParser()
parser.add_argument('--rate', type=float, default=0.1)
args = parser.parse_args([])
net = net.to(device)
if device == 'cuda':
    net = nn.DataParallel(net)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=args.rate)
loader = [(torch.randn(3, 4), torch.zeros(3, dtype=torch.long))]
losses = []
for epoch in range(2):
    for i, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = criterion(net(x), y)
        loss.backward()
        losses.append(loss.item())
        print(f'{epoch} {loss.item():.3f}')
with torch.no_grad():
    total = sum(net(x).shape[0] for x, y in loader)
"""


def executed(source: str) -> nn.Module:
    """The network named `net` that Python makes of a source."""
    namespace: dict[str, Any] = {"nn": nn, "torch": torch, "F": nn.functional, "__name__": "__main__"}
    exec("import argparse\n" + source, namespace)
    model: nn.Module = namespace["net"]
    randomise(model)
    return model.eval()


def assert_same_as_executed(source: str, spec: NetworkSpec) -> None:
    """What was read computes what the network of Python computes, with the same weights."""
    model = executed(source)
    built = spec.build().eval()
    values, keys = list(model.state_dict().values()), list(built.state_dict())
    built.load_state_dict(dict(zip(keys, values, strict=True)))
    batch = torch.randn(2, 4)
    torch.testing.assert_close(built(batch), model(batch))


@pytest.mark.parametrize(
    "source",
    [
        "net = nn.Sequential()\nfor i in range(3): net.append(nn.Linear(4, 4))",
        "layers = []\nfor i in range(3):\n    layers += [nn.Linear(4, 4), nn.ReLU()]\nnet = nn.Sequential(*layers)",
        "n = 3\nn += 1\nnet = nn.Sequential(nn.Linear(4, n))",
        "n = 3\nif n > 2: net = nn.Sequential(nn.Linear(4, 7))\nelse: net = nn.Sequential(nn.Linear(4, 2))",
        "a, b = 4, 3\nnet = nn.Sequential(nn.Linear(a, b))",
        "net = nn.Sequential(nn.ReLU(), nn.Linear(4, 3))\ndel net[0]",
        "net = nn.Linear(4, 1)",
        "n = 3\ndef step():\n    global n\n    n += 1\nstep()\nnet = nn.Linear(4, n)",
        "while True:\n    net = nn.Sequential(nn.Linear(4, 3))\n    break",
        "def grow(net, n):\n    net.append(nn.Linear(n, n))\nnet = nn.Sequential(nn.ReLU())\ngrow(net, 4)",
        "try:\n    import missing_package\nexcept ImportError:\n    missing_package = None\n"
        "net = nn.Sequential(nn.Linear(4, 3))",
        "body = nn.Sequential(nn.Linear(4, 3))\nhead = nn.Sequential(nn.Linear(3, 2))\nnet = nn.Sequential(body, head)",
        MLP + "net = nn.Sequential(MLP(4, 6, 3), nn.ReLU(), MLP(3))",
        MLP + "inputs = 4\nhidden, classes = 8, 3\nnet = MLP(inputs, hidden, classes=classes).to('cpu').eval()",
        MLP + "def MLP8(): return MLP(4, 8)\nnet = MLP8()",
        MLP + "net = MLP(4)\nnet.fc2 = nn.Linear(net.fc2.in_features, 9)",
        MLP + "net = MLP(4)\nnet.unused = 3\nnet.fc1 = nn.Sequential(net.fc1, nn.Tanh())",
        MLP + "def main():\n    global net\n    net = MLP(4, 7)\n    for each in net.data(): pass\n"
        "try: main()\nexcept AttributeError: pass",
    ],
)
@pytest.mark.parametrize("around", ["", TRAINING], ids=["alone", "trained"])
def test_a_script_makes_the_network_that_python_makes(source: str, around: str) -> None:
    assert_same_as_executed(source + "\n" + around, NetworkSpec.from_code(source + "\n" + around))


@pytest.mark.parametrize("made", ["MLP(4, 7)", "MLP(inputs=4, hidden=3).cpu()", "nn.Sequential(MLP(4))"])
def test_the_network_can_be_named(made: str) -> None:
    source = f"{MLP}other = MLP(5)\nnet = {made}\nlast = nn.Sequential(nn.ReLU(), MLP(4))\n"
    assert_same_as_executed(source, NetworkSpec.from_code(source, "net"))


def test_arguments_that_are_given_count_more_than_those_of_the_text() -> None:
    spec = NetworkSpec.from_code(MLP + "net = MLP(4, 7)", arguments={"inputs": 3})
    assert spec.trace((2, 3)).output_shape == (2, 2)
    assert spec.layers[0].arguments["out_features"] == 5


@pytest.mark.parametrize(
    ("source", "line", "column", "said"),
    [
        ("net = nn.Sequential()\nfor i in torch.arange(3): net.append(nn.Linear(4, 4))", 2, 10, "torch.arange"),
        ("net = nn.Sequential()\nnet.append(unknown())", 2, 12, "'unknown'"),
        ("net = nn.Sequential(nn.ReLU())\nnet[0] = unknown()", 2, 10, "'unknown'"),
        ("net = nn.Sequential(nn.ReLU())\nnet = unknown(net)", 2, 7, "'unknown'"),
        ("net = nn.Sequential(nn.ReLU())\nother = net\nif unknown(): other.append(nn.ReLU())", 3, 4, "'unknown'"),
        (
            "n = 3\nwith open('n') as file:\n    n = int(file.read())\nnet = nn.Linear(4, n)",
            4,
            20,
            "line 3 cannot be read",
        ),
        ("for n in unknown(): pass\nnet = nn.Linear(4, n)", 2, 20, "line 1 cannot be read"),
        (MLP + "n = unknown()\nnet = MLP(n)", 11, 11, "line 10 cannot be read"),
        (MLP + "net = MLP(4)\nnet.fc1 = unknown(net.fc1)", 11, 11, "'unknown'"),
        (MLP + "net = MLP(4)\ndef change(it): it.fc1 = unknown()\nchange(net)", 11, 26, "'unknown'"),
        (
            MLP.replace("(self, x):", "(self, x):\n        x = x + 1").replace("        return", "    return"),
            10,
            5,
            "return stands in no function",
        ),
        ("net = nn.Sequential()\nbreak", 2, 1, "stands in no loop"),
    ],
)
def test_what_may_have_changed_the_network_and_cannot_be_read_is_named(
    source: str, line: int, column: int, said: str
) -> None:
    with pytest.raises(SpecError) as raised:
        NetworkSpec.from_code(source)
    assert said in raised.value.message
    assert (raised.value.line, raised.value.column) == (line, column)
