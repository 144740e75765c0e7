"""What the classes of a source say is followed as Python runs it: networks are the ones that Python makes."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from playground.networks import NetworkSpec, SpecError
from tests.networks.weights import randomise

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n"


def assert_same_network(source: str, *shape: int, name: str = "net", entry: str | None = None) -> NetworkSpec:
    """The network that is read has the parameters of the one that Python makes, and computes the same."""
    namespace: dict[str, Any] = {"__name__": "source"}
    exec(HEAD + source, namespace)
    made = namespace[name]
    model: nn.Module = (made if isinstance(made, nn.Module) else made()).eval()
    randomise(model)
    spec = NetworkSpec.from_code(HEAD + source, entry)
    batch = torch.rand(shape, generator=torch.Generator().manual_seed(1)) - 0.5
    for each in (spec, NetworkSpec.from_code(spec.to_code())):
        built, weights = each.build().eval(), model.state_dict().values()
        assert [value.shape for value in built.state_dict().values()] == [value.shape for value in weights]
        built.load_state_dict(dict(zip(built.state_dict(), weights, strict=True)))
        with torch.no_grad():
            torch.testing.assert_close(built(batch), model(batch))
    return spec


@pytest.mark.parametrize(
    "last", ["nn.Flatten()", "nn.Sequential(CBR(2, 2, 1), nn.Flatten())"], ids=["flat", "within another"]
)
def test_a_sequential_of_classes_that_extend_sequential_is_the_network(last: str) -> None:
    source = """class CBR(nn.Sequential):
    def __init__(self, i, o, k=3):
        super().__init__(nn.Conv2d(i, o, k), nn.BatchNorm2d(o))

net = nn.Sequential(CBR(4, 8), CBR(8, 2, 1), """
    assert_same_network(f"{source}{last})\n", 2, 4, 6, 6)


BODIES = {
    "of several the last": "W = 4; W = 6\n    W = 8",
    "by an if": "W = 8\n    if FLAG: W = 4",
    "by a loop": "W = 8\n    for i in range(3): W += i",
    "from another": "V = 3\n    W = V + 1",
    "several at once": "V, W = 3, 5",
    "from a list": "cfg = [8]; cfg.append(5); cfg += [3]\n    W = sum(cfg)",
    "from a loop over a list": "cfg = []\n    for i in range(3): cfg.append(2)\n    W = sum(cfg)",
    "from a comprehension": "W = sum([i for i in range(4)])",
    "hides the one of the file": "W = W + 1",
    "by a tuple in a with": "W = max(3, 4) if FLAG else 2",
}
USES = """    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, {width})

    def forward(self, x):
        return self.fc(x)
"""


@pytest.mark.parametrize("width", ["self.W", "Net.W", "self.__class__.W", "getattr(self, 'W', 1)"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_the_body_of_a_class_is_followed(body: str, width: str) -> None:
    source = f"FLAG = True\nW = 2\n\nclass Net(nn.Module):\n    {body}\n\n{USES.format(width=width)}"
    assert_same_network(source, 2, 4, name="Net")


def test_a_method_sees_the_names_around_its_class_and_not_those_in_it() -> None:
    source = "W = 8\n\nclass Net(nn.Module):\n    W = 4\n\n" + USES.format(width="W")
    assert_same_network(source, 2, 4, name="Net")


@pytest.mark.parametrize(
    "after",
    [
        "Net.W = 5",
        "Net.W += 1",
        "setattr(Net, 'W', 6)",
        "for i in range(3):\n    Net.W = i + 1",
        "def widen():\n    Net.W = 7\n\nwiden()",
        "Net.cfg.append(3)",
        "def forward(self, x):\n    return F.relu(self.fc(x))\n\nNet.forward = forward",
        "class Wide(Net):\n    W = 9",
    ],
)
def test_a_class_that_is_changed_after_its_definition_is_the_changed_one(after: str) -> None:
    source = "class Net(nn.Module):\n    W = 4\n    cfg = [2]\n\n" + USES.format(width="self.W + len(self.cfg)")
    assert_same_network(f"{source}\n{after}\n", 2, 4, name="Wide" if "Wide" in after else "Net")


def test_a_counter_in_a_class_counts_on() -> None:
    source = """class Block(nn.Module):
    n = 0
    seen = []

    def __init__(self):
        super().__init__()
        Block.n += 1
        self.seen.append(1)
        self.fc = nn.Linear(4, 4)
        self.k = Block.n + len(self.seen)

    def forward(self, x):
        return self.fc(x) * self.k

