"""What names stand for while source is followed: layers being made, classes, functions, and tensors to come.

Numbers, texts, tuples, lists and dictionaries stand for themselves.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from playground.networks.errors import SpecError
from playground.networks.spec import Forward, Layer


@dataclass(eq=False)
class Node:
    """A module while its constructor is followed; `attributes` are what it keeps beside its children."""

    type: str
    arguments: dict[str, Any] = field(default_factory=dict)
    children: dict[str, Node] = field(default_factory=dict)
    rule: str = ""
    class_name: str = ""
    forward: Forward | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    definition: ClassValue | None = None

    def layer(self, name: str) -> Layer:
        """The finished layer, under the name that it has in its parent."""
        children = tuple(child.layer(child_name) for child_name, child in self.children.items())
        return Layer(name, self.type, self.arguments, children, self.rule, self.class_name, self.forward)


@dataclass(frozen=True, eq=False)
class Child:
    """A module as the forward of another one sees it: with its path below that one."""

    path: str
    node: Node


@dataclass(frozen=True)
class TorchName:
    """Something of PyTorch or Python that the source names, by its full name: "torch.nn.Conv2d"."""

    name: str


@dataclass(frozen=True, eq=False)
class ClassValue:
    """A class of the source."""

    definition: ast.ClassDef


@dataclass(frozen=True, eq=False)
class FunctionValue:
    """A function of the source with the names around it; `owner` is the module whose method it is."""

    definition: ast.FunctionDef | ast.Lambda
    names: dict[str, Any]
    owner: Node | None = None


@dataclass(frozen=True, eq=False)
class Method:
    """A method of a value, not called yet."""

    owner: Any
    name: str


@dataclass(frozen=True, eq=False)
class SuperValue:
    """`super()` in a class: the module, and the class whose bases are meant."""

    node: Node
    definition: ast.ClassDef


@dataclass(frozen=True, eq=False)
class Variable:
    """A tensor that a forward is given, or that one of its steps computes: the one with this number."""

    number: int


@dataclass(frozen=True, eq=False)
class Applied:
    """A tensor that is still to be computed: a child or an operation on other tensors."""

    inputs: tuple[Any, ...]
    child: str = ""
    operation: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    layer_type: str = ""


@dataclass(frozen=True, eq=False)
class Sizes:
    """The shape of a tensor, from dimension `start` on."""

    tensor: Any
    start: int = 0


@dataclass(frozen=True, eq=False)
class Size:
    """One size of a tensor, such as `x.size(0)`."""

    tensor: Any
    dimension: int


IGNORED = object()
"""What calls give that only initialise weights or print."""


def is_tensor(value: Any) -> bool:
    """Whether a value stands for a tensor."""
    return isinstance(value, Variable | Applied)


def is_output_with_state(value: Any) -> bool:
    """Whether a layer gives its output first and something else after it, of which only the output is passed on."""
    return isinstance(value, Applied) and value.layer_type in ("LSTM", "GRU", "RNN", "MultiheadAttention")


def cannot_read(node: ast.AST, problem: str) -> SpecError:
    """The error for a construct of the source, at its line and column."""
    line, column = getattr(node, "lineno", None), getattr(node, "col_offset", None)
    place = f"Line {line}, column {column + 1}: " if line is not None and column is not None else ""
    return SpecError(f"{place}{problem}", line, None if column is None else column + 1)


def shown(node: ast.AST) -> str:
    """A construct as the source has it, shortened to be quoted in a sentence."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else text[:57] + "..."
