"""Every kind of slip: found at its place, named, and corrected exactly."""

from __future__ import annotations

import ast
from typing import NamedTuple

import pytest

from playground.networks.slips import apply_slips, find_slips

GOOD = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=5)
        self.bn = nn.BatchNorm2d(16)
        self.act = nn.ReLU(inplace=True)
        self.fc = nn.Linear(16 * 12 * 12, classes)

    def forward(self, x):
        x = self.act(self.bn(self.conv1(x)))
        x = F.max_pool2d(x, 2)
        x = torch.flatten(x, 1)
        return self.fc(x)
"""


class Case(NamedTuple):
    """A right fragment of GOOD, the wrong one in its place, and the slip; corrected to `right` or `corrected`."""

    kind: str
    right: str
    wrong: str
    line: int
    column: int
    message: str
    corrected: str | None = None


FORWARD = GOOD[GOOD.index("    def forward") :]
FORWARD_OUTSIDE = "\n".join(line.removeprefix("    ") for line in FORWARD.split("\n"))
FORWARD_NESTED = "\n".join(f"    {line}" if line else line for line in FORWARD.split("\n"))

NAMES = [
    Case("layer", "nn.Linear(", "nn.Liear(", 12, 22, "nn.Liear is no layer; did you mean nn.Linear?"),
    Case("layer", "nn.Conv2d(", "nn.Con2d(", 9, 25, "nn.Con2d is no layer; did you mean nn.Conv2d?"),
    Case(
        "layer",
        "nn.Linear(",
        "torch.nn.Lienar(",
        12,
        28,
        "torch.nn.Lienar is no layer; did you mean torch.nn.Linear?",
        "torch.nn.Linear(",
    ),
    Case("Module", "(nn.Module)", "(nn.Moudle)", 6, 14, "nn.Moudle is no layer; did you mean nn.Module?"),
    Case("Module", "(nn.Module)", "(nn.Model)", 6, 14, "nn.Model is no layer; did you mean nn.Module?"),
    Case("capitals", "nn.ReLU(", "nn.ReLu(", 11, 23, "nn.ReLu is no layer; did you mean nn.ReLU?"),
    Case("capitals", "nn.ReLU(", "nn.Relu(", 11, 23, "nn.Relu is no layer; did you mean nn.ReLU?"),
    Case("capitals", "nn.ReLU(", "nn.relu(", 11, 23, "nn.relu is no layer; did you mean nn.ReLU?"),
    Case(
        "capitals",
        "nn.BatchNorm2d(",
        "nn.BatchNorm2D(",
        10,
        22,
        "nn.BatchNorm2D is no layer; did you mean nn.BatchNorm2d?",
    ),
    Case(
        "function as layer",
        "nn.ReLU(inplace=True)",
        "F.ReLU()",
        11,
        20,
        "F.ReLU is no name of torch; did you mean nn.ReLU?",
        "nn.ReLU()",
    ),
    Case(
        "layer as function",
        "self.act(self.bn(self.conv1(x)))",
        "F.ReLU(x)",
        15,
        15,
        "F.ReLU is no name of torch; did you mean F.relu?",
        "F.relu(x)",
    ),
    Case(
        "layer as function",
        "self.act(self.bn(self.conv1(x)))",
        "nn.relu(x)",
        15,
        13,
        "nn.relu is no layer; did you mean F.relu?",
        "F.relu(x)",
    ),
    Case(
        "function",
        "torch.flatten(",
        "torch.flaten(",
        17,
        19,
        "torch.flaten is no name of torch; did you mean torch.flatten?",
    ),
    Case(
        "function",
        "F.max_pool2d(",
        "F.maxpool2d(",
        16,
        15,
        "F.maxpool2d is no name of torch; did you mean F.max_pool2d?",
    ),
    Case(
        "function of torch",
        "torch.flatten(",
        "F.flatten(",
        17,
        13,
        "F.flatten is no name of torch; did you mean torch.flatten?",
    ),
    Case(
        "argument",
        "kernel_size=5",
        "kernal_size=5",
        9,
        39,
        "nn.Conv2d has no argument kernal_size; did you mean kernel_size?",
    ),
    Case(
        "argument",
        "nn.Linear(16 * 12 * 12, classes)",
        "nn.Linear(16 * 12 * 12, out_feature=classes)",
        12,
        43,
        "nn.Linear has no argument out_feature; did you mean out_features?",
        "nn.Linear(16 * 12 * 12, out_features=classes)",
    ),
    Case("import", "import torch\n", "import troch\n", 1, 8, "troch is no module; did you mean torch?"),
    Case("import", "import torch\n", "import pytorch\n", 1, 8, "pytorch is no module; did you mean torch?"),
    Case("import", "from torch import nn", "from troch import nn", 3, 6, "troch is no module; did you mean torch?"),
    Case(
        "import",
        "torch.nn.functional as",
        "torch.nn.functinal as",
        2,
        17,
        "torch.nn.functinal is no module; did you mean torch.nn.functional?",
    ),
    Case(
        "import",
        "from torch import nn",
        "from torch import nn\nfrom torch.nn import Liear",
        4,
        22,
        "torch.nn has no Liear; did you mean Linear?",
        "from torch import nn\nfrom torch.nn import Linear",
    ),
    Case(
        "import",
        "import torch.nn.functional as F",
        "from torch import nn.functional as F",
        2,
        1,
        "from ... import takes a name, not a path; write import torch.nn.functional as F.",
    ),
    Case("use of torch", "torch.flatten(", "troch.flatten(", 17, 13, "troch has no value here; did you mean torch?"),
    Case("self", "self.fc(x)", "slef.fc(x)", 18, 16, "slef has no value here; did you mean self?"),
    Case("self", "self.fc(x)", "fc(x)", 18, 16, "fc has no value here; did you mean self.fc?"),
    Case(
        "prefix",
        "nn.BatchNorm2d(16)",
        "BatchNorm2d(16)",
        10,
        19,
        "BatchNorm2d has no value here; did you mean nn.BatchNorm2d?",
    ),
    Case("prefix", "F.max_pool2d(", "max_pool2d(", 16, 13, "max_pool2d has no value here; did you mean F.max_pool2d?"),
    Case("literal", "inplace=True", "inplace=true", 11, 36, "true has no value here; did you mean True?"),
    Case(
        "no import",
        "import torch.nn.functional as F\nfrom torch import nn\n",
        "from torch import nn\n",
        15,
        13,
        "F is used here but never imported; write import torch.nn.functional as F at the top.",
        "from torch import nn\nimport torch.nn.functional as F\n",
    ),
    Case(
        "no import",
        "from torch import nn\n",
        "",
        5,
        11,
        "nn is used here but never imported; write from torch import nn at the top.",
    ),
    Case(
        "input",
        "self.act(self.bn(self.conv1(x)))",
        "nn.Sigmoid(x)",
        15,
        13,
        "nn.Sigmoid(x) makes a layer with the input as its argument, it does not apply one; write nn.Sigmoid()(x).",
        "nn.Sigmoid()(x)",
    ),
]

CLASSES = [
    Case("super", "super().__init__()", "super.__init__()", 8, 9, "super is not called; write super()."),
    Case("super", "super().__init__()", "super()__init__()", 8, 16, "There is no dot between super() and __init__."),
    Case(
        "super",
        "super().__init__()",
        "super(Net, self)__init__()",
        8,
        25,
        "There is no dot between super() and __init__.",
        "super(Net, self).__init__()",
    ),
    Case(
        "super",
        "super().__init__()",
        "super().__init__",
        8,
        9,
        "super().__init__ is not called; write the parentheses.",
    ),
    Case("super", "super().__init__()", "super()._init_()", 8, 17, "super() has no _init_; did you mean __init__?"),
    Case("super", "super().__init__()", "super().__int__()", 8, 17, "super() has no __int__; did you mean __init__?"),
    Case(
        "super",
        "super().__init__()",
        "super(Ne, self).__init__()",
        8,
        15,
        "super names Ne, but this class is Net.",
        "super(Net, self).__init__()",
    ),
    Case(
        "super",
        "super().__init__()",
        "super().__init__(self)",
        8,
        26,
        "super().__init__ gets self by itself; write nothing between the parentheses.",
    ),
    Case(
        "super",
        "super().__init__()",
        "super(self, Net).__init__()",
        8,
        15,
        "super takes the class first: super(Net, self).",
        "super(Net, self).__init__()",
    ),
    Case(
        "super",
        "super().__init__()",
        "super(Net).__init__()",
        8,
        9,
        "super with a class needs self, too: super(Net, self).",
        "super(Net, self).__init__()",
    ),
    Case(
        "return",
        "        return self.fc(x)",
        "    return self.fc(x)",
        18,
        5,
        "This line is indented by 4 spaces where 8 are right.",
    ),
    Case("super", "super().__init__()", "supper().__init__()", 8, 9, "supper has no value here; did you mean super?"),
    Case(
        "super",
        "        super().__init__()\n",
        "",
        7,
        5,
        "__init__ of Net does not call super().__init__(); it must before the first layer.",
    ),
    Case("constructor", "def __init__(", "def __int__(", 7, 9, "__int__ is never called; the constructor is __init__."),
    Case("constructor", "def __init__(", "def _init_(", 7, 9, "_init_ is never called; the constructor is __init__."),
    Case("constructor", "def __init__(", "def __init_(", 7, 9, "__init_ is never called; the constructor is __init__."),
    Case(
        "base",
        "class Net(nn.Module):",
        "class Net:",
        6,
        7,
        "Net has no base class; a network is an nn.Module: write class Net(nn.Module).",
    ),
    Case(
        "base",
        "class Net(nn.Module):",
        "class Net():",
        6,
        7,
        "Net has no base class; a network is an nn.Module: write class Net(nn.Module).",
    ),
    Case(
        "no self",
        "def forward(self, x):",
        "def forward(x):",
        14,
        17,
        "forward has no self; it is the first parameter of every method.",
    ),
    Case(
        "no self",
        "def __init__(self, classes=10):",
        "def __init__(classes=10):",
        7,
        18,
        "__init__ has no self; it is the first parameter of every method.",
    ),
    Case(
        "no self",
        "def forward(self, x):",
        "def forward(slef, x):",
        14,
        17,
        "The first parameter of forward is slef; did you mean self?",
    ),
    Case("attribute", "self.conv1(x)", "self.con1(x)", 15, 35, "self.con1 is never assigned; did you mean self.conv1?"),
    Case("attribute", "self.bn = ", "bn = ", 10, 9, "bn is used as self.bn but assigned without self; write self.bn."),
]

FORWARDS = [
    Case("name", "def forward(", "def foward(", 14, 9, "Net has no forward, but foward; did you mean forward?"),
    Case("name", "def forward(", "def forwad(", 14, 9, "Net has no forward, but forwad; did you mean forward?"),
    Case("name", "def forward(", "def Forward(", 14, 9, "Net has no forward, but Forward; did you mean forward?"),
    Case(
        "outside",
        FORWARD,
        FORWARD_OUTSIDE,
        14,
        1,
        "forward stands outside of Net; indent it, so that the class has it.",
    ),
    Case(
        "nested",
        FORWARD,
        FORWARD_NESTED,
        14,
        9,
        "forward stands within __init__; indent it as __init__, so that Net has it.",
    ),
    Case(
        "return",
        "        return self.fc(x)",
        "        self.fc(x)",
        14,
        5,
        "forward returns nothing; write return self.fc(x).",
    ),
    Case(
        "return",
        "        return self.fc(x)",
        "        x = self.fc(x)",
        14,
        5,
        "forward returns nothing; end it with return x.",
        "        x = self.fc(x)\n        return x",
    ),
    Case(
        "return",
        "        return self.fc(x)",
        "        out = self.fc(x)\n        return",
        19,
        9,
        "forward returns nothing; end it with return out.",
        "        out = self.fc(x)\n        return out",
    ),
    Case(
        "lost",
        "x = F.max_pool2d(x, 2)",
        "F.max_pool2d(x, 2)",
        16,
        9,
        "The result of F.max_pool2d(x, 2) is lost; assign it to x.",
    ),
    Case(
        "lost",
        "x = torch.flatten(x, 1)",
        "x.view(-1, 2304)",
        17,
        9,
        "The result of x.view(-1, 2304) is lost; assign it to x.",
        "x = x.view(-1, 2304)",
    ),
    Case("assignment", "self.bn = nn", "self.bn: nn", 10, 16, "self.bn is assigned with =, not with a colon."),
    Case("assignment", "self.bn = nn", "self.bn == nn", 10, 17, "self.bn is assigned with =; == only compares."),
    Case("assignment", "self.bn = nn", "self.bn := nn", 10, 17, "self.bn is assigned with =, not with :=."),
    Case("assignment", "self.bn = nn", "self.bn nn", 10, 17, "There is no = after self.bn; an assignment needs one."),
    Case("assignment", "x = F.max", "x F.max", 16, 11, "There is no = after x; an assignment needs one."),
    Case(
        "assignment",
        "nn.BatchNorm2d(16)",
        "nn.BatchNorm2d(16),",
        10,
        37,
        "The comma at the end makes self.bn a tuple; delete it.",
    ),
]

PUNCTUATION = [
    Case("comma", "nn.Linear(", "nn,Linear(", 12, 21, "A comma stands where a dot belongs; write nn.Linear."),
    Case("comma", "nn.Module", "nn,Module", 6, 13, "A comma stands where a dot belongs; write nn.Module."),
    Case("comma", "F.max_pool2d(", "F,max_pool2d(", 16, 14, "A comma stands where a dot belongs; write F.max_pool2d."),
    Case("comma", "self.bn = ", "self,bn = ", 10, 13, "A comma stands where a dot belongs; write self.bn."),
    Case("comma", "self.conv1(x)", "self,conv1(x)", 15, 34, "A comma stands where a dot belongs; write self.conv1."),
    Case(
        "comma",
        "import torch.nn.functional",
        "import torch,nn.functional",
        2,
        13,
        "A comma stands where a dot belongs; write torch.nn.",
    ),
    Case("dot", "nn.Linear(", "nn Linear(", 12, 22, "There is no dot between nn and Linear; write nn.Linear."),
    Case("dot", "nn.Linear(", "nn..Linear(", 12, 22, "One dot is enough here."),
    Case(
        "full width",
        "(1, 16, kernel_size=5)",
        "（1，16, kernel_size=5）",
        9,
        31,
        "（ ， ） is not Python's punctuation; use ( , ) instead.",
        "(1,16, kernel_size=5)",
    ),
    Case(
        "full width",
        "def forward(self, x):",
        "def forward(self, x)：",
        14,
        25,
        "： is not Python's punctuation; use : instead.",
    ),
    Case("full width", "nn.Linear(", "nn。Linear(", 12, 21, "。 is not Python's punctuation; use . instead."),
    Case(
        "quotes",
        "kernel_size=5",
        "kernel_size=5, padding=“same”",
        9,
        62,
        '“ ” are typographic quotes; Python needs ".',
        'kernel_size=5, padding="same"',
    ),
    Case(
        "quotes",
        "kernel_size=5",
        "kernel_size=5, padding=‘same’",
        9,
        62,
        "‘ ’ are typographic quotes; Python needs '.",
        "kernel_size=5, padding='same'",
    ),
    Case(
        "space",
        "        self.bn",
        "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0self.bn",
        10,
        1,
        "A space that Python does not know stands here; write an ordinary one.",
    ),
    Case(
        "invisible",
        "import torch\n",
        "\ufeffimport torch\n",
        1,
        1,
        "An invisible character that Python does not know stands here; delete it.",
    ),
    Case(
        "tabs",
        "        self.bn",
        "\t\tself.bn",
        10,
        1,
        "Tabs and spaces are mixed here; indent every line with spaces.",
    ),
    Case(
        "indentation",
        "    def forward(self, x):",
        "   def forward(self, x):",
        14,
        4,
        "This line is indented by 3 spaces where 4 are right.",
    ),
    Case(
        "indentation",
        "        x = F.max",
        "         x = F.max",
        16,
        10,
        "This line is indented by 9 spaces where 8 are right.",
    ),
    Case(
        "indentation",
        FORWARD,
        FORWARD.replace("        ", "    "),
        15,
        5,
        "The line after def forward is not indented; what belongs to it stands 4 spaces deeper.",
    ),
    Case("colon", "class Net(nn.Module):", "class Net(nn.Module)", 6, 21, "There is no colon at the end of class Net."),
    Case(
        "colon", "def forward(self, x):", "def forward(self, x)", 14, 25, "There is no colon at the end of def forward."
    ),
    Case(
        "colon",
        "def forward(self, x):",
        "def forward(self, x);",
        14,
        25,
        "There is no colon at the end of def forward.",
    ),
    Case(
        "bracket",
        "self.bn(self.conv1(x)))",
        "self.bn(self.conv1(x))",
        15,
        21,
        "The ( opened here is never closed; write ) in line 15.",
    ),
    Case(
        "bracket",
        "nn.Linear(16 * 12 * 12, classes)",
        "nn.Linear(16 * 12 * 12, classes",
        12,
        28,
        "The ( opened here is never closed; write ) in line 12.",
    ),
    Case(
        "bracket",
        "return self.fc(x)",
        "return self.fc(x",
        18,
        23,
        "The ( opened here is never closed; write ) in line 18.",
    ),
    Case(
        "bracket",
        "class Net(nn.Module):",
        "class Net(nn.Module:",
        6,
        10,
        "The ( opened here is never closed; write ) in line 6.",
    ),
    Case(
        "bracket",
        "def forward(self, x):",
        "def forward(self, x:",
        14,
        16,
        "The ( opened here is never closed; write ) in line 14.",
    ),
    Case("bracket", "nn.BatchNorm2d(16)", "nn.BatchNorm2d(16))", 10, 37, "The ) here closes nothing; delete it."),
    Case("bracket", "nn.BatchNorm2d(16)", "nn.BatchNorm2d(16]", 10, 36, "The ( of line 10 is closed by ]; write )."),
    Case("missing comma", "def forward(self, x):", "def forward(self x):", 14, 22, "A comma is missing before x."),
    Case("missing comma", "nn.Conv2d(1, 16,", "nn.Conv2d(1 16,", 9, 34, "A comma is missing before 16."),
    Case(
        "missing comma",
        "self.fc = nn.Linear(16 * 12 * 12, classes)",
        "self.fc = nn.Sequential(\n            nn.Flatten()\n            nn.Linear(2304, 10),\n        )",
        14,
        13,
        "A comma is missing before nn.",
        "self.fc = nn.Sequential(\n            nn.Flatten(),\n            nn.Linear(2304, 10),\n        )",
    ),
    Case(
        "bracket in a list",
        "self.fc = nn.Linear(16 * 12 * 12, classes)",
        "self.fc = nn.Sequential(\n            nn.Linear(2304, 10,\n            nn.ReLU(),\n        )",
        13,
        22,
        "The ( opened here is never closed; write ) in line 13.",
        "self.fc = nn.Sequential(\n            nn.Linear(2304, 10),\n            nn.ReLU(),\n        )",
    ),
    Case("keyword", "class Net", "Class Net", 6, 1, "Class is no keyword; did you mean class?"),
    Case("keyword", "return self", "retrun self", 18, 9, "retrun is no keyword; did you mean return?"),
    Case("keyword", "from torch import nn", "form torch import nn", 3, 1, "form is no keyword; did you mean from?"),
    Case("keyword", "import torch\n", "improt torch\n", 1, 1, "improt is no keyword; did you mean import?"),
    Case("keyword", "def forward(", "forward(", 14, 5, "There is no def before forward; a method begins with it."),
    Case("keyword", "class Net(", "Net(", 6, 1, "There is no class before Net; a class begins with it."),
]

CASES = [*NAMES, *CLASSES, *FORWARDS, *PUNCTUATION]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.wrong.strip()[:40]}")
def test_a_slip_is_found_named_and_corrected(case: Case) -> None:
    assert GOOD.count(case.right) == 1
    source = GOOD.replace(case.right, case.wrong)
    slips = find_slips(source)
    assert [(slip.line, slip.column, slip.message) for slip in slips] == [(case.line, case.column, case.message)]
    corrected = apply_slips(source, slips)
    assert corrected == GOOD.replace(case.right, case.right if case.corrected is None else case.corrected)
    ast.parse(corrected)
    assert find_slips(corrected) == ()


@pytest.mark.parametrize(
    ("wrong", "places"),
    [
        ("```python\n" + GOOD + "```\n", "fences"),
        ("%matplotlib inline\n!pip install torch\n" + GOOD, "commands"),
        (
            "".join(f"{'... ' if line[:1] in ' ' else '>>> '}{line}".rstrip(" ") for line in GOOD.splitlines(True)),
            "prompts",
        ),
    ],
    ids=["fences", "commands", "prompts"],
)
def test_what_was_copied_along_is_deleted(wrong: str, places: str) -> None:
    slips = find_slips(wrong)
    expected = {"fences": [1, wrong.count("\n")], "commands": [1, 2], "prompts": [*range(1, 1 + wrong.count("\n"))]}
    assert [slip.line for slip in slips] == expected[places]
    assert all(slip.message.endswith("delete it.") for slip in slips)
    assert apply_slips(wrong, slips) == GOOD


def test_prompts_and_fences_in_a_text_are_no_slips() -> None:
    text = '"""Doc.\n\n>>> x = 1\n```\n%time\n```\n"""\n'
    assert find_slips(text + GOOD) == ()
    assert find_slips("```\n" + text + GOOD + "```\n")[0].line == 1
    assert apply_slips("```\n" + text + GOOD + "```\n", find_slips("```\n" + text + GOOD + "```\n")) == text + GOOD


def test_a_slip_without_a_certain_correction_is_only_named() -> None:
    for right, wrong, message in (
        ("nn.Conv2d(", "nn.Conv(", "nn.Conv is no layer; did you mean nn.Conv1d or nn.Conv2d or nn.Conv3d?"),
        (
            "self.fc(x)",
            "nn.Linear(x)",
            "nn.Linear(x) makes a layer with the input as its argument, "
            "it does not apply one; make it in __init__ and call it here.",
        ),
        (
            "return self.fc(x)",
            "pass  # what is the result?\n        print('x)",
            "The text that begins with ' here is never closed in line 19.",
        ),
    ):
        source = GOOD.replace(right, wrong)
        (slip,) = find_slips(source)
        assert (slip.message, slip.edits) == (message, ())
        assert apply_slips(source, [slip]) == source


MANY = """\
improt troch
import torch,nn as nn

