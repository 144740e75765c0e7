"""A network as plain data: a name, one sample's shape, and layers that hold layers."""

from __future__ import annotations

import keyword
import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from playground.networks.errors import SpecError
from playground.networks.initial_values import beside_torch

if TYPE_CHECKING:
    from torch import nn

    from playground.networks.trace import Trace

Value: TypeAlias = "bool | int | float | str | tuple[Value, ...] | None"
"""What an argument may be: a JSON value, with a tuple where JSON has an array."""

Shape: TypeAlias = "tuple[int, ...]"

INPUT = "x"
"""The name of a forward's input, unless it is given another, and of what its steps compute."""

MAX_DEPTH = 64
MAX_LAYERS = 5_000
MAX_INPUTS = 1_000
MAX_VALUES = 256
MAX_INTEGER = 2**40

# The exported file uses these names itself.
_NAMES_TAKEN_BY_THE_CODE = frozenset({"torch", "nn", "F", "OrderedDict", "print", "super", "sum", "self"})


class Arguments(Mapping[str, Value]):
    """The arguments of a layer: an immutable mapping, compared by names, values and their types.

    The types count because torch tells `bias=1` from `bias=True`.
    """

    __slots__ = ("_key", "_values")
    _values: dict[str, Value]
    _key: frozenset[tuple[str, str]]

    def __init__(self, values: Mapping[str, object] | None = None) -> None:
        if isinstance(values, Arguments):
            self._values, self._key = values._values, values._key
            return
        self._values = {name: _frozen(name, value) for name, value in (values or {}).items()}
        self._key = frozenset((name, repr(value)) for name, value in self._values.items())

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return self._key == (other if isinstance(other, Arguments) else Arguments(other))._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return repr(self._values)


@dataclass(frozen=True)
class Step:
    """One line of a forward: `name = child(inputs)` or `name = operation(inputs, arguments)`.

    `child` is the path of a layer below the module ("conv", "branches.left"), `operation` a name of
    OPERATIONS; one of the two is set. `inputs` are names of earlier steps or of the forward's own inputs;
    a name given twice means the later value, as in Python. None stands for the step before.
    """

    name: str = INPUT
    child: str = ""
    operation: str = ""
    inputs: tuple[str, ...] = ()
    arguments: Mapping[str, Value] = field(default_factory=Arguments)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", tuple(self.inputs))
        object.__setattr__(self, "arguments", Arguments(self.arguments))


@dataclass(frozen=True)
class Forward:
    """What a module of one's own computes: the steps, in order, from these inputs; the last step is the result."""

    steps: tuple[Step, ...]
    inputs: tuple[str, ...] = (INPUT,)

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))
        object.__setattr__(self, "inputs", tuple(self.inputs))


@dataclass(frozen=True)
class Layer:
    """One layer or container: its attribute name in its parent, its `torch.nn` class, its arguments.

    Arguments that are left out have torch's defaults. Only a container has `children`. A ModuleList or
    ModuleDict computes by `rule`, a name of FORWARD_RULES, and without one cannot be called. A `Module`
    is a class of one's own, called `class_name`; it computes by `forward`, and without one in order.
    A layer that is not `enabled` passes its input through, as an Identity does. `initial` are the parameters
    that start at a constant, such as {"weight": 0.0}; the others start as PyTorch starts them, and a constant
    that PyTorch has itself is left out. Raises SpecError for a constant that is no finite number.
    """

    name: str
    type: str
    arguments: Mapping[str, Value] = field(default_factory=Arguments)
    children: tuple[Layer, ...] = ()
    rule: str = ""
    class_name: str = ""
    forward: Forward | None = None
    enabled: bool = True
    initial: Mapping[str, Value] = field(default_factory=Arguments)

    def __post_init__(self) -> None:
        object.__setattr__(self, "arguments", Arguments(self.arguments))
        initial = beside_torch(self.type, self.arguments, self.initial) if self.initial else None
        object.__setattr__(self, "initial", Arguments(initial))
        object.__setattr__(self, "children", tuple(self.children))


@dataclass(frozen=True)
class NetworkSpec:
    """A network: the name of its class, its layers, and one sample's shape, as `(C, H, W)`.

    It computes by `forward`, and without one by its layers in order.

    Raises SpecError if a name cannot be a Python name or stands twice in one container, or if there are
    more than 5,000 layers, 64 levels, or 1,000 inputs of a forward or a step. Whether the layers fit each
    other is what `trace` says.
    """

    name: str
    layers: tuple[Layer, ...]
    input_shape: Shape
    forward: Forward | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        object.__setattr__(self, "input_shape", tuple(self.input_shape))
        _check_names(self)
        _check_input_shape(self.input_shape)

    @classmethod
    def from_json(cls, text: str) -> NetworkSpec:
        """The network that `to_json` wrote; raises SpecError, which names the place, for anything else."""
        from playground.networks.spec_json import read_json

        return read_json(text)

    @classmethod
    def from_code(
        cls, source: str, entry: str | None = None, arguments: Mapping[str, object] | None = None
    ) -> NetworkSpec:
        """The network in PyTorch source, which is read and never executed; raises SpecError with line and column.

        `entry` is the class to read, by default the one that no other class uses; `arguments` are for its
        constructor.
        """
        from playground.networks.reading import read_code

        return read_code(source, entry, arguments)

    def to_json(self) -> str:
        """This network as JSON text, which `from_json` reads back to an equal spec."""
        from playground.networks.spec_json import write_json

        return write_json(self)

    def to_code(self) -> str:
        """This network as the text of a Python file that runs by itself."""
        from playground.networks.code import write_code

        return write_code(self)

    def build(self) -> nn.Module:
        """A freshly initialised module on the CPU; raises SpecError if a layer cannot be made."""
        from playground.networks.build import build_module

        return build_module(self)

    def trace(self, input_shape: Shape) -> Trace:
        """The shape after every layer for a batch `(N, C, H, W)`, as far as the network works."""
        from playground.networks.trace import trace_network

        return trace_network(self, input_shape)

    def as_module(self) -> Layer:
        """The network as the Module that it is: what goes through Modules goes through it alike."""
        return Layer(self.name, "Module", children=self.layers, class_name=self.name, forward=self.forward)

    def walk(self) -> Iterator[tuple[str, Layer]]:
        """Every layer with its path ("conv.0"), a container before its children, in order."""
        return walk(self.layers)


