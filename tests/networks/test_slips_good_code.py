"""Correct source has no slips, and no text at all makes the search fail."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.networks import NetworkSpec, presets
from playground.networks.slips import apply_slips, find_slips
from tests.networks.drawn_networks import networks
from tests.networks.test_slips import CASES, GOOD, MANY, Case

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n"

CORRECT = {
    "a bare sequential": "nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10))",
    "an assigned sequential": "model = nn.Sequential(\n    nn.Linear(784, 100),\n    nn.ReLU(),\n)\n",
    "names imported one by one": """
from torch.nn import BatchNorm1d, Linear, Module, ReLU, Sequential
from torch.nn.functional import relu, max_pool2d as pool

class Net(Module):
    def __init__(self, features):
        super(Net, self).__init__()
        self.net = Sequential(Linear(features, 10), BatchNorm1d(10), ReLU())
    def forward(self, x):
        return relu(self.net(x))
""",
    "tabs throughout": HEAD + "class Net(nn.Module):\n\tdef __init__(self):\n\t\tsuper().__init__()\n"
    "\t\tself.fc = nn.Linear(1, 1)\n\n\tdef forward(self, x):\n\t\treturn self.fc(x)\n",
    "the old form of super": HEAD
    + """class Net(nn.Module):
    def __init__(self):
        nn.Module.__init__(self)
        self.fc = nn.Linear(1, 1)

    def forward(self, input):
        return self.fc(input)
""",
    "blocks, loops and helpers": HEAD
    + '''
def conv3x3(in_planes, out_planes, stride=1):
    """3x3 convolution with padding"""
    return nn.Conv2d(in_planes, out_planes, kernel_size=3, stride=stride, padding=1, bias=False)


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super(BasicBlock, self).__init__()
        self.conv1 = conv3x3(inplanes, planes, stride)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x):
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        self.relu(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return out


class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000):
        super().__init__()
        self.inplanes = 64
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.heads = nn.ModuleList([nn.Linear(64, num_classes) for _ in range(2)])
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.constant_(m.weight, 1)

    def _make_layer(self, block, planes, blocks, stride=1):
        layers = [block(self.inplanes, planes, stride)]
        self.inplanes = planes * block.expansion
        for _ in range(1, blocks):
            layers.append(block(self.inplanes, planes))
        return nn.Sequential(*layers)

    def _forward_impl(self, x):
        x = self.layer1(x)
        x = torch.flatten(x, 1)
        return torch.cat([head(x) for head in self.heads], dim=1)

    def forward(self, x):
        return self._forward_impl(x)


def resnet18(**kwargs):
    return ResNet(BasicBlock, [2, 2, 2, 2], **kwargs)
''',
    "buffers, setattr and an abstract base": HEAD
    + """
class Base(nn.Module):
    def forward(self, *inputs):
        raise NotImplementedError


class Encoding(nn.Module):
    def __init__(self, size: int, length: int = 5000) -> None:
        super().__init__()
        pe = torch.zeros(length, size)
        self.register_buffer("pe", pe)
        for i in range(3):
            setattr(self, f"fc{i}", nn.Linear(size, size))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.pe[: x.size(1)]
        for i in range(3):
            x = getattr(self, f"fc{i}")(x)
        return self.fc0(F.dropout(x, training=self.training))
""",
    "a training loop": HEAD
    + """
from torch import optim
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10)).to(device)
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
loader = DataLoader(datasets.MNIST(".", transform=transforms.ToTensor()), batch_size=64, shuffle=True)

