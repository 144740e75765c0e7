"""The classes of PyTorch that the code of a network extends: a ModuleList with a forward, an LSTM without its state.

`reading` knows these by their text and makes of them again what they stand for.
"""

from __future__ import annotations

from playground.networks.rules import FORWARD_RULES

GIVES_A_TUPLE = ("LSTM", "GRU", "RNN", "MultiheadAttention")
"""The layers that give their output and something else after it; a network here uses the output."""

OUTPUT = "output"
"""What stands in the place of a rule where a layer of GIVES_A_TUPLE is extended."""


def extension_name(type_name: str, rule: str) -> str:
    """What the class is called that computes by this rule, or gives only the output: "SumDict", "LSTMOutput"."""
    return f"{camel_case(rule)}{type_name.removeprefix('Module')}" if rule != OUTPUT else f"{type_name}Output"


def extension_forward(type_name: str, rule: str) -> str:
    """The forward of such a class."""
    if rule == OUTPUT:
        inputs = "x, x, x" if type_name == "MultiheadAttention" else "x"
        statements: tuple[str, ...] = (f"return super().forward({inputs})[0]",)
    else:
        children = "self" if type_name == "ModuleList" else "self.values()"
        statements = tuple(statement.format(children=children) for statement in FORWARD_RULES[rule].code)
    return "\n".join(["def forward(self, x):", *(f"    {statement}" for statement in statements)])


def camel_case(name: str) -> str:
    """A name as classes are written: "in_order" becomes "InOrder"."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