class Net(nn,Moudle)
    def __int__(self）：
        super(Nte, self)__init__()
        self.conv1: nn.Conv2d(1, 16, kernal_size=5, padding_mode=“zeros”
        self,fc = nn.Liear(16 10)

def foward(x)：
    x = F.ReLU(conv1(x)
    x.view(x.size(0) -1)
    slef.fc(x)
"""

CORRECTED = """\
import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=5, padding_mode="zeros")
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = x.view(x.size(0), -1)
        return self.fc(x)
"""


def test_one_slip_hides_no_other() -> None:
    source = MANY.replace("foward", "forward").replace("(x)：", "(self, x)：").replace("x.size(0) -1", "x.size(0), -1")
    slips = find_slips(source)
    assert apply_slips(source, slips) == CORRECTED
    assert [slip.line for slip in slips] == sorted(slip.line for slip in slips)
    assert find_slips(CORRECTED) == ()


def test_each_slip_can_be_applied_by_itself() -> None:
    wrong = (("nn.Linear(", "nn.Liear("), ("inplace=True", "inplace=true"), ("def forward(", "def foward("))
    source = GOOD
    for right, slip in wrong:
        source = source.replace(right, slip)
    slips = find_slips(source)
    assert len(slips) == 3
    for slip in slips:
        rest = find_slips(apply_slips(source, [slip]))
        assert {other.message for other in rest} == {other.message for other in slips} - {slip.message}


def test_a_source_in_other_line_ends_keeps_them() -> None:
    source = GOOD.replace("        super().__init__()\n", "").replace("\n", "\r\n")
    assert apply_slips(source, find_slips(source)) == GOOD.replace("\n", "\r\n")


def test_columns_count_characters_also_after_other_alphabets() -> None:
    source = GOOD.replace("x = F.max_pool2d(x, 2)", 'x, name = F.max_pool2d(x, 2), "池化"; x = F.rleu(x)')
    (slip,) = find_slips(source)
    line = source.splitlines()[slip.line - 1]
    assert line[slip.column - 1 :].startswith("rleu")
    assert apply_slips(source, [slip]) == source.replace("rleu", "relu")


def test_nothing_of_the_source_is_run_or_imported(capsys: pytest.CaptureFixture[str]) -> None:
    find_slips("import this, antigravity_of_nobody\nprint('run')\nnn.Liear(print('run'))\n")
    assert capsys.readouterr().out == ""
