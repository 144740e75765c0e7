"""The hostile sources that go through a real server: those that were reported, and over 200 others."""

from __future__ import annotations

from tests.hostile.sources import SOURCES, HostileSource, in_constructor, in_file

_NESTED = "a, b = [0], [0]\nfor i in range(60): a, b = [a, a], [b, b]\nc = "
_DOUBLED = "a = {}\nfor i in range(40): a {} a"
_MODULES = "a = nn.Linear(4, 4)\nfor i in range(40): a = nn.Sequential(a, {})"
_REPORTED = (
    'a = "x" in range(10**12)',
    *(_NESTED + use for use in ("a == b", "str(a)", '"%s" % a', "{a: 1}", "a < b", "max(a, b)", "sorted([a, b])")),
    *(
        _DOUBLED.format(begin, how)
        for begin in ("[0] * 10000", '"x" * 10000', "(0,) * 10000")
        for how in ("= a +", "+=")
    ),
    'a = "x" * 10000\nfor i in range(40): a = f"{a}{a}"',
    'a = "x" * 10000\nfor i in range(40): a = "%s%s" % (a, a)',
    'a = "x" * 10000\nfor i in range(40): a = "{}{}".format(a, a)',
    "a = [0] * 10000\nfor i in range(40): a = sum([a, a], [])",
    "a = [0] * 10000\nfor i in range(40): a[len(a):] = a[:]",
    "a = [list(range(9999)) for i in range(9999)]",
    _MODULES.format("a"),
    _MODULES.format("copy.deepcopy(a)"),
)
_BROKEN = (
    "class Net(nn.Module):\n" + "".join(f"{' ' * (i % 7)}x = {i}\n" for i in range(8_000)),
    *(part * (1_000_000 // len(part)) for part in ("{", "(", "not ", "-")),
)
_LARGE = [each for each in SOURCES if each.needs_boundary]
_OTHERS = [each for each in SOURCES if not each.needs_boundary]

REPORTED = tuple(
    HostileSource(f"reported {number}", source)
    for number, source in enumerate(
        (
            *(in_constructor(code) for code in _REPORTED),
            *(in_file(code) for code in _REPORTED),
            in_constructor("self.a = nn.Sequential(self, nn.Linear(4, 4))"),
            *_BROKEN,
        )
    )
)
CHOSEN = (*REPORTED, *_LARGE[::6], *_OTHERS[:: len(_OTHERS) // 210])