net = nn.Sequential(Block(), Block(), Block())
"""
    assert_same_network(source, 2, 4)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("class Net(nn.Module):\n    W = torch.zeros(3).tolist()\n\n" + USES.format(width="self.W"), 6),
        ("class Net(nn.Module):\n    W = 4\n    while unknown: W += 1\n\n" + USES.format(width="self.W"), 7),
        ("class Net(nn.Module):\n    W = 4\n\n" + USES.format(width="self.W") + "\nNet.W = unknown\n", 15),
        (
            "CFG = [4]\n\nclass Net(nn.Module):\n    W = CFG\n\n"
            + USES.format(width="sum(self.W)")
            + "\nfor i in unknown: CFG.append(i)\n",
            17,
        ),
    ],
)
def test_what_is_not_known_of_a_class_is_refused_where_it_is_used(source: str, line: int) -> None:
    with pytest.raises(SpecError) as caught:
        NetworkSpec.from_code(HEAD + source)
    assert caught.value.line == line


def test_a_forward_that_changes_its_class_is_refused() -> None:
    source = "class Net(nn.Module):\n    W = 4\n\n" + USES.format(width="3").replace(
        "        return", "        Net.W += 1\n        return"
    )
    with pytest.raises(SpecError, match="a forward that changes a class"):
        NetworkSpec.from_code(HEAD + source)


@pytest.mark.parametrize("bases", ["Mixin, nn.Module", "nn.Module, Mixin", "Mixin, Base", "Base, Mixin"])
def test_the_classes_that_a_class_extends_come_in_the_order_of_python(bases: str) -> None:
    source = f"""class Mixin:
    W = 3

    def activate(self, x):
        return F.relu(x)

class Base(nn.Module):
    W = 5

    def activate(self, x):
        return torch.tanh(x)

class Net({bases}):
""" + USES.format(width="self.W").replace("return self.fc(x)", "return self.activate(self.fc(x))")
    assert_same_network(source, 2, 4, name="Net")


def test_super_goes_to_the_next_class_of_the_object_and_not_to_the_parent() -> None:
    source = """class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)

class Left(Base):
    def __init__(self):
        super().__init__()
        self.b = nn.Linear(4, 3)

class Right(Base):
    def __init__(self):
        super().__init__()
        self.c = nn.Linear(3, 2)

class Net(Left, Right):
    def forward(self, x):
        return self.c(self.b(self.a(x)))
"""
    assert_same_network(source, 2, 4, name="Net")


def test_what_nn_module_has_itself_hides_what_comes_after_it() -> None:
    source = "class Mixin:\n    def __init__(self):\n        self.W = 9\n\nclass Net(nn.Module, Mixin):\n    W = 3\n\n"
    assert_same_network(source + USES.format(width="self.W"), 2, 4, name="Net")


def test_a_default_is_computed_where_the_function_is_defined_and_once() -> None:
    source = """class Net(nn.Module):
    def __init__(self, acc=[]):
        super().__init__()
        acc.append(1)
        self.scales = []
        for i in range(3):
            def scale(t, i=i):
                return t * (i + 2)
            self.scales.append(scale)
        self.fc = nn.Linear(4, len(acc) + 3)

    def forward(self, x):
        for scale in self.scales:
            x = scale(x)
        return self.fc(x)

net = nn.Sequential(Net(), nn.Flatten(), Net())
"""
    assert_same_network(source, 2, 4)


def test_a_default_that_a_forward_changes_is_refused() -> None:
    source = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x, acc=[]):
        acc.append(self.fc(x))
        return torch.cat(acc, 1)
"""
    with pytest.raises(SpecError, match="this default is kept") as caught:
        NetworkSpec.from_code(HEAD + source)
    assert caught.value.line == 10


