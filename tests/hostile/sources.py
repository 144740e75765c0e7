"""Python source that is meant to hurt who reads it: none of it is ever run, and reading it ends soon, with a sentence.

Each family is one kind of attack in its variations, so that a kind is mended and not an example.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class HostileSource:
    """A source with a name; one that `needs_boundary` is not ended by the limits inside, or only late."""

    name: str
    source: str
    needs_boundary: bool = False


_CLASS = """\
import copy
import functools
import math
from collections import OrderedDict

import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
{constructor}

    def forward(self, x):
{forward}
        return self.fc(x)
"""
_FIRST_LINE = 1 + _CLASS.splitlines().index("{constructor}")


def in_constructor(code: str) -> str:
    """A network in whose constructor these lines stand, where all that is read matters."""
    return _CLASS.format(constructor=_indented(code), forward=_indented("pass"))


def in_forward(code: str) -> str:
    """A network in whose forward these lines stand, on `x`."""
    return _CLASS.format(constructor=_indented("pass"), forward=_indented(code))


def in_file(code: str) -> str:
    """A file that makes a network after these lines."""
    return f"import torch\nimport torch.nn as nn\nimport copy\n{code}\nnet = nn.Sequential(nn.Linear(4, 4))\n"


def line_in_constructor(number: int) -> int:
    """The line of the source in which a line of `in_constructor` stands, both from 1."""
    return _FIRST_LINE + number - 1


def _indented(code: str) -> str:
    return "\n".join(f"        {line}" for line in code.splitlines())


RAISING = (
    "range(0, 10, 0)",
    "dict(['abc'])",
    "dict([('a', 1, 2)])",
    "{[]: 1}",
    "{(0, [1]): 1}",
    "{[]: i for i in range(2)}",
    "{{}: 1}",
    "[1, 2][::0]",
    "'ab'[::0]",
    "(1, 2)[::0]",
    "range(5)[::0]",
    "[1, 2][5]",
    "[1, 2]['a']",
    "(1, 2)[-3]",
    "'ab'[9]",
    "{'a': 1}['b']",
    "{'a': 1}[[]]",
    "range(3)[7]",
    "1 / 0",
    "1 // 0",
    "1 % 0",
    "1.5 // 0",
    "0 ** -1",
    "0.0 ** -1",
    "1 << -1",
    "1 >> -1",
    "1.5 << 2",
    "1.5 | 2",
    "'a' + 1",
    "1 + 'a'",
    "[] + ()",
    "[] - []",
    "{} + {}",
    "{} | []",
    "'a' * 'b'",
    "[1] * 1.5",
    "'%d' % 'a'",
    "'%s %s' % ('a',)",
    "'%s' % ()",
    "~1.5",
    "1 < 'a'",
    "[1] < ['a']",
    "(1, 2) < 3",
    "{} < {}",
    "None >= 0",
    "1 in 2",
    "1 in 'abc'",
    "[] in {}",
    "max()",
    "max([])",
    "max(1, 'a')",
    "max(3)",
    "min([1, 'a'])",
    "sorted([1, 'a'])",
    "sorted(3, 4)",
    "sum(['a', 'b'])",
    "sum([1], [])",
    "sum()",
    "len()",
    "len([], [])",
    "abs('a')",
    "abs()",
    "round('a')",
    "round(1.5, 'a')",
    "int('a')",
    "int([])",
    "int('1' * 5000)",
    "int(float('inf'))",
    "int(float('nan'))",
    "float('a')",
    "float([])",
    "str(1, 2, 3, 4)",
    "bool(1, 2)",
    "math.sqrt(-1)",
    "math.log(0)",
    "math.log2(-1)",
    "math.sqrt('a')",
    "math.floor([])",
    "math.floor(float('inf'))",
    "math.prod(['a', 'b'])",
    "math.prod(3)",
    "list(1, 2)",
    "set([[]])",
    "set([(1, [])])",
    "reversed({1: 2}, 3)",
    "enumerate()",
    "'a'.split('')",
    "'a'.join([1])",
    "'a'.find()",
    "'a'.startswith(1)",
    "'{} {}'.format(1)",
    "'{a}'.format(1)",
    "'{0.nothing}'.format(1)",
    "'{'.format(1)",
    "[1].index(2)",
    "[].pop()",
    "[1].pop(5)",
    "[1].insert('a', 1)",
    "[1].count()",
    "(1, 2).index(3)",
    "{}.pop('a')",
    "{}.get([])",
    "{}.setdefault([], 1)",
    "{}.update(1)",
    "{}.update([1])",
    "f'{1:s}'",
    "f'{\"a\":d}'",
)
"""Expressions with which Python itself raises an error that is not one of syntax."""

RAISING_LINES = (
    "a = [1]; a[5] = 2",
    "a = [1]; a['x'] = 2",
    "a = [1]; a[None] = 2",
    "a = {}; a[[]] = 1",
    "a = {}; a[(1, [])] = 1",
    "a = [1]; del a[3]",
    "a = {}; del a['b']",
    "a = {}; del a[[]]",
    "a = 1; a += 'b'",
    "a = 'b'; a -= 1",
    "a = 1; a //= 0",
    "a = 2; a <<= -1",
    "a = [0] * 5; a[::0]",
)
"""Lines of which the last statement raises."""


def _doubled(start: str, step: str, use: str, times: int = 40) -> str:
    return f"{start}\nfor i in range({times}):\n    {step}\n{use}"


def _named(family: str, sources: Iterable[str]) -> Iterator[HostileSource]:
    for index, source in enumerate(sources):
        yield HostileSource(f"{family} {index}", source)


def _for_boundary(found: Iterable[HostileSource]) -> Iterator[HostileSource]:
    for each in found:
        yield replace(each, needs_boundary=True)


_WHOLE = ("list({})", "tuple({})", "set({})", "sorted({})", "sum({})", "max({})", "min({})", "any({})", "all({})")
_OVER_RANGES = (
    *_WHOLE,
    "'x' in {}",
    "'x' not in {}",
    "1.5 in {}",
    "[*{}]",
    "(*{},)",
    "{{*{}}}",
    "max(*{})",
    "[i for i in {}]",
    "[i for i in {} if i < 0]",
    "[0 for i in {} for j in {}]",
    "{{i: i for i in {}}}",
    "list(i for i in {})",
    "sum(i for i in {} for j in {} for k in {})",
    "list(zip({}, {}))",
    "list(enumerate({}))",
    "list(map(str, {}))",
    "list(reversed({}))",
    "dict(enumerate({}))",
    "''.join(str(i) for i in {})",
    "len({})",
    "math.prod({})",
    "[0][0:0] + list({})[:1]",
    "str(list({}))",
    "(lambda *a: a)(*{})",
    "'%s' % list({})",
    "nn.Sequential(*{})",
    "nn.ModuleList({})",
    "nn.Linear({}, 4)",
)


def _ranges() -> Iterator[str]:
    for use in _OVER_RANGES:
        for size in ("range(10**12)", "range(-10**15, 10**15)"):
            yield in_constructor(f"a = {use.replace('{}', size).replace('{{', '{').replace('}}', '}')}")
    for loop in ("for i in range(10**12): pass", "for i in range(10**12):\n    for j in range(10**12):\n        pass"):
        yield in_constructor(loop)
        yield in_file(loop)
        yield in_forward(loop)
    yield in_constructor("a, *b = range(10**12)")
    yield in_constructor("a, b = range(10**12)")
    yield in_constructor("a = [list(range(9999)) for i in range(9999)]")
    yield in_constructor("a = [[0] * 9999 for i in range(9999)]")
    yield in_constructor("a = [i for i in range(9999) for j in range(9999)]")
    yield in_constructor("a = sum(1 for i in range(9999) for j in range(9999))")
    yield in_constructor("for i in range(9999):\n    for j in range(9999):\n        break")
    yield in_constructor("for i in range(9999):\n    a = list(range(9999))")
    yield in_constructor("for i in range(9999):\n    a = 'x' in range(9999)")
    yield in_constructor("for i in range(9999):\n    a = sorted(range(9999))")
    yield in_constructor("i = 0\nwhile True:\n    i += 1")
    yield in_constructor("while 1: pass")
    yield in_file("while True:\n    net = nn.Linear(1, 1)")


_ON_NESTED = (
    "a == b",
    "a != b",
    "a < b",
    "a >= b",
    "a in [b]",
    "[a] == [b]",
    "str(a)",
    "'%s' % a",
    "'%s' % (a,)",
    "f'{a}'",
    "'{}'.format(a)",
    "'{a}'.format(a=a)",
    "{a: 1}",
    "{(a, b): 1}",
    "{}[a]",
    "{}.get(a)",
    "set([a, b])",
    "sorted([a, b])",
    "max(a, b)",
    "min([a, b])",
    "sum(a, b)",
    "[a, b].index(b)",
    "[a, b].count(b)",
    "copy.deepcopy(a)",
    "copy.copy(a)",
    "int(a)",
    "len(a)",
    "bool(a)",
    "tuple(a)",
    "isinstance(a, b)",
    "getattr(self, a)",
    "hasattr(self, a)",
    "nn.Linear(a, 4)",
    "nn.Linear(4, 4, bias=a)",
    "nn.Sequential(a)",
    "nn.Sequential(*a)",
    "nn.ModuleList(a)",
    "nn.ModuleDict(a)",
    "OrderedDict(a)",
    "torch.zeros(a)",
    "(lambda v: v)(a)",
    "a + b",
    "a * 2",
    "list(zip(a, b))",
    "list(map(str, a))",
    "self.fc.weight.fill_(a)",
    "raise_(a)",
    "a if a == b else b",
    "not a == b",
    "[v for v in a if v == b]",
)
_NESTED_IN_FORWARD = (
    "x = torch.cat(a)",
    "x = torch.cat([x, a])",
    "x = torch.stack(a)",
    "x = self.fc(a)",
    "x = self.fc(x, a)",
    "x = x.view(a)",
    "x = x.view(*a)",
    "x = x.permute(a)",
    "x = x[a]",
    "x = x + a",
    "x = F.pad(x, a)",
    "x = F.relu(x, a)",
    "x = torch.einsum(a, x)",
    "x.relu_()",
    "x += 1",
    "return a",
    "return x, a",
    "return {'out': a}",
)


def _nested() -> Iterator[str]:
    lists, tuples, dicts = "a, b = [a, a], [b, b]", "a, b = (a, a), (b, b)", "a, b = {0: a, 1: a}, {0: b, 1: b}"
    for use in _ON_NESTED:
        yield in_constructor(_doubled("a, b = [0], [0]", lists, f"c = {use}", 60))
    for use in ("a == b", "str(a)", "{a: 1}", "a < b", "copy.deepcopy(a)", "'%s' % (a,)", "hash(a)", "set([a])"):
        yield in_constructor(_doubled("a, b = (0,), (0,)", tuples, f"c = {use}", 60))
        yield in_constructor(_doubled("a, b = {}, {}", dicts, f"c = {use}", 60))
        yield in_file(_doubled("a, b = [0], [0]", lists, f"c = {use}", 60))
    for use in _NESTED_IN_FORWARD:
        yield in_forward(_doubled("a, b = [x], [x]", lists, use, 60))
    for use in (
        "a == b",
        "str(a)",
        "a < b",
        "max(a, b)",
        "sorted([a, b])",
        "copy.deepcopy(a)",
        "'%s' % a",
        "sum(a, [])",
    ):
        yield in_constructor(f"a, b = [], []\na.append(a)\nb.append(b)\nc = {use}")
        yield in_constructor(f"a, b = [], []\na.append(b)\nb.append(a)\nc = {use}")
        yield in_constructor(f"a = []\nfor i in range(9000):\n    a = [a]\nb = [a]\nc = {use}")
    yield in_constructor("a = {}\na['a'] = a\nb = str(a)")
    yield in_constructor("a = {}\na['a'] = a\nb = a == dict(a)")
    yield in_constructor("self.a = []\nself.a.append(self.a)\nb = copy.deepcopy(self.a)")


_FLAT = (
    (
        "[0] * 10000",
        ("a = a + a", "a += a", "a = a * 2", "a *= 2", "a = [*a, *a]", "a.extend(a)", "a = sum([a, a], [])"),
    ),
    ("[0] * 10000", ("a = a[:] + a[:]", "a = list(a) + list(a)", "a = [i for i in a for j in range(2)]")),
    ("[0] * 10000", ("a.append(a[:])", "a.insert(0, a[:])", "a = [a, a[:]]", "a = [list(a), list(a)]")),
    ("(0,) * 10000", ("a = a + a", "a += a", "a = a * 2", "a = (*a, *a)", "a = sum((a, a), ())", "a = a[:] + a[:]")),
    (
        "'a' * 10000",
        ("a = a + a", "a += a", "a = a * 2", "a = f'{a}{a}'", "a = '%s%s' % (a, a)", "a = ''.join([a, a])"),
    ),
    (
        "'a' * 10000",
        ("a = '{}{}'.format(a, a)", "a = '{0}{0}'.format(a)", "a = a[:] + a[:]", "a = a.upper() + a.lower()"),
    ),
    ("'a' * 10000", ("a = a.join([a, a])", "a = a.join(a)", "a = '{a}{a}'.format(a=a)", "a = str([a, a])")),
    ("{i: i for i in range(9999)}", ("a = {**a, **{(i, k): k for k in a}}", "a = [dict(a), dict(a)]", "a = a | a")),
    ("1", ("a = a + a", "a = a * a", "a = a << 60", "a = a ** 60", "a *= 3", "a = a * 10 ** 10", "a = -a * 7")),
)


def _flat() -> Iterator[str]:
    for start, steps in _FLAT:
        for step in steps:
            yield in_constructor(_doubled(f"a = {start}", step, "b = a", 4000))
            yield in_file(_doubled(f"a = {start}", step, "b = a", 4000))
    field = "{0}" * 3000
    yield in_constructor(f"a = '{field}'.format('b' * 9999)")
    yield in_constructor(f"a = '{'%s' * 3000}' % ('b' * 9999,) * 3000")
    yield in_constructor("a = 'b' * 9999\nc = f'" + "{a}" * 3_000 + "'")
    yield in_constructor("a = [0] * 9999\nc = [" + "*a, " * 3_000 + "]")
    yield in_constructor("a = [0] * 9999\nc = max(" + "*a, " * 3_000 + ")")
    yield in_constructor("a = {i: i for i in range(9999)}\nc = {" + "**a, " * 3_000 + "}")
    yield in_constructor("a = 'b' * 9999\nc = " + " + ".join(["a"] * 150))


_NUMBERS = (
    "10 ** 10 ** 6",
    "10 ** 10 ** 10",
    "9 ** 9 ** 9 ** 9",
    "1 << 10 ** 9",
    "1 << 10 ** 18",
    "2 ** -10 ** 9",
    "2.0 ** 10 ** 9",
    "(-8) ** 0.5",
    "10 ** 400 * 1.5",
    "round(5, -10 ** 9)",
    "round(5, ndigits=-10 ** 9)",
    "int('9' * 4000)",
    "int('9' * 9000)",
    "float('9' * 9000)",
    "math.prod([2 ** 50] * 9999)",
    "sum([2 ** 50] * 9999)",
    "[0] * 10 ** 9",
    "'a' * 10 ** 12",
    "(0,) * 2 ** 60",
    "10 ** 9 * [0]",
    "[0] * 10 ** 9 * 0",
    "f'{1:{10 ** 9}}'",
    "f'{1:1000000000}'",
    "f'{1:01000000000d}'",
    "'%1000000000d' % 1",
    "'%.1000000000f' % 1",
    "'%*d' % (10 ** 9, 1)",
    "'{:1000000000}'.format(1)",
    "'{0:{1}}'.format(1, 10 ** 9)",
    "1e400",
    "-1e400",
    "1e400 - 1e400",
    "int(1e308) * int(1e308)",
    "int(1e308)",
    "1j ** 1000",
    "nn.Linear(2 ** 60, 2 ** 60)",
    "nn.Linear(10 ** 4000, 1)",
    "nn.LSTM(1, 1, num_layers=2 ** 39)",
    "nn.LSTM(1, 1, 2 ** 39)",
    "nn.GRU(1, 1, num_layers=10 ** 6)",
    "nn.Conv2d(2 ** 40, 2 ** 40, 2 ** 40)",
    "nn.Upsample(scale_factor=2 ** 40)",
    "nn.Embedding(2 ** 40, 2 ** 40)",
    "nn.MultiheadAttention(2 ** 40, 2 ** 40)",
    "nn.ZeroPad2d(2 ** 40)",
    "nn.PixelShuffle(2 ** 40)",
)


def _numbers() -> Iterator[str]:
    for number in _NUMBERS:
        yield in_constructor(f"a = {number}")
        yield in_constructor(f"self.layer = nn.Linear({number}, 4)")
    for digits in (4_000, 4_299, 4_301, 100_000):
        yield in_constructor(f"a = {'9' * digits}")
        yield in_constructor(f"self.layer = nn.Linear({'9' * digits}, 4)")
        yield in_constructor(f"a = 0x{'f' * digits}\nb = str(a)\nc = a * a")
        yield in_file(f"a = 0x{'f' * digits}\nb = math.sqrt(a)\n")
        yield in_forward(f"x = x * 0x{'f' * digits}")


_MODULES = {
    "Sequential": "a = nn.Sequential(a, a)",
    "Sequential of three": "a = nn.Sequential(a, nn.Sequential(a), a)",
    "ModuleList": "a = nn.ModuleList([a, a])",
    "ModuleDict": "a = nn.ModuleDict({'a': a, 'b': a})",
    "named": "a = nn.Sequential(OrderedDict([('a', a), ('b', a)]))",
    "deepcopy": "a = nn.Sequential(a, copy.deepcopy(a))",
    "copies": "a = nn.Sequential(*[copy.deepcopy(a) for _ in range(2)])",
    "append": "b = nn.Sequential(a)\n    b.append(a)\n    a = b",
    "extend": "b = nn.ModuleList()\n    b.extend([a, a])\n    a = b",
    "insert": "b = nn.ModuleList([a])\n    b.insert(0, a)\n    a = b",
    "update": "b = nn.ModuleDict()\n    b.update({'a': a, 'b': a})\n    a = b",
    "add_module": "b = nn.Sequential()\n    b.add_module('a', a)\n    b.add_module('b', a)\n    a = b",
    "item": "b = nn.Sequential(a, a)\n    b[0] = a\n    a = b",
    "slice": "a = nn.Sequential(a, a)[:]",
    "attribute": "b = nn.Sequential()\n    b.a = a\n    b.b = a\n    a = b",
    "setattr": "b = nn.Sequential()\n    setattr(b, 'a', a)\n    setattr(b, 'b', a)\n    a = b",
    "multiplied": "a = nn.Sequential(*[a] * 2)",
    "own class": "a = Two(a)",
    "own class of containers": "a = Two(nn.Sequential(a, a))",
}
_TWO = """\
class Two(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.a = inner
        self.b = inner
    def forward(self, x):
        return self.b(self.a(x))
"""
_HOLDING_ITSELF = (
    "self.a = self",
    "self.a = nn.Sequential(self)",
    "self.a = nn.Sequential(self, self)",
    "self.a = nn.ModuleList([self, self])",
    "self.a = nn.ModuleDict({'a': self, 'b': self})",
    "self.a = nn.Sequential(nn.Sequential(self, self), nn.Sequential(self, self))",
    "self.add_module('a', self)",
    "setattr(self, 'a', self)",
    "self.a = copy.deepcopy(self)\nself.a.a = self",
    "a = nn.Sequential()\na.append(a)\nself.a = a",
    "a = nn.Sequential()\na.append(a)\na.append(a)\nb = copy.deepcopy(a)",
    "a = nn.ModuleList()\na.extend([a, a])\nself.a = a",
    "a, b = nn.Sequential(), nn.Sequential()\na.append(b)\nb.append(a)\nb.append(a)\nself.a = a",
    "a = nn.Sequential()\na.append(a)\na.append(a)\nfor m in a.modules(): pass",
    "a = nn.Sequential()\na.append(a)\na.append(a)\na.apply(print)",
    "a = nn.Sequential()\na.a = a\na.b = a\nc = str(a)",
    "a = nn.ModuleList()\na.insert(0, a)\nself.a = a",
    "a = nn.ModuleDict()\na['a'] = a\nself.a = a",
    "a = nn.ModuleDict()\na.update({'a': a})\nself.a = a",
)


def _modules() -> Iterator[HostileSource]:
    for name, step in _MODULES.items():
        for layer in ("nn.Linear(4, 4)", "nn.ReLU()", "nn.Sequential()"):
            code = _doubled(f"a = {layer}", step, "self.a = a")
            yield HostileSource(f"modules doubled: {name} of {layer}", f"{_TWO}\n{in_constructor(code)}")
        code = _doubled("a = nn.ReLU()", step, "net = a")
        yield HostileSource(f"modules doubled in a file: {name}", f"import torch.nn as nn\nimport copy\n{_TWO}\n{code}")
    late = "a = leaf = nn.Sequential()\nfor i in range(11):\n    a = nn.Sequential(a, a)\n"
    filled = f"{late}for i in range(4000):\n    leaf.append(nn.ReLU())\n"
    for use in ("self.a = a", "b = copy.deepcopy(a)", "for m in a.modules(): pass", "a.apply(print)", "b = str(a)"):
        yield HostileSource(f"modules filled late: {use}", in_constructor(filled + use))
    for index, line in enumerate(_HOLDING_ITSELF):
        yield HostileSource(f"a module that holds itself {index}", in_constructor(line))
    yield HostileSource(
        "levels of modules", in_constructor(_doubled("a = nn.ReLU()", "a = nn.Sequential(a)", "self.a = a", 5000))
    )
    yield HostileSource("6,000 layers", in_constructor("self.a = nn.Sequential(*[nn.ReLU() for i in range(6000)])"))
    yield HostileSource("a list of layers of 9,999", in_constructor("self.a = [nn.Linear(4, 4)] * 9999"))


_RECURSIVE = (
    "def f(n): return f(n)\na = f(1)",
    "def f(n): return f(n - 1) + f(n - 2)\na = f(40)",
    "def f(n): return g(n)\ndef g(n): return f(n)\na = f(1)",
    "f = lambda n: f(n)\na = f(1)",
    "f = lambda n: f(n - 1) + f(n - 1)\na = f(40)",
    "f = lambda f: f(f)\na = f(f)",
    "a = (lambda f: f(f))(lambda f: f(f))",
    "def f(*a): return f(*a, *a)\na = f(1)",
    "def f(**k): return f(**k, b=1)\na = f(a=1)",
    "def f(a=None): return f(f)\na = f()",
    "def f(a=[]):\n    a.append(a)\n    return f(a)\na = f()",
    "def f(): return [f() for i in range(10)]\na = f()",
    "def f(): return (f() for i in range(10))\na = list(f())",
    "def f(): return list(g)\ng = (f() for i in range(2))\na = list(g)",
    "def f(): return list(h)\ng = (f() for i in range(2))\nh = zip(g)\na = list(h)",
    "g = (i for i in range(2))\nfor k in range(3000):\n    g = (i for i in g)\na = list(g)",
    "f = functools.partial(max, 1)\nfor i in range(3000):\n    f = functools.partial(f, 1)\na = f(1)",
    "f = functools.partial(max, 1)\nf = functools.partial(f, f)\na = f(f)",
    "def f(n):\n    def g(): return f(n + 1)\n    return g()\na = f(0)",
    "def f(n):\n    for i in range(3):\n        f(n + 1)\na = f(0)",
    "a = max(map(lambda i: max(map(lambda j: max(range(9999)), range(9999))), range(9999)))",
)
_FORWARD_LINE = "    def forward(self, x): return x\n"
_RECURSIVE_CLASSES = (
    "class A(nn.Module):\n    def __init__(self): self.a = A()\n" + _FORWARD_LINE,
    "class A(nn.Module):\n    def __init__(self):\n        self.a = A()\n        self.b = A()\n" + _FORWARD_LINE,
    "class A(nn.Module):\n    def __init__(self): self.b = B()\nclass B(nn.Module):\n"
    "    def __init__(self): self.a = A()\n",
    "class A(nn.Module):\n    def __init__(self): self.__init__()\n" + _FORWARD_LINE,
    "class A(nn.Module):\n    def __init__(self): A.__init__(self)\n" + _FORWARD_LINE,
    "class A(nn.Module):\n    def forward(self, x): return self(x)\n",
    "class A(nn.Module):\n    def forward(self, x): return self.forward(x)\n",
    "class A(nn.Module):\n    def f(self, x): return self.f(x)\n    def forward(self, x): return self.f(x)\n",
    "class A(nn.Module):\n    @property\n    def f(self): return self.f\n    def forward(self, x): return self.f\n",
    "class A(nn.Module):\n    def __getattr__(self, n): return self.n\n    def forward(self, x): return self.b\n",
    "class A(nn.Module):\n    def __call__(self, x): return self(x)\n    def forward(self, x): return self(x)\n",
    "class A(A): pass\n",
    "class A(B): pass\nclass B(A): pass\n",
    "class A(nn.Module, nn.Module): pass\n",
    "class A(nn.Module): pass\nclass B(nn.Module, A): pass\n",
    "class A(nn.Module):\n    def forward(self, x): return super().forward(x)\n",
    "class A(nn.Module):\n    def __init__(self): super().__init__(self)\n" + _FORWARD_LINE,
    "class A(nn.Module):\n    def __init__(self): super(A, A).__init__()\n" + _FORWARD_LINE,
    "class A(nn.Module):\n    def __init__(self): super(1, 2).__init__()\n" + _FORWARD_LINE,
    "class A(nn.Sequential):\n    def __init__(self): super().__init__(self, self)\n",
    "class A(nn.Sequential):\n    def __init__(self): super().__init__(*[A() for _ in range(9)])\n",
    "class A(nn.Linear):\n    def __init__(self): super().__init__(A(), A())\n",
    "class A(nn.Module):\n    break\n",
    "for i in range(3):\n    class A(nn.Module):\n        break\n",
    "class A(nn.Module):\n    continue\n" + _FORWARD_LINE,
    "class A(nn.Module):\n    return 1\n",
    "class A(nn.Module):\n    yield 1\n",
    "class A(nn.Module):\n    def forward(self, x):\n        break\n        return x\n",
    "class A(nn.Module):\n    def forward(self, x):\n        for i in range(2):\n            class B:\n"
    "                continue\n        return x\n",
    "class A(nn.Module):\n    a = [i for i in range(10**12)]\n" + _FORWARD_LINE,
    "class A(nn.Module):\n    def forward(self, x): return x\nA.a = A\nA.b = A\nA.a.a.a.c = [A, f()]\n",
    "class A(metaclass=A): pass\n",
    "class A(nn.Module):\n    __class__ = 1\n    def __init__(self): super().__init__()\n" + _FORWARD_LINE,
    "class A(nn.Module):\n    def __init__(self):\n        self = 1\n        super().__init__()\n" + _FORWARD_LINE,
    "class A(nn.Module):\n    def __init__(): super().__init__()\n    def forward(): return 1\n",
    "class A(nn.Module):\n    def __init__(self, *, a, **k): pass\n    def forward(self, *x): return x\n",
    "class A(nn.Module):\n    def forward(self, x, /, *, y): return x\n",
    "class A(nn.Module):\n    forward = None\n",
    "class A(nn.Module):\n    forward = 1\n    def __init__(self): self.forward = self.forward\n",
    "class A(nn.Module):\n    forward = lambda self, x: self.forward(x)\n",
    "@A\nclass A(nn.Module): pass\n",
    "@(lambda c: c)\nclass A(nn.Module):\n" + _FORWARD_LINE,
    "class A(nn.Module):\n"
    + "    @property\n" * 3000
    + "    def f(self): return 1\n    def forward(self, x): return x * self.f\n",
    "class A0(nn.Module):\n" + _FORWARD_LINE + "".join(f"class A{i}(A{i - 1}): pass\n" for i in range(1, 300)),
    "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int = C()\nclass A(nn.Module):\n"
    "    def __init__(self): self.c = C()\n",
    "from dataclasses import dataclass\n@dataclass\nclass C:\n"
    "    def __post_init__(self): self.__post_init__()\nc = C()\nnet = nn.Linear(1, 1)\n",
)
_GAMES = (
    "self.__class__ = nn.Linear",
    "self.__class__.__init__(self)",
    "a = self.__class__(self.__class__)",
    "a = type(self)()",
    "a = ().__class__.__bases__[0].__subclasses__()",
    "a = (1).__class__",
    "a = [].__class__.__mro__[-1]",
    "a = self.__dict__['fc']",
    "self.__dict__.update(a=1)",
    "a = vars(self)",
    "a = globals()['nn']",
    "a = __builtins__['eval']('1')",
    "a = eval('1')",
    "exec('import os')",
    "a = __import__('os').system('true')",
    "a = open('/etc/passwd').read()",
    "import os; os.system('true')",
    "a = compile('1', '', 'eval')",
    "a = nn.Module.__init__.__globals__['torch']",
    "a = getattr(self, '__class__')",
    "a = getattr(nn, 'Linear')(1, 1)",
    "a = getattr(self, 'a' * 9999)",
    "a = getattr(self, 1)",
    "a = getattr(self, [])",
    "a = hasattr(self, {})",
    "a = getattr()",
    "a = getattr(self, 'a', 1, 2)",
    "setattr(self, '__class__', 1)",
    "setattr(self, 1, 2)",
    "setattr()",
    "delattr(self, 'fc')",
    "del self",
    "del self.fc, self.fc",
    "super().__init__().__class__",
    "super().__init__(*[1])",
    "super(Net, self).__init__(**{'a': 1})",
    "a = super()",
    "a = super().fc",
    "a = super() + 1",
    "a = super()[0]",
    "a = isinstance(self, 1)",
    "a = isinstance()",
    "a = isinstance(self, nn)",
    "a = isinstance(self, (nn.Module, (1, [2])))",
    "import foo\na = isinstance(self.fc, foo)",
    "a = issubclass(1, 2)",
    "a = callable()",
    "a = type()",
    "a = object()",
    "a = print(print(print))",
    "a = functools.partial()",
    "a = functools.partial(1)(2)",
    "a = enumerate([1], 'a')",
    "a = dict([1])",
    "a = OrderedDict([('a', 1, 2)])",
    "a = functools.partial(*[])",
    "a = functools.partial(nn.Linear, 1)(*range(99))",
    "a = {**5}",
    "a = {**[1]}",
    "a = {**None}",
    "a = dict(**5)",
    "a = dict(**{1: 2})",
    "a = nn.Linear(**{1: 2})",
    "a = nn.Linear(**5)",
    "a = nn.Linear(*5)",
    "a = nn.Linear(1, 1, in_features=1)",
    "a = map()",
    "a = map(max)",
    "a = list(map(1, [2]))",
    "a = list(map(max, 5))",
    "a = zip(*5)",
    "a = list(zip([1], [1, 2], strict=True))",
    "a = sorted([1], key=1)",
    "a = sorted([[], 1], key=len)",
    "a = max([1], key=lambda v: v)",
    "a = max(self.fc, nn.ReLU())",
    "a = self.fc < nn.ReLU()",
    "a = self.fc + 1",
    "a = -self.fc",
    "a = self.fc[0]",
    "a = self.fc[[]]",
    "a = nn[0]",
    "a = str(self)",
    "a = '%s' % self",
    "a = '{}'.format(self)",
    "a = f'{self}'",
    "a = {self: 1}[self]",
    "a = 1 in self.fc",
    "a = len(self.fc)",
    "a = int(self)",
    "a = sum([self, self])",
    "a = lambda: (yield)",
    "a = [(yield)]",
    "a = await self",
    "a = (b := (c := 1))",
    "a = [b := i for i in range(3)]",
    "a = ...[...]",
    "a = None.a.b.c",
    "a = 'b'.c.d",
    "*a, *b = 1, 2, 3",
    "a, (b, *c), *d = 1, 2",
    "(a, b), c = 1, 2",
    "[a, b] = 'abc'",
    "a = b = c = a",
    "a: int",
    "a.b: int = 1",
    "a[0]: int = 1",
    "self.fc: int = 1",
    "(self).fc = self.fc = None",
    "nn.Linear = 1",
    "nn.Linear = None\nb = nn.Linear(1, 1)",
    "self.fc.weight = self.fc.bias",
    "self.fc.weight[0] = 1",
    "self.fc[0] = 1",
    "self.fc['a'] = nn.ReLU()",
    "self[0] = nn.ReLU()",
    "len = 1\na = len([])",
    "super = 1\na = super()",
    "global self\nself.a = 1",
    "nonlocal self",
    "global a\na = 1\ndel a",
    "assert 1 / 0",
    "raise",
    "raise 1",
    "raise ValueError(1 / 0)",
    "try:\n    a = 1 / 0\nexcept ZeroDivisionError:\n    pass",
    "with open('a') as f: a = f.read()",
    "match self:\n    case 1: pass",
    "async def f(): await f()\na = f()",
    "async with self: pass",
    "import a.b.c as d\ne = d.f.g(d)",
    "from . import a\nb = a()",
    "from ..... import *",
    "from torch.nn import *",
    "from __future__ import braces",
    "if self: a = 1",
    "if self.fc == None: pass",
    "while self.fc: pass",
    "for self in self: pass",
    "for a.b in [1]: pass",
    "for a[0] in [1]: pass",
    "for (a, b) in [1]: pass",
    "a = [1 for b[0] in [1]]",
    "a = [0 for self.fc in [nn.ReLU()]]",
    "a = nn.Sequential(*nn.Sequential)",
    "a = nn.Sequential({'a': 1})",
    "a = nn.Sequential(OrderedDict([('a', nn.ReLU(), 1)]))",
    "a = nn.Sequential(OrderedDict(a=1))",
    "a = nn.Sequential([nn.ReLU()])",
    "a = nn.ModuleDict([nn.ReLU()])",
    "a = nn.ModuleDict([['a', 'b', 'c']])",
    "a = nn.ModuleDict({(1, 2): nn.ReLU()})",
    "a = nn.ModuleDict({'a.b': nn.ReLU(), '': nn.ReLU()})\nself.a = a",
    "a = nn.ModuleList(5)",
    "a = nn.ModuleList('abc')",
    "a = nn.ModuleList([nn.ReLU()])\na.insert(0, 5)\nself.a = a",
    "a = nn.ModuleList()\na.insert('a', nn.ReLU())",
    "a = nn.ModuleList()\na.extend()",
    "a = nn.ModuleList()\na.append()",
    "a = nn.ModuleDict()\na.update({'a': 5})\nself.a = a",
    "a = nn.ModuleDict()\na.update()",
    "self.add_module('', nn.ReLU())",
    "self.add_module('a.b', nn.ReLU())",
    "self.add_module(1, 2)",
    "self.add_module([], nn.ReLU())",
    "self.apply()",
    "self.apply(1)",
    "self.apply(self.apply)",
    "nn.init.constant_(self.fc.weight, 'a')",
    "nn.init.constant_(self.fc.weight, 1e400)",
    "nn.init.constant_()",
    "nn.init.zeros_(1)",
    "self.fc.weight.data.fill_(10 ** 400)",
    "a = torch.device()",
    "a = typing.cast()",
    "a = copy.deepcopy()",
    "a = OrderedDict(1)",
    "a = OrderedDict([1])",
    "a = OrderedDict([[]])",
)


def _games() -> Iterator[str]:
    for source in _RECURSIVE:
        yield in_constructor(source)
        yield in_file(source)
    for source in _RECURSIVE_CLASSES:
        yield f"import torch.nn as nn\n{source}"
    for line in _GAMES:
        yield in_constructor(line)
        yield in_forward(line)
    for expression in RAISING:
        yield in_forward(f"x = x * ({expression})")
    for line in RAISING_LINES:
        yield in_file(line)


_FORWARD = (
    "x = x.view(x.size(0), -0)",
    "x = x.view(0)",
    "x = x.view(0, 0, -1)",
    "x = x.view(x.size(0) * 0, -1)",
    "x = x.view(x.size(0) // 0, -1)",
    "x = x.view(x.size(0) % 0, -1)",
    "x = x.view(1 // x.size(0), -1)",
    "x = x.view(x.size(0) ** 2, -1)",
    "x = x.view()",
    "x = x.view([])",
    "x = x.view(x)",
    "x = x.view(x.shape)",
    "x = x.view(-1, -1, -1)",
    "x = x.view(2 ** 60, 2 ** 60)",
    "x = x.view(*range(9999))",
    "x = x.reshape()",
    "x = x.reshape(())",
    "x = x.reshape(0)",
    "x = x.reshape(x.size(0), 0)",
    "x = x.flatten(10 ** 9)",
    "x = x.flatten('a')",
    "x = x.flatten(1, 2, 3)",
    "x = x.unflatten(1, ())",
    "x = x.unflatten(1, (0, -1))",
    "x = x.unflatten('a', (2, 2))",
    "x = x.permute()",
    "x = x.permute(*range(9999))",
    "x = x.permute(0, 0, 0)",
    "x = x.transpose(0)",
    "x = x.transpose(10 ** 9, -10 ** 9)",
    "x = x.chunk(10 ** 9)",
    "x = x.chunk(0)",
    "x = x.chunk(-1)",
    "x = x.chunk()",
    "a, b = x.chunk(10 ** 9)",
    "for y in x.chunk(0): pass",
    "x = torch.cat(x.chunk(10 ** 9))",
    "x = x.split(0)",
    "x = x.split([])",
    "x = x.split([10 ** 9] * 9999)",
    "a, b = x.split(-1)",
    "x = x.unbind('a')",
    "a, b = x.unbind(10 ** 9)",
    "x = x[::0]",
    "x = x[10 ** 30]",
    "x = x[:10 ** 30]",
    "x = x[..., ...]",
    "x = x[[]]",
    "x = x[()]",
    "x = x[None, 'a']",
    "x = x[" + "None, " * 3000 + "]",
    "x = x" + "[0]" * 150,
    "x = x" + ".relu()" * 150,
    "x = x.shape[:10 ** 12]",
    "x = x.shape[::0]",
    "x = x.shape[-10 ** 12:-1]",
    "x = x.shape[10 ** 30]",
    "x = x.shape['a']",
    "x = x.size(10 ** 30)",
    "x = x.size('a')",
    "x = x.size([])",
    "x = x.size(1, 2)",
    "a, b = x.shape * 2",
    "*a, b = x.shape",
    "a = [*x.shape]",
    "a = max(x.shape)",
    "a = len(x.shape, 1)",
    "a = math.prod(x.shape)",
    "x = x.expand(10 ** 12, 10 ** 12)",
    "x = x.expand()",
    "x = x.expand('a')",
    "x = x.repeat(10 ** 12, 10 ** 12)",
    "x = x.repeat(*[2] * 9999)",
    "x = x.repeat()",
    "x = x.roll()",
    "x = x.flip()",
    "x = x.squeeze([])",
    "x = x.unsqueeze()",
    "x = x.unsqueeze(10 ** 30)",
    "x = F.pad(x, [10 ** 12] * 4)",
    "x = F.pad(x, [1] * 9999)",
    "x = F.pad(x, 'a')",
    "x = F.pad(x)",
    "x = F.interpolate(x, scale_factor=10 ** 12)",
    "x = F.interpolate(x, size=[])",
    "x = F.interpolate(x)",
    "x = F.max_pool2d(x, 0)",
    "x = F.max_pool2d(x)",
    "x = F.avg_pool2d(x, [])",
    "x = F.softmax(x, dim=[])",
    "x = F.dropout(x, 'a')",
    "x = F.relu()",
    "x = F.relu(1)",
    "x = F.relu(input=x, inplace='a')",
    "x = torch.cat()",
    "x = torch.cat([])",
    "x = torch.cat([x] * 9999)",
    "x = torch.cat([x, 1])",
    "x = torch.cat(x, x, x, x)",
    "x = torch.stack([x], 'a')",
    "x = torch.stack([[x]])",
    "x = torch.einsum()",
    "x = torch.einsum('')",
    "x = torch.einsum(1, x)",
    "x = torch.einsum('a' * 9999, x)",
    "x = torch.einsum('ij,jk->ik,kk', x, x)",
    "x = torch.matmul(x)",
    "x = torch.add(x, x, x)",
    "x = torch.max(x, [])",
    "x = x.max(dim=[])",
    "x = x.mean(dim='a')",
    "x = x.mean(dim=range(9999))",
    "x = x.mean(dim=10 ** 30)",
    "x = x.var(1, 2, 3, 4, 5)",
    "x = x.norm(p='a')",
    "x = x.clamp('a', 'b')",
    "x = x.pow('a')",
    "x = x ** x",
    "x = x ** 10 ** 400",
    "x = 1 / x / 0",
    "x = x / 0",
    "x = x % 0",
    "x = x // 0",
    "x = x @ 1",
    "x = x << 1",
    "x = ~x",
    "x = not x",
    "x = x and x",
    "x = x if x else x",
    "x = x == x",
    "x = x in [x]",
    "x = [x] == [x]",
    "x = (x, x) < (x, x)",
    "x = {x: x}[x]",
    "x = sorted([x, x])",
    "x = max(x, x)",
    "x = sum([x, 1])",
    "x = sum([x] * 9999)",
    "x = sum([x, x], x)",
    "x = sum(x)",
    "x = int(x)",
    "x = str(x)",
    "x = '%s' % x",
    "x = f'{x}'",
    "x = len(x)",
    "x = list(x)",
    "x = [*x]",
    "x = dict(x)",
    "x = x(x)",
    "x = x.a.b.c",
    "x = x.forward(x)",
    "x = x.T.T.T",
    "x = x.data.data.data",
    "x = x.zeros(10 ** 12)",
    "x = torch.zeros(10 ** 12)",
    "x = torch.ones([[1]])",
    "x[0] = 1",
    "x.a = 1",
    "x.data = x",
    "x.data += x",
    "x += x",
    "x *= 'a'",
    "x @= x",
    "x = self",
    "x = self(x)",
    "x = self.fc",
    "x = self.fc()",
    "x = self.fc(1)",
    "x = self.fc(x, x, x)",
    "x = self.fc(input=x)",
    "x = self.fc(**{'input': x, 'a': x})",
    "x = self.fc(*[x] * 9999)",
    "x = self.fc([x] * 9999)",
    "x = self.fc.weight",
    "x = self.nothing(x)",
    "x = self.fc.fc.fc(x)",
    "x = nn.Linear(4, 4)(x)",
    "x = nn.ReLU()(x)",
    "x = nn.Sequential(nn.ReLU())(x)",
    "self.fc = nn.ReLU()",
    "self.a = x",
    "del x",
    "return",
    "return 1",
    "return [[[x]]]",
    "return {}",
    "return {'a': {'b': x}}",
    "return x, (x, (x, (x,)))",
    "return lambda: x",
    "return self",
    "return (y for y in [x])",
    "yield x",
)
_LONG_FORWARD = (
    _doubled("pass", "x = x + x", "pass", 6000),
    _doubled("pass", "x = torch.cat([x, x])", "pass", 6000),
    _doubled("ys = [x]", "ys = ys + ys", "x = torch.cat(ys)", 40),
    _doubled("ys = [x]", "ys.append(F.relu(x))", "x = torch.cat(ys)", 1000),
    _doubled("ys = [x]", "ys.append(torch.cat(ys, 1))", "x = ys[-1]", 300),
    _doubled("n = x.size(0)", "n = n * n", "x = x.view(n, -1)", 1000),
    _doubled("n = x.size(0)", "n = n + n", "x = x.view(n, -1)", 1000),
    _doubled("n = x.size(0)", "n = n // 2", "x = x.view(n, -1)", 1000),
    _doubled("n = x.size(0)", "n = n * 10 ** 10", "x = x.view(n, -1)", 1000),
    _doubled("y = x", "y = y.view(y.size(0), -1)", "x = y", 1000),
    _doubled("y = x", "y.relu_()", "x = y", 900),
    _doubled("a = [x]", "a = [a, x.relu_()]", "x = a[1]", 400),
    _doubled("y = x", "y = y[0:1]; y.add_(1)", "x = y", 400),
)


def _forwards() -> Iterator[str]:
    yield from (in_forward(line) for line in (*_FORWARD, *_LONG_FORWARD))


_NESTED_CALLS = "".join(
    f"class A{level}(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    f"        self.a = {f'A{level - 1}()' if level else 'nn.ReLU()'}\n"
    f"    def forward(self, x):\n        for i in range(8):\n            x = self.a(x)\n        return x\n"
    for level in range(7)
)


_OPENING = (
    *("{", "(", "[", "not ", "-", "~", "lambda:", "*", "**", "await ", "a.", "a[", "f(", "@", "if 1:", "else ", ")"),
    *("a = b if ", "[b for ", "f'{", "0x", "1_", ";", ":=", "->", "...", "!", "?", "$", "`"),
)
_ENDING = ("1 + ", "1 < ", "a or ", "a if b else ", "x = ", "'a' ", "a, ", "a; ", "a=1, ")
_CHARACTERS = (
    *("\x00", "\ufeff", "\u200b", "\u202e", "\ud800", "\uff08", "\U0001f600", "\u0301", "\t", "\r", "\f"),
    *("\\\n", '"', "'", '"""'),
)