for epoch in range(2):
    for i, (inputs, labels) in enumerate(loader, 0):
        optimizer.zero_grad()
        loss = criterion(model(inputs.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        print(f'[{epoch + 1}, {i + 1:5d}] loss: {loss.item():.3f}')
""",
    "text in other alphabets": HEAD
    + """# 卷积神经网络（两层），“简单”
class Net(nn.Module):
    '''网络：一个“线性”层'''
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(1, 1)
        print("你好，世界！")
    def forward(self, x):
        return self.fc(x)
""",
    "a decorated and a static method": HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(1, 1)

    @staticmethod
    def scale(x):
        return x * 2

    @property
    def width(self):
        return self.fc.in_features

    @torch.no_grad()
    def forward(self, x):
        def twice(y):
            return self.fc(self.fc(y))
        return self.scale(twice(x)), self.width
""",
    "a class of a class": HEAD
    + """
class Small(nn.Module):
    def __init__(self, n, F=3):
        super().__init__()
        self.n, self.F = n, F
        self.weight = nn.Parameter(torch.ones(n))

    def forward(self, x):
        N, C, H = x.shape
        return F.linear(x, self.weight, None) if self.F else x


class Large(Small):
    def __init__(self):
        super(Large, self).__init__(3, F=4)
        self.block = nn.Sequential()
        self.block.add_module("fc", nn.Linear(3, 3))
""",
}


@pytest.mark.parametrize("name", CORRECT)
def test_correct_source_has_no_slips(name: str) -> None:
    ast.parse(CORRECT[name])
    assert find_slips(CORRECT[name]) == ()


@pytest.mark.parametrize("name", presets.names())
def test_the_file_of_a_preset_has_no_slips(name: str) -> None:
    assert find_slips(presets.load(name).to_code()) == ()


@given(networks())
@settings(max_examples=30, deadline=None)
def test_the_file_of_a_drawn_network_has_no_slips(spec: NetworkSpec) -> None:
    assert find_slips(spec.to_code()) == ()


def _torchvision_models() -> list[Path]:
    found = importlib.util.find_spec("torchvision")
    if found is None or found.origin is None:
        return []
    return sorted((Path(found.origin).parent / "models").rglob("*.py"))


@pytest.mark.skipif(not _torchvision_models(), reason="torchvision is not installed")
def test_the_models_of_torchvision_have_no_slips() -> None:
    files = _torchvision_models()
    assert len(files) > 50
    slips = {file.name: found for file in files if (found := find_slips(file.read_text(encoding="utf-8")))}
    assert slips == {}


@given(st.text())
@settings(deadline=None)
def test_any_text_can_be_searched(text: str) -> None:
    apply_slips(text, find_slips(text))


FRAGMENTS = [
    *"()[]{}:,.=\"'\t\n\r\\#（），：“”‘\u200b\u00a0 ",
    "\n    ",
    "\n\t",
    '"""',
    "nn",
    "nn.Liear",
    "F.ReLU(x)",
    "torch",
    "self",
    "super",
    "__init__",
    "class Net(nn.Module)",
    "def forward(self, x)",
    "return",
    "import ",
    "from ",
    "lambda",
    "1",
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_fragments_can_be_searched(text: str) -> None:
    for slip in find_slips(text):
        apply_slips(text, [slip])


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_good_source_with_characters_deleted_can_be_searched(data: st.DataObject) -> None:
    source = data.draw(st.sampled_from([GOOD, MANY, *CORRECT.values()]))
    for position in sorted(data.draw(st.sets(st.integers(0, len(source) - 1), max_size=6)), reverse=True):
        source = source[:position] + source[position + 1 :]
    slips = find_slips(source)
    for slip in slips:
        assert 1 <= slip.line <= source.count("\n") + 1
        assert slip.column >= 1
    apply_slips(source, slips)


@given(st.sets(st.sampled_from(CASES), min_size=2, max_size=3))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_the_corrections_of_several_slips_go_together(cases: set[Case]) -> None:
    source = GOOD
    for case in CASES:
        if case in cases and source.count(case.right) == 1:
            source = source.replace(case.right, case.wrong)
    corrected = apply_slips(source, find_slips(source))
    ast.parse(corrected)
    assert find_slips(corrected) == ()


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        "-" * 100_000 + "1",
        "a." * 50_000 + "b",
        "f(" * 5_000 + ")" * 5_000,
        "\x00",
        "\ud800",
        "nn，" * 5_000,
        "nn.Liear\n" * 2_000,
        "'" * 99_999,
        "\t \n" * 9_999,
    ],
)
def test_source_of_no_sense_is_no_danger(text: str) -> None:
    apply_slips(text, find_slips(text))