BASE = """class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(4, 4)

    def g(self, x):
        return F.relu(x)

    def forward(self, x):
        return self.body(x)

class Net(Base):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(4, 2)

    def g(self, x):
        return super().g(x) * 2

    def forward(self, x):
        return """
NUMBERED = """class Net(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(4, 4), nn.Sequential(nn.ReLU(), nn.Linear(4, 4)))

    def forward(self, x):
        return x + super().forward(x)
"""


@pytest.mark.parametrize(
    "source",
    [
        BASE + "self.head(super().forward(x))\n",
        BASE + "self.head(self.g(super(Net, self).forward(x)))\n",
        BASE + "super().g(self.head(super().forward(x)))\n",
        NUMBERED,
        NUMBERED.replace("super().forward", "super(Net, self).forward"),
        NUMBERED.replace("class Net", "class Block")
        + "\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.first = Block()\n        self.second = Block()\n\n"
        "    def forward(self, x):\n        return self.second(self.first(x))\n",
    ],
)
def test_super_in_a_forward_is_the_method_above_with_the_same_module(source: str) -> None:
    assert_same_network(source, 2, 4, name="Net")


def test_super_of_a_class_above_skips_that_class() -> None:
    source = BASE.replace("return super().g(x)", "return super(Base, self).g(x)") + "self.g(self.head(x))\n"
    with pytest.raises(SpecError, match=r"super\(\)\.g cannot be read"):
        NetworkSpec.from_code(HEAD + source)


ONE_AFTER_ANOTHER = {
    "a zip has nothing left": "z = zip([4, 4], [4, 4])\n        for a, b in z: pass\n        n = len([*z])",
    "a map has nothing left": "m = map(lambda i: i + 1, range(3))\n        n = sum(m) * 10 + sum(m)",
    "a map of two lists": "n = sum(map(lambda a, b: a * b, [1, 2], [3, 4]))",
    "enumerate goes on": "e = enumerate([5, 6, 7])\n        for i, v in e: break\n        n = len(list(e))",
    "reversed has nothing left": "r = reversed([1, 2])\n        n = len(list(r)) * 10 + len(list(r))",
    "a list grows": "n, c = 0, [4]\n        for v in c:\n            n += 1\n            if n < 4: c.append(v)",
    "a list grows under enumerate": (
        "n, c = 0, [4]\n        for i, v in enumerate(c):\n            n += 1\n            if i < 4: c.append(v)"
    ),
    "a list shrinks": "n, c = 0, [1, 2, 3, 4]\n        for v in c:\n            n += v\n            c.pop()",
    "functions see the last": "n = sum([f() for f in [lambda: i for i in range(4)]])",
    "defaults see each": "n = sum([f() for f in [lambda i=i: i for i in range(4)]])",
    "two loops": "n = sum([i * j for i in range(1, 4) for j in range(i) if j])",
}


@pytest.mark.parametrize("lines", ONE_AFTER_ANOTHER.values(), ids=ONE_AFTER_ANOTHER.keys())
def test_values_are_taken_one_after_another(lines: str) -> None:
    source = f"""class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {lines}
        self.fc = nn.Linear(4, n + 1)

    def forward(self, x):
        return self.fc(x)
"""
    assert_same_network(source, 2, 4, name="Net")


AGAIN = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = {first}
        self.b = nn.Linear(4, 3)
        {second}
        self.a = nn.Linear(3, 2)

    def forward(self, x):
        return self.a(self.b(x))
"""


@pytest.mark.parametrize(
    ("first", "second"),
    [("None", "pass"), ("nn.Linear(1, 1)", "pass"), ("nn.Linear(1, 1)", "del self.a"), ("5", "self.a = None")],
)
def test_a_layer_that_is_set_again_stands_where_python_has_it(first: str, second: str) -> None:
    spec = assert_same_network(AGAIN.format(first=first, second=second), 2, 4, name="Net")
    assert {layer.name for layer in spec.layers} == {"a", "b"}


def test_a_layer_that_was_none_in_between_is_refused() -> None:
    with pytest.raises(SpecError, match="now a layer again") as caught:
        NetworkSpec.from_code(HEAD + AGAIN.format(first="nn.Linear(1, 1)", second="self.a = None"))
    assert caught.value.line == 11


UNDERSCORES = """class _Block(nn.Module):
    def __init__(self):
        super().__init__()
        self._conv_stem = nn.Linear(4, 4)
        self.conv_stem = nn.Linear(4, 4)

    def forward(self, _x):
        _y = self._conv_stem(_x)
        return self.conv_stem(_y) * _y

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self._ = nn.Linear(4, 4)

    def forward(self, x):
        return self._(x)

