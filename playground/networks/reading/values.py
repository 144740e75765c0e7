"""What names stand for while source is followed: layers being made, classes, functions, and tensors to come.

Numbers, texts, tuples, lists and dictionaries stand for themselves.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from playground.networks.code_extensions import GIVES_A_TUPLE
from playground.networks.errors import SpecError
from playground.networks.reading.effects import NO_EFFECT, Effect
from playground.networks.spec import Forward, Layer

moments = itertools.count()
"""Numbers in the order of what happens in forwards."""


@dataclass(eq=False)
class Node:
    """A module while its constructor is followed; `attributes` are what it keeps beside its children.

    `base` is the class of PyTorch that its class extends, where `type` is what stands for it in the spec.
    """

    type: str
    arguments: dict[str, Any] = field(default_factory=dict)
    children: dict[str, Node] = field(default_factory=dict)
    rule: str = ""
    class_name: str = ""
    forward: Forward | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    definition: ClassValue | None = None
    initial: dict[str, float] = field(default_factory=dict)
    base: str = ""
    aliases: dict[str, str] = field(default_factory=dict)
    """Further names of children, each with the path of the child below this module."""
    places: dict[str, ast.AST] = field(default_factory=dict)
    """Where the source puts each child."""
    readings: set[Any] = field(default_factory=set)
    """What its forward has been read for: these inputs, or the number of tensors in the list that it was given."""
    effect: Effect = NO_EFFECT
    """What its forward does to the memory of its inputs."""
    gives: tuple[bool, ...] = ()
    """Which of the values that its forward returns are passed on, where it also returns a state."""
    lengths: dict[int, int] = field(default_factory=dict)
    """Of the steps of its forward that flatten, how long the source says that a sample then is."""
    is_own: bool = False
    """Whether a class of the source makes it, also one that extends a container."""

    def __post_init__(self) -> None:
        self.base = self.base or self.type

    def layer(self, name: str) -> Layer:
        """The finished layer, under the name that it has in its parent."""
        children = tuple(child.layer(child_name) for child_name, child in self.children.items())
        return Layer(
            name,
            self.type,
            self.arguments,
            children,
            self.rule,
            self.class_name,
            self.forward,
            initial=self.initial,
        )


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
    """A class of the source; `above` is what Python looks through after it: classes of the source and of PyTorch."""

    definition: ast.ClassDef
    above: tuple[Any, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Record:
    """An object of a class of the source that is no module, such as the settings of a block."""

    definition: ClassValue
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class FunctionValue:
    """A function of the source with the names around it; `owner` is the module or object whose method it is.

    In a forward that is the module as the forward sees it. `defaults` were computed where the function is defined.
    """

    definition: ast.FunctionDef | ast.Lambda
    names: dict[str, Any]
    owner: Node | Record | Child | None = None
    defaults: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Method:
    """A method of a value, not called yet."""

    owner: Any
    name: str


@dataclass(frozen=True, eq=False)
class Partial:
    """A function with some of its arguments given already, as `functools.partial` makes it, and a class method."""

    function: Any
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


@dataclass(frozen=True, eq=False)
class SuperValue:
    """`super()` in a class: the module or object, and the class whose bases are meant."""

    owner: Node | Record | Child
    definition: ast.ClassDef

    @property
    def node(self) -> Node | Record:
        """The module or object itself, also where a forward sees it."""
        return self.owner.node if isinstance(self.owner, Child) else self.owner


@dataclass(frozen=True)
class ParameterOf:
    """A parameter of a layer, by its name: "weight", "out_proj.bias"."""

    node: Node
    name: str


@dataclass(frozen=True, eq=False)
class Variable:
    """A tensor that a forward is given, or that one of its steps computes, as `applied`: the one with this number."""

    number: int
    applied: Applied | None = None


@dataclass(frozen=True, eq=False)
class Applied:
    """A tensor that is still to be computed: a child or an operation on other tensors."""

    inputs: tuple[Any, ...]
    child: str = ""
    operation: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    node: Node | None = None
    is_output: bool = False
    """Whether the output was taken out of the tuple that a layer gives with a state."""
    moment: int = field(default_factory=moments.__next__)
    """When it is computed: before all that has a later moment."""
    length: int | None = None
    """Of a sample that is flattened, how long the source says that it is."""


class Several(tuple[Any, ...]):
    """Tensors that a forward has given one name, which they keep where they are its result."""

    name: str

    def __new__(cls, tensors: Iterable[Any], name: str) -> Several:
        """The tensors under this name."""
        several = super().__new__(cls, tensors)
        several.name = name
        return several


@dataclass(frozen=True, eq=False)
class Sizes:
    """The shape of a tensor, from dimension `start` on."""

    tensor: Any
    start: int = 0


@dataclass(frozen=True)
class Size:
    """Sizes of tensors multiplied with each other and with a number, such as `x.size(1) // 2`.

    `powers` has for each tensor and dimension how often it is a factor.
    """

    factor: Fraction
    powers: frozenset[tuple[tuple[Any, int], int]]


@dataclass(frozen=True, eq=False)
class Unbound:
    """Several parts of a tensor: each index of a dimension, or pieces of a size along it."""

    tensor: Any
    dim: int
    size: Any = None


@dataclass(frozen=True, eq=False)
class Unreadable:
    """What a name stands for after a statement that cannot be followed, with why."""

    error: SpecError


@dataclass(frozen=True, eq=False)
class StateOf:
    """The state that a recurrent layer gives after its output; of it only the output of the last step is known.

    Where nothing of it is known, `unknown` says why.
    """

    output: Any
    unknown: str = ""


@dataclass(frozen=True, eq=False)
class Zeros:
    """A tensor of zeros made in a forward, which may only be the first state of a recurrent layer."""

    sizes: tuple[Any, ...]
    error: SpecError


IGNORED = object()
"""What calls give that only initialise weights or print."""


class Return(Exception):  # noqa: N818 - it ends the walk through a function and never leaves this package
    """A return statement with its value."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


TRAINING = TorchName("self.training")
"""Whether the network is being trained, which nothing that is read may depend on but dropout."""


def is_tensor(value: Any) -> bool:
    """Whether a value stands for a tensor."""
    return isinstance(value, Variable | Applied)


def is_output_with_state(value: Any) -> bool:
    """Whether a layer gives its output first and something else after it, of which only the output is passed on."""
    applied = value.applied if isinstance(value, Variable) else value
    if not isinstance(applied, Applied) or applied.node is None or applied.is_output:
        return False
    # A class that extends such a layer gives what its forward says.
    return bool(applied.node.gives) or (applied.node.type in GIVES_A_TUPLE and applied.node.definition is None)


def output_of(value: Any) -> Any:
    """The output without what such a layer gives after it."""
    if isinstance(value, Variable):
        assert value.applied is not None
        return Variable(value.number, replace(value.applied, is_output=True))
    return replace(value, is_output=True)


def cannot_read(node: ast.AST, problem: str) -> SpecError:
    """The error for a construct of the source, at its line and column."""
    line, column = getattr(node, "lineno", None), getattr(node, "col_offset", None)
    place = f"Line {line}, column {column + 1}: " if line is not None and column is not None else ""
    return SpecError(f"{place}{problem}", line, None if column is None else column + 1)


def shown(node: ast.AST) -> str:
    """A construct as the source has it, shortened to be quoted in a sentence."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else text[:57] + "..."