def _texts() -> Iterator[HostileSource]:
    """What is long, deep, or no Python at all."""
    for text in _OPENING:
        for count in (150, 3_000):
            yield HostileSource(f"{count:,} x {text!r}", text * count)
            yield HostileSource(f"a = {count:,} x {text!r} 1", f"a = {text * count}1")
    for text in ("{", "(", ")", "not ", "-", "a.", "a[", "f(", "lambda:"):
        for size in (90_000, 450_000, 1_000_000):
            yield HostileSource(f"{size:,} characters of {text!r}", text * (size // len(text)), needs_boundary=True)
    for text in _ENDING:
        for count in (150, 3_000):
            yield HostileSource(f"{count:,} x {text!r} 1", in_file(f"a = ({text * count}1)"))
        yield HostileSource(f"100,000 x {text!r} 1", in_file(f"a = ({text * 100_000}1)"), needs_boundary=True)
    for text in _CHARACTERS:
        for count in (1, 3_000):
            yield HostileSource(f"{count:,} x {text!r}", text * count)
            yield HostileSource(f"a network after {count:,} x {text!r}", text * count + in_file("a = 1"))
            yield HostileSource(f"a network with {count:,} x {text!r}", in_file(f"a = {text * count}1"))
    for name in ("\uff4e\uff4e.Linear", "n\u0301n.Linear", "\u212b.\u212b", "\u017felf.a", "self.\u2460"):
        yield HostileSource(f"a name of {name!r}", in_constructor(f"self.a = {name}(4, 4)"))
        yield HostileSource(f"a layer of {name!r}", in_constructor(f"{name} = nn.Linear(4, 4)"))
    steep = "\n".join(" " * ((7 * index) % 23) + f"a{index} = {index}" for index in range(3_000))
    yield HostileSource("88 KB indented in all ways", steep * 2, needs_boundary=True)
    yield HostileSource("lines indented in all ways", steep[:4_000])
    yield HostileSource("blocks without a body", "if a:\n" * 2_000)
    yield HostileSource("deep blocks", "\n".join(" " * depth + "if a:" for depth in range(99)))
    yield HostileSource("deeper blocks", "\n".join(" " * depth + "if a:" for depth in range(2_000)))
    yield HostileSource("deep functions", "\n".join(" " * depth + f"def f{depth}():" for depth in range(90)) + " pass")
    yield HostileSource("deep classes", "\n".join(" " * depth + f"class A{depth}:" for depth in range(90)) + " pass")
    yield HostileSource("100,000 lines", "a = 1\n" * 100_000, needs_boundary=True)
    yield HostileSource("3,000 lines that cannot be read", in_file("a = f()\n" * 3_000))
    yield HostileSource(
        "2,000 classes", "".join(f"class A{i}(nn.Module): pass\n" for i in range(2_000)), needs_boundary=True
    )
    yield HostileSource(
        "2,000 functions", "".join(f"def f{i}(): return f{i - 1}()\n" for i in range(2_000)) + in_file("a = f1999()")
    )
    yield HostileSource(
        "3,000 names that depend on each other backwards",
        in_file("".join(f"a{i} = a{i + 1}\n" for i in range(3_000)) + "b = nn.Linear(a0, 1)"),
        needs_boundary=True,
    )
    yield HostileSource("functions that call the next 50 times", _calling(50), needs_boundary=True)
    yield HostileSource("8 ** 7 nested calls", f"import torch.nn as nn\n{_NESTED_CALLS}")
    yield HostileSource(
        "a call with 3,000 arguments", in_constructor(f"self.a = nn.Sequential({'nn.ReLU(), ' * 3_000})")
    )
    yield HostileSource(
        "a dictionary of 3,000", in_constructor(f"a = {{{', '.join(f'{i}: {i}' for i in range(3_000))}}}")
    )
    yield HostileSource("an f-string in f-strings", "a = " + "f'{" * 3 + "1" + "}'" * 3)
    yield HostileSource("elif without end", in_constructor("if 0: pass\n" + "elif 0: pass\n" * 150))
    yield HostileSource("elif without end, longer", in_constructor("if 0: pass\n" + "elif 0: pass\n" * 3_000))
    yield HostileSource("typographic quotes", "\u201ca\u201d = \u2018b\u2019\n" * 3_000, needs_boundary=True)
    yield HostileSource("full-width everything", "\uff08\uff09\uff0c\uff1a\u3002" * 3_000, needs_boundary=True)
    yield HostileSource("brackets closed wrongly", "a = (]\nb = [)\n" * 1_000, needs_boundary=True)
    yield HostileSource("keywords misspelt", "calss A:\n  dfe f(self)\n    retrun x\n" * 300, needs_boundary=True)
    yield HostileSource("a text that never ends", 'a = """' + "b\n" * 3_000)
    yield HostileSource("an empty text", "")
    yield HostileSource("a comment", "# nothing")
    yield HostileSource("IPython", "!pip install x\n%matplotlib inline\n?nn.Linear\nIn [1]: import torch\n" * 50)


def _calling(times: int) -> str:
    return in_file("".join(f"def f{i}(a):\n" + f"    f{i + 1}(a)\n" * times for i in range(4)) + "f0([])\n")


def _iterators() -> Iterator[HostileSource]:
    """Iterators in iterators, which the interpreter goes through, and frees, without looking at its depth."""
    for wrap in ("zip(g)", "enumerate(g)", "(i for i in g)", "map(len, g)"):
        for count in (100, 30_000):
            code = (
                f"g = [1]\nfor i in range(9000):\n    {'; '.join([f'g = {wrap}'] * (count // 9000 + 1))}\na = list(g)"
            )
            yield HostileSource(f"{count:,} x {wrap}", in_constructor(code), needs_boundary=True)


SOURCES: tuple[HostileSource, ...] = (
    *_named("a huge range", _ranges()),
    *_named("nested and doubled", _nested()),
    *_named("doubled", _flat()),
    *_named("a large number", _numbers()),
    *_modules(),
    *_named("a game", _games()),
    *_named("a forward", _forwards()),
    *_texts(),
    *_iterators(),
)
"""Every hostile source; the names are all different."""