class _netG(nn.Module):
    def __init__(self):
        super().__init__()
        self._first = _Block()
        self._blocks = nn.ModuleList([Block(), _Block()])
        self._fc = nn.Linear(4, 2)

    def forward(self, input):
        x = self._first(input)
        for _block in self._blocks:
            x = _block(x)
        return self._fc(x)
"""


@pytest.mark.parametrize(("end", "name"), [("", "_netG"), ("\nnet = _netG()\n", "net"), ("\n_net = _netG()\n", "_net")])
def test_names_may_begin_with_an_underscore(end: str, name: str) -> None:
    spec = assert_same_network(UNDERSCORES + end, 2, 4, name=name)
    assert [layer.name for layer in spec.layers] == ["_first", "_blocks", "_fc"]
    assert spec.name == "netG"


def test_a_class_of_underscores_and_digits_gets_a_name() -> None:
    assert assert_same_network(UNDERSCORES.replace("_netG", "_2"), 2, 4, name="_2").name == "Net"


def test_a_name_that_python_changes_is_refused_with_its_place() -> None:
    with pytest.raises(SpecError, match=r"write self\.fc instead") as caught:
        NetworkSpec.from_code(HEAD + UNDERSCORES.replace("_fc", "__fc"))
    assert caught.value.line == 28


MAKERS = """class Block(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.fc = nn.Linear(i, o)

    def forward(self, x):
        return F.relu(self.fc(x))

class ResNet(nn.Module):
    def __init__(self, block, widths, *, last=2):
        super().__init__()
        self.blocks = nn.Sequential(*[block(i, o) for i, o in zip(widths, widths[1:])])
        self.fc = nn.Linear(widths[-1], last)

    def forward(self, x):
        return self.fc(self.blocks(x))

def _resnet(block, widths, **more):
    return ResNet(block, widths, **more)

def small(pretrained=False, **more):
    return _resnet(Block, [4, 5, 6], **more)

def test():
    net = small()
    print(net(torch.randn(2, 4)))
"""


def test_a_class_that_cannot_be_made_without_arguments_is_made_by_the_one_function_that_does() -> None:
    assert assert_same_network(MAKERS, 2, 4, name="small").name == "ResNet"


def test_of_several_functions_that_make_a_class_one_is_to_be_chosen() -> None:
    source = MAKERS + "\ndef large():\n    return ResNet(Block, [4, 9, 9, 9])\n"
    with pytest.raises(SpecError, match="function that makes it, or call it in the file: small, large") as caught:
        NetworkSpec.from_code(HEAD + source)
    assert caught.value.line == 13
    assert_same_network(source, 2, 4, name="large", entry="large")
    assert_same_network(source + "\nnet = large()\n", 2, 4)


def test_an_attribute_that_is_deleted_from_a_class_is_the_one_of_the_class_above() -> None:
    source = "class Base(nn.Module):\n    W = 3\n\nclass Net(Base):\n    W = 5\n\n" + USES.format(width="self.W")
    assert_same_network(source + "\ndel Net.W\n", 2, 4, name="Net")


@pytest.mark.parametrize("kept", ["self.kept", "Net.kept", "KEPT"])
def test_a_forward_that_keeps_tensors_for_the_next_one_is_refused(kept: str) -> None:
    source = "KEPT = []\n\nclass Net(nn.Module):\n    kept = []\n\n" + USES.format(width="4")
    source = source.replace("return self.fc(x)", f"{kept}.append(self.fc(x))\n        return torch.cat({kept}, 1)")
    with pytest.raises(SpecError, match="keeps something from one forward to the next") as caught:
        NetworkSpec.from_code(HEAD + source)
    assert caught.value.line == 15