def walk(layers: tuple[Layer, ...], parent: str = "") -> Iterator[tuple[str, Layer]]:
    """Every layer in and under `layers` with its path, a container before its children, in order."""
    for layer in layers:
        path = join(parent, layer.name)
        yield path, layer
        yield from walk(layer.children, path)


def join(parent: str, name: str) -> str:
    """The path of a child, as `nn.Module.named_modules` gives it."""
    return f"{parent}.{name}" if parent else name


def by(sizes: Shape) -> str:
    """Sizes as people write them: "16 x 4 x 4"."""
    return " x ".join(map(str, sizes))


def _frozen(name: str, value: object) -> Value:
    if isinstance(value, (list, tuple)):
        if len(value) > MAX_VALUES:
            raise SpecError(f"{name} has {len(value):,} values; an argument has at most {MAX_VALUES}.")
        return tuple(_frozen(name, item) for item in value)
    if isinstance(value, float) and not math.isfinite(value):
        raise SpecError(f"{name} is {value}; an argument must be a finite number.")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise SpecError(
        f"{name} is a {type(value).__name__}; an argument is a number, a text, True, False, None or a tuple of these."
    )


def _check_names(spec: NetworkSpec) -> None:
    """Iterative, so that nesting of any depth is refused and never a RecursionError."""
    _check_class_name(spec.name, "the network")
    _check_forward(spec.forward, "the network")
    count = len(spec.forward.steps) if spec.forward else 0
    pending: list[tuple[str, tuple[Layer, ...], int]] = [("", spec.layers, 1)]
    while pending:
        parent, layers, depth = pending.pop()
        if depth > MAX_DEPTH and layers:
            raise SpecError(f"The layers are nested more than {MAX_DEPTH} levels deep; flatten some of them.")
        count += len(layers)
        if count > MAX_LAYERS:
            raise SpecError(f"The network has more than {MAX_LAYERS:,} layers and steps; that is the limit.")
        seen: set[str] = set()
        for layer in layers:
            path = join(parent, str(layer.name))
            if not (parent and isinstance(layer.name, str) and _is_position(layer.name)):
                _check_identifier(layer.name, f"layer {path!r}")
            if layer.name in seen:
                raise SpecError(f"Two layers are called {path!r}; give one of them another name.")
            seen.add(layer.name)
            if layer.class_name:
                _check_class_name(layer.class_name, f"the class of {path!r}")
            _check_forward(layer.forward, repr(path))
            count += len(layer.forward.steps) if layer.forward else 0
            pending.append((path, layer.children, depth + 1))


def _check_forward(forward: Forward | None, of: str) -> None:
    if forward is None:
        return
    _check_count(forward.inputs, f"The forward of {of}")
    for name in forward.inputs:
        _check_free_identifier(name, f"an input of {of}")
    for step in forward.steps:
        _check_free_identifier(step.name, f"a step of {of}")
        _check_count(step.inputs, f"A step of {of}")
        if bool(step.child) == bool(step.operation):
            raise SpecError(f"The step {step.name!r} of {of} must apply a child or an operation, one of the two.")


def _check_count(inputs: tuple[str, ...], what: str) -> None:
    if len(inputs) > MAX_INPUTS:
        raise SpecError(f"{what} has more than {MAX_INPUTS:,} inputs, the limit.")


def _check_class_name(name: object, what: str) -> None:
    """A class whose name begins with an underscore is read back without it."""
    _check_free_identifier(name, what)
    if str(name).startswith("_"):
        raise SpecError(f"The name of {what} cannot be {name}: begin with a letter.")


def _check_free_identifier(name: object, what: str) -> None:
    _check_identifier(name, what)
    if name in _NAMES_TAKEN_BY_THE_CODE:
        raise SpecError(f"The name of {what} cannot be {name}: the code uses it. Choose another.")


def _is_position(name: str) -> bool:
    """Whether a name is one that `nn.Sequential` gives: "0", "1", "2", ..."""
    return name.isascii() and name.isdigit() and (name == "0" or name[0] != "0")


def _check_identifier(name: object, what: str) -> None:
    if not isinstance(name, str):
        raise SpecError(f"The name of {what} is a {type(name).__name__}; write a text.")
    usable = name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__")
    if not usable or unicodedata.normalize("NFKC", name) != name or len(name) > 100:
        raise SpecError(
            f"{name[:100]!r} cannot be the name of {what}: use letters, digits and underscores, "
            "begin with a letter or one underscore, and choose no Python keyword."
        )


def _check_input_shape(shape: Shape) -> None:
    sizes_are_integers = all(type(size) is int and 1 <= size <= MAX_INTEGER for size in shape)
    if not shape or len(shape) > 8 or not sizes_are_integers or math.prod(shape) > MAX_INTEGER:
        raise SpecError(
            f"The input shape is {shape!r}; give one sample's shape in whole numbers from 1, such as (1, 28, 28)."
        )
