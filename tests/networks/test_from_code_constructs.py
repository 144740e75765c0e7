"""What people write in a forward: it is read as Python runs it, or refused with the line and what to write instead."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from playground.networks import NetworkSpec, SpecError

CONV = "self.conv = nn.Conv2d(4, 6, 3, padding=1)"
UP = """import torch
import torch.nn as nn
import torch.nn.functional as F

class Up(nn.Module):
    def __init__(self, channels, bilinear):
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        else:
            self.up = nn.ConvTranspose2d(channels, channels, kernel_size=2, stride=2)
        self.conv = nn.Conv2d(2 * channels, channels, 3, padding=1)

    def forward(self, low, skip):
        low = self.up(low)
        down = skip.size()[2] - low.size()[2]
        across = skip.size()[3] - low.size()[3]
        low = F.pad(low, {padding})
        return self.conv(torch.cat([skip, low], dim=1))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(4, 4, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.up = Up(4, {bilinear})

    def forward(self, x):
        skip = F.relu(self.first(x))
        return self.up(self.pool(skip), skip)
"""


def network(forward: str, init: str = CONV) -> str:
    lines = "\n        ".join(forward.split("\n"))
    return (
        "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n"
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        {init}\n\n    def forward(self, x):\n        {lines}\n"
    )


def made(source: str) -> torch.nn.Module:
    namespace: dict[str, Any] = {"__name__": "source"}
    exec(source, namespace)
    torch.manual_seed(0)
    model: torch.nn.Module = namespace["Net"]().eval()
    return model


def assert_read_as_python_runs_it(source: str, *shapes: tuple[int, ...]) -> None:
    """The network that is read, and the one of its code, compute what the source does, and its code is read back."""
    spec = NetworkSpec.from_code(source)
    model, code = made(source), spec.to_code()
    assert NetworkSpec.from_code(code) == spec
    for built in (spec.build().eval(), made(code)):
        built.load_state_dict(model.state_dict())
        for shape in shapes:
            batch = torch.rand(shape, generator=torch.Generator().manual_seed(1)) - 0.5
            with torch.no_grad():
                torch.testing.assert_close(built(batch), model(batch), equal_nan=True)
            trace = spec.trace(shape)
            assert trace.error is None
            assert trace.output_shape == tuple(model(batch).shape)


@pytest.mark.parametrize(
    "forward",
    [
        "return x[:, :2] + x[:, 2:]",
        "return x[:, -1]",
        "return x[..., 0]",
        "return x[:, :, 1:-1, 1:-1]",
        "return x[:, ::2, :, -3:]",
        "return x[..., 1:, ::2]",
        "return x[:, None] * x[:, :, None].transpose(1, 2)",
        "gate = x.mean([2, 3])\nreturn x * gate[:, :, None, None]",
        "return self.conv(x)[:, 0:1, ..., 2]",
        "return torch.stack([x, self.conv(x)[:, :4]], dim=1)",
        "return torch.stack((x, x * 2))",
        "a, b = torch.split(x, [1, 3], dim=1)\nreturn torch.cat([b, a], 1)",
        "parts = torch.split(self.conv(x), 2, 1)\nreturn parts[0] + parts[2]",
        "parts = self.conv(x).split((1, 2, 3), dim=1)\nreturn parts[-1]",
        "out = 0\nfor part in x.chunk(4, dim=1):\n    out = part + out\nreturn out",
        "return torch.cat(x.chunk(2, dim=1)[::-1], dim=1)",
        "return x.clamp(0, 0.3) + torch.clamp(x, min=-0.1) + x.clip(max=0.2) + x.clamp_min(0)",
        "return x ** 2 + torch.pow(x, 3) + x.square() + x.pow(2).mean(1, keepdim=True).sqrt()",
        "return 1 - x + 1 / (x + 2) + 3 / (x + 1) - x / 2",
        "return x / (x.abs() + 1) + torch.exp(x) - (x + 1).log()",
        "return torch.rsqrt(x.var(1, unbiased=False, keepdim=True) + 1e-5) * (x - x.mean(1, keepdim=True))",
        "return x.sum(1) + x.sum(dim=(1,)) + torch.sum(x, dim=1)",
        "return torch.cat([x.mean(1, keepdim=True), x.max(dim=1, keepdim=True)[0]], dim=1)",
        "values, places = torch.max(x, 1)\nreturn values",
        "return torch.max(x, dim=2).values - x.min(2).values",
        "return x.amax(dim=(2, 3)) - torch.amin(x, (2, 3))",
        "return x.flatten(1).argmax(dim=1)",
        "return torch.max(x, -x) + torch.maximum(x, x * 2) - torch.minimum(x, x * 3)",
        "return F.pad(x, (1, 2, 0, 1)) + F.pad(x, [1, 2, 0, 1], value=0.5) + F.pad(x, (1, 2, 0, 1), mode='reflect')",
        "return self.conv(F.pad(x, (0, 3, -1, 1), 'constant', 0))",
        "return F.interpolate(self.conv(x)[:, :, ::2, ::2], size=(x.size(2), x.size(3)))",
        "h, w = x.shape[-2:]\nreturn F.interpolate(F.max_pool2d(x, 2), size=(h, w), mode='bilinear')",
        "return F.interpolate(x, size=(x.shape[2] * 2, x.shape[3] * 2), mode='bilinear', align_corners=False)",
        "return torch.einsum('bchw,bdhw->bcd', x, self.conv(x))",
        "y = x.flatten(2)\nreturn torch.bmm(y, y.transpose(1, 2)).softmax(-1) @ y",
        "y = torch.matmul(x.flatten(2), x.flatten(2).mT)\nreturn y.div(2)",
        "y = [x]\ny.extend(F.max_pool2d(y[-1], 3, 1, 1) for _ in range(3))\nreturn torch.cat(y, 1)",
        "y = list(x.chunk(2, 1))\ny += (y[-1] * 2 for _ in range(2))\nreturn torch.cat(y, dim=1)",
        "h, w = x.shape[2:]\nreturn F.avg_pool2d(x, (h, w), stride=(h, w)) + F.max_pool2d(x, x.size()[2:])",
        "y = x.flatten(2)\nreturn F.max_pool1d(y, y.size(2)).squeeze(2) + F.avg_pool1d(y, y.size(2))[..., 0]",
        "return x / x.norm(dim=1, keepdim=True) + torch.norm(x, p=2, dim=(2, 3), keepdim=True)",
        "b, c, h, w = x.size()\ny = x.view(b, -1, h * w)\nreturn torch.bmm(y, y.mT @ y).view(b, c, h, w) + x",
        "b, c, h, w = x.size()\ny = self.conv(x).view(b, 6, h * w) * 2\nreturn y.view(b, 6, *x.size()[2:])",
        "y = x.flatten(2).softmax(-1)\nreturn y.unflatten(2, x.shape[2:])",
        "return x.unsqueeze(1).squeeze(1).unsqueeze(-1).squeeze(-1)",
        "return x[:, :1].expand(-1, 3, -1, -1) + x.mean(1, keepdim=True).expand((-1, 3, -1, -1))",
        "return x.mean((2, 3), keepdim=True).expand(x.size()) * x[:, :1].repeat(1, 4, 1, 1)",
        "return torch.roll(x, shifts=(1, -1), dims=(2, 3)) + torch.flip(x, [3]) + x.roll(2, 1)",
        "return F.normalize(x, dim=1) + F.elu(x) + F.mish(x) + F.softplus(x) + F.logsigmoid(x) + F.selu(x)",
        "return F.pixel_shuffle(x, 2) + F.adaptive_max_pool2d(x, 1)",
        "return x.detach() + self.conv(x.data)[:, :4]",
        "print('shape', x.shape, f'{x.shape}')\nreturn self.conv(x)",
        "add = lambda a, b: a + b\nreturn add(x, self.conv(x)[:, :4])",
        "return self.conv(x).half().float() * 0",
    ],
)
def test_what_forwards_do_every_day_is_read(forward: str) -> None:
    assert_read_as_python_runs_it(network(forward), (2, 4, 6, 8), (3, 4, 4, 4))


@pytest.mark.parametrize("bilinear", [True, False])
@pytest.mark.parametrize(
    "padding",
    [
        "[across // 2, across - across // 2, down // 2, down - down // 2]",
        "(across // 2, (across + 1) // 2, down // 2, (down + 1) // 2)",
    ],
)
def test_padding_to_the_size_of_a_skip_is_read_for_every_size(padding: str, bilinear: bool) -> None:
    source = UP.replace("{padding}", padding).replace("{bilinear}", str(bilinear))
    assert_read_as_python_runs_it(source, (2, 4, 8, 8), (2, 4, 9, 11), (1, 4, 5, 6))


@pytest.mark.parametrize(
    "padding",
    [
        "[across // 2, across // 2, down // 2, down // 2]",
        "[0, across, 0, down]",
        "[down // 2, down - down // 2, across // 2, across - across // 2]",
    ],
)
def test_padding_that_is_not_the_same_on_both_sides_is_refused(padding: str) -> None:
    with pytest.raises(SpecError, match="the same on both sides"):
        NetworkSpec.from_code(UP.replace("{padding}", padding).replace("{bilinear}", "True"))


@pytest.mark.parametrize(
    ("methods", "forward"),
    [
        ("@property\n    def factor(self):\n        return 3", "return x * self.factor"),
        ("@staticmethod\n    def double(y):\n        return y * 2", "return self.double(x)"),
        ("@classmethod\n    def power(cls):\n        return 2", "return x ** Net.power()"),
        ("@torch.jit.ignore\n    def half(self, y):\n        return y / 2", "return self.half(x)"),
    ],
)
def test_methods_under_a_decorator_are_read(methods: str, forward: str) -> None:
    source = network(forward).replace("    def forward", f"    {methods}\n\n    def forward")
    assert_read_as_python_runs_it(source, (2, 4, 6, 8))


@pytest.mark.parametrize("layer", ["nn.LSTM(5, 3, batch_first=True)", "nn.GRU(5, 3, 2, batch_first=True)"])
@pytest.mark.parametrize("forward", ["out, _ = self.rnn(x)\nreturn out[:, -1]", "return self.rnn(x)[0][:, -1, :]"])
def test_the_last_step_of_a_sequence_is_read(layer: str, forward: str) -> None:
    assert_read_as_python_runs_it(network(forward, f"self.rnn = {layer}"), (2, 7, 5), (1, 4, 5))


# What cannot be read: the lines, the line of them that is meant, its name in the sentence, and what to write instead.
REFUSED: dict[str, tuple[str, int, str, str]] = {
    "a while on values": ("while x.mean(dim=1) > 0:\n    x = x / 2\nreturn x", 1, "x.mean(dim=1) > 0", "F.relu"),
    "an if on values": ("if x.sum(dim=1) > 0:\n    x = -x\nreturn x", 1, "compares the values", "x.clamp(min=0)"),
    "an if on a size": ("if x.size(2) > 9:\n    x = -x\nreturn x", 1, "x.size(2) > 9", "keep the case of"),
    "an if on training": ("if self.training:\n    x = -x\nreturn x", 1, "while training", "keep the part for testing"),
    "a choice on values": ("return x if x.mean(1) > 0 else -x", 1, "x.mean(1) > 0", "torch.maximum"),
    "zeros": ("return x + torch.zeros(4, 1, 1)", 1, "torch.zeros(4, 1, 1)", "a number, as in x + 1"),
    "ones": ("y = torch.ones_like(x)\nreturn x + y", 1, "torch.ones_like(x)", "Write a number"),
    "noise": ("x = x + 0.1 * torch.randn_like(x)\nreturn x", 1, "torch.randn_like(x)", "nn.Dropout"),
    "positions": ("return x + torch.arange(8)", 1, "torch.arange(8)", "nn.Embedding"),
    "a number of a tensor": ("return x * x.item()", 1, "'item'", "keep it a tensor"),
    "numpy": ("y = x.detach().numpy()\nreturn x", 1, "'numpy'", "leave .numpy() out"),
    "a loop over a batch": ("out = [self.conv(each) for each in x]\nreturn x", 1, "this tensor", "all at once"),
    "a loop over steps": ("for step in x:\n    x = step\nreturn x", 1, "this tensor", "a, b = x.chunk(2, dim=1)"),
    "recursion": ("x = self.conv(x)\nreturn self.forward(x)", 2, "calls itself without end", "write a loop"),
    "another library": (
        "import einops\nreturn einops.rearrange(x, 'b c h w -> b c')",
        2,
        "einops.rearrange",
        "x.permute",
    ),
    "an unknown name": ("return attention(x)", 1, "'attention'", "define it above"),
    "the forward of a parent": ("return super().forward(x)", 1, "super().forward", "write the lines of that forward"),
    "initialisation": ("nn.init.zeros_(self.conv.weight)\nreturn x", 1, "nn.init.zeros_", "into __init__"),
    "a weight": ("return x @ self.conv.weight", 1, "self.conv.weight", "self.conv(x)"),
    "a functional with a weight": ("return F.linear(x, x)", 1, "'linear'", "make nn.Linear(...) in __init__"),
    "no gradient": ("with torch.no_grad():\n    x = self.conv(x)\nreturn x", 1, "torch.no_grad()", ".detach()"),
    "a try": (
        "try:\n    x = self.conv(x)\nexcept RuntimeError:\n    x = -x\nreturn x",
        1,
        "try",
        "the lines that work",
    ),
    "a match": ("match 1:\n    case 1:\n        return x", 1, "match", "if and elif"),
    "a part that is changed": ("x[:, 0] = 0\nreturn x", 1, "x[:, 0]", "torch.cat"),
    "a part that is added to": ("x[:, :1] += 1\nreturn x", 1, "x[:, :1]", "torch.cat"),
    "windows": ("return x.unfold(2, 3, 1)", 1, "'unfold'", "nn.Conv2d"),
    "places from a tensor": ("i = x.argmax(dim=1)\nreturn x[i]", 2, "x[i]", "take fixed ones"),
    "several places": ("return x[:, [0, 2]]", 1, "x[:, [0, 2]]", "torch.cat([x[:, 0:1], x[:, 2:3]], dim=1)"),
    "a mask": ("return x[x > 0]", 1, "x > 0", "F.relu"),
    "a filled mask": ("return x.masked_fill(self.conv(x), 0)", 1, "'masked_fill'", "F.relu"),
    "where": ("return torch.where(self.conv(x), x, -x)", 1, "'where'", "F.relu"),
    "gather": ("return x.gather(1, x)", 1, "'gather'", "x[:, 1:3]"),
    "a crop to a size": ("return x[:, :, :x.size(3)]", 1, "x[:, :, :x.size(3)]", "F.interpolate"),
    "a sum over the batch": ("return x.sum()", 1, "a sum over everything", "x.sum(dim=1)"),
    "a squeeze of everything": ("return x.squeeze()", 1, "x.squeeze()", "x.squeeze(-1)"),
    "a softmax along nothing": ("return F.softmax(x)", 1, "softmax needs dim", "write dim=1"),
    "padding by a size": ("return F.pad(x, (0, 8 - x.size(3) % 8))", 1, "F.pad", "write numbers"),
    "a size of a resize": ("return F.interpolate(x, size=x.size(2) // 3)", 1, "F.interpolate", "scale_factor=2"),
    "a layer without a function": ("return F.prelu(x, x)", 1, "'prelu'", "self.prelu = nn.PReLU(...)"),
    "a layer made anew": ("return nn.Conv2d(4, 4, 1)(x)", 1, "a new layer each time", "self.layer = nn.Conv2d"),
    "a state of its own": ("self.last = self.conv(x)\nreturn x", 1, "changes its module", "last = ..."),
    "a loss": ("return F.cross_entropy(x, x)", 1, "'cross_entropy'", "return the output"),
    "checkpoints": ("return torch.utils.checkpoint.checkpoint(self.conv, x)", 1, "checkpoint", "self.layer(x)"),
    "a generator": ("yield self.conv(x)", 1, "yield", "write return"),
    "a view by another's size": ("return x.view_as(self.conv(x))", 1, "'view_as'", "write the sizes"),
    "a transposed tensor": ("return x.T", 1, "x.T", "x.transpose(1, 2)"),
    "Fourier": ("return torch.fft.fft(x)", 1, "'fft'", "with what can"),
    "a power of a number": ("return 2 ** x", 1, "2 ** x", "torch.exp(x)"),
}
FIRST_LINE = 11

# The same for what stands around a forward: the source, the line, the name, and what to write instead.
REFUSED_AROUND: dict[str, tuple[str, int, str, str]] = {
    "a parameter": (network("return x", "self.scale = nn.Parameter(torch.ones(4, 1, 1))"), 8, "nn.Parameter", "groups"),
    "parameters": (network("return x", "self.all = nn.ParameterList([])"), 8, "nn.ParameterList", "x.mean(dim=1)"),
    "a buffer": (network("return x", "self.register_buffer('k', torch.ones(1))"), 8, "register_buffer", "the number"),
    "rates": (network("return x", "self.rates = torch.linspace(0, 0.1, 4)"), 8, "torch.linspace", "a list"),
    "a layer that is none here": (network("return x", "self.pad = nn.ReflectionPad2d(1)"), 8, "nn.Reflection", "F.pad"),
    "a loss in the network": (
        network("return x", "self.loss = nn.CrossEntropyLoss()"),
        8,
        "nn.CrossEn",
        "leave it out",
    ),
    "a lazy layer": (network("return x", "self.fc = nn.LazyLinear(3)"), 8, "nn.LazyLinear", "with its number"),
    "normed weights": (
        network("return x", "self.conv = nn.utils.weight_norm(nn.Conv2d(1, 1, 1))"),
        8,
        "nn.utils.weight_norm",
        "the layer without it",
    ),
    "a class of another file": (
        "from blocks import Block\n" + network("return x", "self.block = Block(4)"),
        9,
        "Block",
        "paste its class",
    ),
    "a class of timm": (
        "from timm.layers import DropPath\n" + network("return x", "self.drop = DropPath(0.1)"),
        9,
        "DropPath",
        "write the class into this file",
    ),
    "a function of numpy": ("import numpy as np\n" + network("return np.sqrt(x)"), 12, "np.sqrt", "torch.sqrt"),
    "a function of chance": ("import random\n" + network("return x * random.random()"), 12, "random", "nn.Dropout"),
    "a gradient of one's own": (
        "import torch\n\n\nclass Swish(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
        "        return x * torch.sigmoid(x)\n" + network("return Swish.apply(x)"),
        18,
        "Swish.apply",
        "an ordinary function",
    ),
    "a decorator of one's own": (
        "def twice(f):\n    return lambda self, x: f(self, f(self, x))\n"
        + network("return x").replace("    def forward", "    @twice\n    def forward"),
        12,
        "@twice",
        "leave it out",
    ),
    "a forward without gradient": (
        network("return x").replace("    def forward", "    @torch.no_grad()\n    def forward"),
        10,
        "@torch.no_grad",
        "x.detach()",
    ),
    "inputs with a star": (network("return x[0]").replace("self, x)", "self, *x)"), 10, "no input", "forward(self, x)"),
    "one weight for two": (
        network("return x", "self.a = nn.Linear(4, 4); self.b = nn.Linear(4, 4); self.b.weight = self.a.weight"),
        8,
        "share a parameter",
        "apply one layer twice",
    ),
}


ALL_REFUSED = REFUSED_AROUND | {
    name: (network(forward), FIRST_LINE + line - 1, construct, instead)
    for name, (forward, line, construct, instead) in REFUSED.items()
}


@pytest.mark.parametrize("name", ALL_REFUSED)
def test_what_cannot_be_read_is_told_with_its_line_its_name_and_what_to_write_instead(name: str) -> None:
    source, line, construct, instead = ALL_REFUSED[name]
    with pytest.raises(SpecError) as raised:
        NetworkSpec.from_code(source)
    error = raised.value
    assert error.line == line
    assert error.message.startswith(f"Line {error.line}, column {error.column}: ")
    assert construct in error.message
    assert instead in error.message.partition(construct)[2]
