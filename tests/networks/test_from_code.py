"""Networks read from PyTorch source: the same as when Python runs it, and nothing of it runs."""

from __future__ import annotations

import contextlib
import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision import models

from playground.networks import NetworkSpec, SpecError
from playground.networks.integer_inputs import vocabulary_size
from tests.networks.drawn_networks import networks
from tests.networks.weights import no_random_weights, randomise

SOURCES = Path(__file__).with_name("sources")
ENTRIES = {
    "plain": "Net",
    "residual": "Residual",
    "unet": "UNet",
    "branches": "Branches",
    "sequence": "Tagger",
    "blitz": "Net",
    "vae_encoder": "Encoder",
    "discriminator": "Discriminator",
    "char_lstm": "CharLSTM",
    "vit_block": "ViTBlocks",
    "mixer": "MLPMixer",
    "wide_resnet": "WideResNet",
}


def randomised(model: torch.nn.Module) -> torch.nn.Module:
    """The model with statistics and weights that are not the initial ones, so that a mistake shows."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for tensor in model.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(torch.rand(tensor.shape, generator=generator) * 0.2 + 0.1)
    return model.eval()


def assert_same(spec: NetworkSpec, model: torch.nn.Module, batch: torch.Tensor) -> None:
    """The network that was read takes the weights of the one that Python made, and computes the same.

    The state of a recurrent layer, which a spec has no place for, is left out.
    """
    built = spec.build().eval()
    built.load_state_dict(model.state_dict())
    with torch.no_grad():
        expected = model(batch)
        if isinstance(expected, tuple) and not isinstance(expected[-1], torch.Tensor):
            expected = expected[0]
        torch.testing.assert_close(built(batch), expected)


def sample(spec: NetworkSpec) -> torch.Tensor:
    """Two samples that the network takes."""
    shape = (2, *spec.input_shape)
    vocabulary = vocabulary_size(spec)
    return torch.randn(shape) if vocabulary is None else torch.randint(vocabulary, shape)


@pytest.mark.parametrize("name", ENTRIES)
def test_source_in_the_styles_of_tutorials_is_the_network_that_python_makes(name: str) -> None:
    module = importlib.import_module(f"tests.networks.sources.{name}")
    spec = NetworkSpec.from_code((SOURCES / f"{name}.py").read_text())
    assert spec.name == ENTRIES[name]
    model = randomised(getattr(module, spec.name)())
    assert_same(spec, model, sample(spec))
    trace = spec.trace((2, *spec.input_shape))
    assert trace.error is None
    assert trace.parameters == sum(each.numel() for each in model.parameters())


@pytest.mark.parametrize("name", ENTRIES)
def test_the_code_of_what_was_read_is_the_same_network_and_is_read_as_the_same_spec(name: str) -> None:
    spec = NetworkSpec.from_code((SOURCES / f"{name}.py").read_text())
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(spec.to_code(), namespace)  # our own code
    assert_same(spec, randomised(namespace[spec.name]()), sample(spec))
    again = NetworkSpec.from_code(spec.to_code())
    assert again.to_code() == spec.to_code()
    assert NetworkSpec.from_code(again.to_code()) == again


# The file of torchvision, its class or function, what makes the network there, and the arguments to read it with.
TORCHVISION: list[tuple[str, str, Callable[[], torch.nn.Module], dict[str, object]]] = [
    ("alexnet", "AlexNet", models.alexnet, {}),
    ("densenet", "densenet121", models.densenet121, {}),
    (
        "efficientnet",
        "efficientnet_b0",
        lambda: models.efficientnet_b0(stochastic_depth_prob=0.0),
        {"stochastic_depth_prob": 0.0},
    ),
    ("googlenet", "GoogLeNet", lambda: models.googlenet(aux_logits=False, init_weights=False), {"aux_logits": False}),
    (
        "inception",
        "Inception3",
        lambda: models.inception_v3(aux_logits=False, init_weights=True),
        {"aux_logits": False},
    ),
    ("mnasnet", "MNASNet", models.mnasnet0_5, {"alpha": 0.5}),
    ("mobilenetv2", "MobileNetV2", models.mobilenet_v2, {}),
    ("mobilenetv3", "mobilenet_v3_small", models.mobilenet_v3_small, {}),
    ("resnet", "ResNet", models.resnet18, {"block": "BasicBlock", "layers": [2, 2, 2, 2]}),
    (
        "resnet",
        "ResNet",
        lambda: models.resnext50_32x4d(zero_init_residual=True),
        {
            **{"block": "Bottleneck", "layers": [3, 4, 6, 3], "groups": 32, "width_per_group": 4},
            "zero_init_residual": True,
        },
    ),
    ("shufflenetv2", "shufflenet_v2_x1_0", models.shufflenet_v2_x1_0, {}),
    ("squeezenet", "SqueezeNet", models.squeezenet1_1, {"version": "1_1"}),
    ("vgg", "vgg11_bn", models.vgg11_bn, {}),
]


@pytest.mark.parametrize(
    ("module", "entry", "make", "arguments"), TORCHVISION, ids=[f"{each[1]}-{len(each[3])}" for each in TORCHVISION]
)
def test_the_source_of_torchvision_gives_its_networks(
    module: str, entry: str, make: Callable[[], torch.nn.Module], arguments: dict[str, object]
) -> None:
    source = inspect.getsource(importlib.import_module(f"torchvision.models.{module}"))
    spec = NetworkSpec.from_code(source, entry, arguments)
    with no_random_weights():
        model = make().eval()
        for path, layer in spec.walk():
            for name, value in layer.initial.items():
                assert (model.get_parameter(f"{path}.{name}") == value).all()
        randomise(model)
        built = spec.build().eval()
    built.load_state_dict(model.state_dict())
    images = torch.rand(1, 3, 96, 96)
    with torch.no_grad():
        assert (built(images) - model(images)).abs().max() < 1e-5
    code = NetworkSpec.from_code(spec.to_code())
    assert code.to_code() == spec.to_code()


@given(networks())
@settings(max_examples=50, deadline=None)
def test_a_drawn_network_is_read_back_from_its_code(spec: NetworkSpec) -> None:
    again = NetworkSpec.from_code(spec.to_code())
    assert again.to_code() == spec.to_code()
    assert list(again.build().state_dict()) == list(spec.build().state_dict())
    assert again.input_shape == spec.input_shape


@pytest.mark.parametrize(
    ("init", "initial"),
    [
        ("nn.init.zeros_(self.conv.weight)", {"weight": 0.0}),
        ("torch.nn.init.ones_(self.conv.weight); nn.init.constant_(self.conv.bias, 0.5)", {"weight": 1.0, "bias": 0.5}),
        ("self.conv.weight.data.zero_()", {"weight": 0.0}),
        ("self.conv.bias.data.fill_(0.01)", {"bias": 0.01}),
        ("nn.init.zeros_(self.conv.weight); nn.init.normal_(self.conv.weight)", {}),
        ("nn.init.kaiming_normal_(self.conv.weight, mode='fan_out')", {}),
        ("nn.init.ones_(self.bn.weight); nn.init.zeros_(self.bn.bias)", {}),
        ("[nn.init.zeros_(m.bias) for m in self.modules() if isinstance(m, nn.Conv2d)]", {"bias": 0.0}),
        ("self.apply(lambda m: nn.init.zeros_(m.bias) if isinstance(m, nn.Conv2d) else None)", {"bias": 0.0}),
        ("[nn.init.constant_(p, 2) for name, p in self.named_parameters() if 'conv.bias' in name]", {"bias": 2.0}),
    ],
)
def test_a_constant_at_the_start_is_read_and_what_is_drawn_is_not(init: str, initial: dict[str, float]) -> None:
    layers = "self.conv = nn.Conv2d(1, 4, 3)\n        self.bn = nn.BatchNorm2d(4)\n        "
    spec = NetworkSpec.from_code(network("return self.bn(self.conv(x))", layers + init))
    assert [dict(layer.initial) for layer in spec.layers] == [initial, {}]
    assert NetworkSpec.from_code(spec.to_code()) == spec


@pytest.mark.parametrize(
    "forward",
    [
        "b, c, h, w = x.shape; return x.view(b, 2, c // 2, h, w).transpose(1, 2).reshape(b, c, h, w)",
        "b, c, h, w = x.size(); return x.view(b, c, h * w).permute(0, 2, 1)",
        "b, c, h, w = x.size(); return x.view(b * c, h, w)",
        "return x.view(x.size(0), x.size(1), -1)",
        "b, c, h, w = x.shape; return x.reshape(b, -1, w)",
        "return x.view(-1)",
        "return x.mean([2, 3])",
        "y = x.mean((2, 3), keepdim=True).expand_as(x); return torch.cat([x, y], 1)",
        "b, c, _, _ = x.shape; return F.avg_pool2d(x, x.size()[2:]).view(b, c)",
        "a, b, c, d = x.unbind(1); return torch.cat([a, d], dim=-1)",
        "a, b = x.split(2, dim=1); return a * b",
        "n = 0\n        while n < 3:\n            x = x + 1\n            n += 1\n        return x",
        "return F.scaled_dot_product_attention(x, x, x, is_causal=True)",
        "return F.gelu(x, approximate='tanh') + F.gelu(x)",
        "return nn.Flatten()(nn.ReLU(inplace=True)(x))",
        "return nn.Softmax(dim=1)(nn.LeakyReLU(0.2)(x))",
        "return self.conv(x).view(x.size(0), -1, x.size(2) * x.size(3))",
    ],
)
def test_sizes_and_views_are_those_of_the_tensor(forward: str) -> None:
    """Images of other sizes give what Python gives, too: no size is fixed by being read."""
    source = network(forward, "self.conv = nn.Conv2d(4, 6, 1)")
    namespace: dict[str, Any] = {"nn": torch.nn, "F": torch.nn.functional, "torch": torch, "__name__": "source"}
    exec(source, namespace)
    spec = NetworkSpec.from_code(source)
    model = randomised(namespace["Net"]())
    for shape in ((2, 4, 6, 8), (3, 4, 5, 7)):
        assert_same(spec, model, torch.randn(shape))
    exec(spec.to_code(), namespace)
    assert_same(spec, randomised(namespace["Net"]()), torch.randn(2, 4, 6, 8))


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize(
    ("layer", "forward"),
    [
        ("nn.GRU(4, 6, batch_first={})", "_, h = self.rnn(x); return self.fc(h[-1])"),
        ("nn.GRU(4, 6, batch_first={})", "out, h = self.rnn(x); return self.fc(h.squeeze(0))"),
        ("nn.LSTM(4, 6, 2, batch_first={})", "_, (h, c) = self.rnn(x); return self.fc(h[-1])"),
        ("nn.LSTM(4, 6, batch_first={})", "out, (h, c) = self.rnn(x); return self.fc(h[0])"),
        ("nn.LSTM(4, 6, batch_first={})", "out, state = self.rnn(x); return self.fc(out[-1]), state"),
        ("nn.RNN(4, 6, batch_first={})", "out = self.rnn(x)[0]; return self.fc(out)"),
        ("nn.RNN(4, 6, batch_first={})", "both = self.rnn(x); return self.fc(both[0])"),
    ],
)
def test_the_last_step_may_be_taken_from_the_state(layer: str, forward: str, batch_first: bool) -> None:
    init = f"self.rnn = {layer.format(batch_first)}; self.fc = nn.Linear(6, 2)"
    source = network(forward, init)
    namespace: dict[str, Any] = {"nn": torch.nn, "__name__": "source"}
    exec(source, namespace)
    assert_same(NetworkSpec.from_code(source), randomised(namespace["Net"]()), torch.randn(3, 5, 4))


@pytest.mark.parametrize(
    ("layer", "states"),
    [
        (
            "nn.LSTM(4, 6, 2, batch_first=True)",
            "(torch.zeros(2, x.size(0), 6).to(x.device), torch.zeros(2, x.size(0), 6))",
        ),
        ("nn.LSTM(4, 6)", "[torch.zeros((1, x.shape[1], 6), device=x.device)] * 2"),
        ("nn.GRU(4, 6, bidirectional=True)", "torch.zeros(2, x.size(1), 6, dtype=x.dtype).requires_grad_()"),
        ("nn.RNN(4, 6, batch_first=True)", "torch.zeros(1, x.size(0), self.rnn.hidden_size)"),
    ],
)
def test_a_state_of_zeros_is_what_a_recurrent_layer_begins_with(layer: str, states: str) -> None:
    source = network(f"out, _ = self.rnn(x, {states}); return out", f"self.rnn = {layer}")
    namespace: dict[str, Any] = {"nn": torch.nn, "torch": torch, "__name__": "source"}
    exec(source, namespace)
    spec = NetworkSpec.from_code(source)
    built, model = spec.build(), randomised(namespace["Net"]())
    built.load_state_dict(model.state_dict())
    batch = torch.randn(3, 5, 4)
    with torch.no_grad():
        found = built(batch)
    torch.testing.assert_close(found[0] if isinstance(found, tuple) else found, model(batch))


@pytest.mark.parametrize(
    "forward",
    [
        "out, _ = self.rnn(x, torch.zeros(2, x.size(1), 6)); return out",
        "out, _ = self.rnn(x, torch.zeros(1, x.size(1), 5)); return out",
        "out, _ = self.rnn(x, torch.ones(1, x.size(1), 6)); return out",
        "return self.rnn(x + torch.zeros(4))[0]",
        "return self.rnn(torch.zeros(1, 2, 4))[0]",
    ],
)
def test_other_tensors_made_in_a_forward_are_refused(forward: str) -> None:
    with pytest.raises(SpecError, match="has no tensors made here") as raised:
        NetworkSpec.from_code(network(forward, "self.rnn = nn.GRU(4, 6)"))
    assert raised.value.line == 6


@pytest.mark.parametrize(
    "forward",
    [
        "return sum(layer(x) for layer in self.many)",
        "return F.interpolate(self.many[0](x), size=x.shape[-2:], mode='nearest')",
        "b, c, h, w = x.shape; return x.view(b, 2, c // 2, h, w)",
        "b, c, h, w = x.shape; return x.permute(0, 2, 1, 3).reshape(b, 2, h // 2, c, w)",
    ],
)
def test_what_was_read_is_read_back_from_its_code(forward: str) -> None:
    init = "self.many = nn.ModuleList([nn.Conv2d(4, 4, 1) for _ in range(3)])"
    spec = NetworkSpec.from_code(network(forward, init))
    assert NetworkSpec.from_code(spec.to_code()) == spec


def test_the_state_of_two_directions_is_refused() -> None:
    init = "self.rnn = nn.GRU(4, 6, bidirectional=True); self.fc = nn.Linear(6, 2)"
    with pytest.raises(SpecError, match="only the output is known") as raised:
        NetworkSpec.from_code(network("_, h = self.rnn(x); return self.fc(h[-1])", init))
    assert raised.value.line == 6


def test_children_with_positions_in_a_class_of_ones_own_stay_where_they_are() -> None:
    source = (
        "class Pool(nn.Sequential):\n    def forward(self, x):\n        size = x.shape[-2:]\n"
        "        for layer in self:\n            x = layer(x)\n        return F.interpolate(x, size=size)\n"
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.pool = Pool(nn.AdaptiveAvgPool2d(1), nn.Conv2d(3, 4, 1))\n"
        "    def forward(self, x):\n        return self.pool(x)\n"
    )
    spec = NetworkSpec.from_code(source)
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(spec.to_code(), namespace)
    assert_same(spec, randomised(namespace["Net"]()), torch.randn(2, 3, 8, 8))
    assert NetworkSpec.from_code(spec.to_code()) == spec


def test_a_bare_sequential_is_a_network() -> None:
    spec = NetworkSpec.from_code("my_model = nn.Sequential(nn.Flatten(), torch.nn.Linear(784, 10))\nx = undefined + 1")
    assert spec.name == "MyModel"
    assert spec.input_shape == (1, 28, 28)
    assert spec.trace((2, 1, 28, 28)).output_shape == (2, 10)


def test_the_entry_is_the_class_that_no_other_uses_unless_it_is_named() -> None:
    source = (SOURCES / "unet.py").read_text()
    assert NetworkSpec.from_code(source).name == "UNet"
    assert NetworkSpec.from_code(source, "UNet", {"classes": 7}).trace((1, 3, 16, 16)).output_shape == (1, 7, 16, 16)
    with pytest.raises(SpecError, match="no class 'Net' in the source; there are DoubleConv, Up, UNet"):
        NetworkSpec.from_code(source, "Net")


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_names_may_be_imported_with_a_star(start: str) -> None:
    source = (
        f"{start}from torch.nn import *\nfrom torch.nn.functional import *\n"
        "class Net(Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fc = Sequential(Linear(4, 3), Tanh())\n"
        "    def forward(self, x):\n        return relu(self.fc(x))\n"
    )
    namespace: dict[str, Any] = {"__name__": "source"}
    exec(source.removeprefix("\ufeff"), namespace)
    assert_same(NetworkSpec.from_code(source), randomised(namespace["Net"]()), torch.randn(2, 4))


def test_an_unknown_argument_is_refused_with_those_that_there_are() -> None:
    source = network("return self.conv(x)").replace("(self):", "(self, width=4):")
    with pytest.raises(SpecError, match="there is no parameter 'depth'; there are width"):
        NetworkSpec.from_code(source, arguments={"depth": 3})


def network(forward: str, init: str = "self.conv = nn.Conv2d(1, 4, 3)") -> str:
    """A source whose __init__ is line 4 and whose forward begins at line 6."""
    return (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        {init}\n    def forward(self, x):\n        {forward}\n"
    )


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("class Net(nn.Module:\n  pass", 1, "not Python"),
        ("x = 1", 1, "no class that extends nn.Module"),
        ("class Net:\n    pass", 1, "no class that extends nn.Module"),
        ("class Net(nn.Module):\n    def __init__(self):\n        super().__init__()", 1, "no forward"),
        (network("x = self.conv(x)"), 5, "returns nothing"),
        (network("return self.conv2(x)"), 6, "conv2"),
        (network("return unknown(x)"), 6, "'unknown' is not known"),
        (network("return x", "self.conv = nn.Conv2dd(1, 2, 3)"), 4, "did you mean 'Conv2d'"),
        (network("return x", "self.conv = nn.Conv2d(1, 2, n)"), 4, "'n' is not known"),
        (network("return x", "self.conv = nn.Conv2d(1, 2, 3, 1, 0, 1, 1, True, 'zeros', 1, 1, 1)"), 4, "at most"),
        (network("return self.blocks[0](x)", "self.blocks = [nn.ReLU()]"), 6, "nn.ModuleList"),
        (network("while True:\n            x = self.conv(x)\n        return x"), 6, "10,000 rounds"),
        (network("if x.sum() > 0:\n            x = self.conv(x)\n        return x"), 6, "sum"),
        (
            network("if self.training:\n            x = self.conv(x)\n        return x"),
            6,
            "keep the part for testing",
        ),
        (network("return F.dropout(self.conv(x))"), 6, "training=self.training"),
        (network("return self.conv(x).view(4, -1)"), 6, "keep the batch first"),
        (network("return F.pad(x, (x.size(2), 1))"), 6, "pad to the size of another tensor"),
        (network("return x.veiw(x.size(0), -1)"), 6, "there is no x.veiw; did you mean x.view?"),
        (network("return x.view(x.szie(0), -1)"), 6, "there is no x.szie; did you mean x.size?"),
        (network("return self.conw(x)"), 6, "there is no self.conw; did you mean self.conv?"),
        (network("return self.other(x)"), 6, "there is no self.other; make it in __init__. There are conv."),
        (network("return nn.Linear(3, 4)(x)"), 6, "makes a new layer each time; make it in __init__"),
        (network("return x", "self.conv = nn.Conv2d(-4, 4, 3)"), 4, "in_channels of Conv2d is -4"),
        (network("return x", "self.fc = nn.Linear(True, 3)"), 4, "in_features of Linear is True"),
        (network("return torch.fft.fft(x)"), 6, "'fft' cannot be read"),
        (network("return x % 2"), 6, "+, -, *, / and **"),
        (network("return x", "raise ValueError('no')"), 4, "raises an error"),
        (network("return x", "self.conv = Net()"), 4, "without end"),
        (network("return x", "self.weight = nn.Parameter(torch.zeros(3))"), 4, "has no tensors made here"),
        (network("return x", "self.register_buffer('mask', torch.ones(3))"), 4, "has no tensors made here"),
        (network("return x + torch.randn_like(x)"), 6, "has no tensors made here"),
        (
            network(
                "return x",
                "self.conv = nn.Conv2d(1, 4, 3); self.other = nn.Conv2d(1, 4, 3)\n"
                "        self.conv.weight = self.other.weight",
            ),
            5,
            "share a parameter",
        ),
        (network("return x * self.conv.weight"), 6, "apply the layer itself"),
        (network("return self.conv(x).view(x.size(0), x.size(2), x.size(3))"), 6, "split or join neighbouring"),
        (network("return x.view(x.size(0) + 1, -1)"), 6, "keep the batch first"),
        (network("return self.conv([x, x])"), 6, "of the list"),
        (network("return x", "self.many = max(range(10 ** 12))"), 4, "limit"),
        (network("return x", "self.many = [0] * 10 ** 9"), 4, "the limit"),
        (network("return x", "self.large = 9 ** 9 ** 9"), 4, "too large"),
        (network("return x", "self.many = [i for i in range(10 ** 9)]"), 4, "limit"),
        (network("return x", "exec('import os')"), 4, "'exec' is not known"),
        (
            "class Net(nn.Module):\n    def __init__(self, n):\n        pass\n    def forward(self, x): return x",
            1,
            "'n' is missing",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(source: str, line: int, said: str) -> None:
    with pytest.raises(SpecError) as raised:
        NetworkSpec.from_code(source)
    assert said in raised.value.message
    assert raised.value.line == line
    assert raised.value.column is not None


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("#" * 1_000_001, "1 MB"),
        ("x = " + "(" * 300 + ")" * 300, "200 levels"),
        ("x = " + "-" * 5_000 + "1", "nested"),
        ("x = " + "+".join(["1"] * 5_000), "nested"),
        ("x = a" + ".a" * 5_000, "nested"),
        ("\n".join(f"{' ' * level}if 1:" for level in range(300)), "200 levels"),
        (
            network("return x", "[[[i for i in range(9999)] for j in range(9999)] for k in range(9999)]"),
            "too many steps",
        ),
    ],
    ids=["size", "brackets", "signs", "sum", "dots", "indentation", "loops"],
)
def test_too_much_is_refused_and_not_tried(source: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        NetworkSpec.from_code(source)


def test_nothing_of_the_source_runs(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    source = (
        f"import os\nos.system('touch {mark}')\nopen({str(mark)!r}, 'w')\n"
        f"__import__('pathlib').Path({str(mark)!r}).touch()\n" + network("return self.conv(x)")
    )
    assert NetworkSpec.from_code(source).name == "Net"
    assert not mark.exists()


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(network("return self.conv(x)").split(" ")), max_size=40).map(" ".join)
)
@settings(max_examples=300, deadline=None)
def test_no_text_does_anything_but_give_a_network_or_a_spec_error(source: str) -> None:
    # A SpecError is an answer; anything else fails the test.
    with contextlib.suppress(SpecError):
        NetworkSpec.from_code(source)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_good_source_with_a_part_missing_gives_a_network_or_a_spec_error(data: st.DataObject) -> None:
    source = (SOURCES / f"{data.draw(st.sampled_from(sorted(ENTRIES)))}.py").read_text()
    start = data.draw(st.integers(0, len(source) - 1))
    end = data.draw(st.integers(start, min(len(source), start + 40)))
    # A SpecError is an answer; anything else fails the test.
    with contextlib.suppress(SpecError):
        NetworkSpec.from_code(source[:start] + source[end:])


def test_a_layer_without_its_width_has_no_shape_to_reckon_with() -> None:
    source = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(nn.Linear(8, 4), nn.Linear(4, bias=False))
    def forward(self, x):
        b, c, _, _ = x.size()
        y = self.pool(x).view(b, c)
        return self.fc(y).view(b, c, 1, 1)
"""
    error = NetworkSpec.from_code(source).trace((1, 8, 4, 4)).error
    assert error is not None
    assert error.path == "fc.1"
