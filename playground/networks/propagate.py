"""Shapes through a network, layer by layer, on the meta device: no weight is ever allocated."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import torch
from torch import nn

from playground.networks.build import check_name, construct, empty_container
from playground.networks.calling import output_shapes, positional_inputs
from playground.networks.containers import CONTAINERS
from playground.networks.errors import SpecError
from playground.networks.forward import run_container
from playground.networks.integer_inputs import takes_integers
from playground.networks.operations import operate
from playground.networks.spec import Arguments, Layer, Shape, Step, join
from playground.networks.trace import Call, TraceRow
from playground.networks.widths import input_width, is_auto, with_width

if TYPE_CHECKING:
    from playground.networks.spec import NetworkSpec

Tensors: TypeAlias = "tuple[Shape, ...]"
"""What a layer gives: the shape of its tensor, or several where it gives a tuple."""

MOST_PARAMETERS = 2**40
MOST_ELEMENTS = 2**34
MOST_CALLS = 20_000
MOST_SECONDS = 5.0

# Above this, a layer that failed is not run again on the CPU for its message: it might work there, and long.
_LARGEST_RERUN = 2**24


@dataclass(frozen=True)
class Fault:
    """The first layer that cannot work, what it was given, torch's message, and the rows before it.

    `inputs` has one shape, or several where the layer before gave a tuple. Of a container, `operation` is
    the step that failed where it was an operation, and `step` the index in its own forward of the step that
    did. `is_limit` says that the layer would work, but is beyond what is traced here.
    """

    path: str
    layer: Layer
    inputs: tuple[Shape, ...]
    message: str
    before: tuple[TraceRow, ...]
    operation: Step | None = None
    step: int | None = None
    is_limit: bool = False


@dataclass(frozen=True)
class Passage:
    """How far a batch comes: a row for each layer that worked, then the outputs or the fault.

    `calls` are those of containers and operations too; `widths` the numbers for the widths that are left on
    auto, by path.
    """

    rows: tuple[TraceRow, ...]
    calls: tuple[Call, ...]
    outputs: tuple[Shape, ...]
    fault: Fault | None
    widths: Mapping[str, int] = field(default_factory=dict)


def propagate(spec: NetworkSpec, input_shape: Shape) -> Passage:
    """Sends a batch of this shape through the network as far as it works; raises nothing."""
    _load_shape_functions()
    network = spec.as_module()
    walk = _Walk()
    try:
        if all(isinstance(size, int) for size in input_shape):
            walk.check_limits("", network, (input_shape,), ((input_shape,),))
        outputs = walk.container(network, "", ((input_shape,),))
    except _Stop as stop:
        fault = Fault(
            stop.path,
            stop.layer,
            stop.inputs,
            stop.message,
            tuple(walk.rows),
            stop.operation,
            stop.step,
            stop.is_limit,
        )
        return Passage(tuple(walk.rows), tuple(walk.calls), (), fault, walk.widths)
    return Passage(tuple(walk.rows), tuple(walk.calls), outputs, None, walk.widths)


def forget_layers() -> None:
    """Forget the shapes of single layers that were found before; for measuring."""
    _apply.cache_clear()
    _operate.cache_clear()


@cache
def _load_shape_functions() -> None:
    """Has torch load what it needs for its first layer without numbers: seconds of a busy machine, not a network's."""
    with torch.device("meta"), torch.no_grad():
        nn.Linear(1, 1)(torch.empty(1, 1))


class _Stop(Exception):  # noqa: N818 - it ends the walk and never leaves this file
    def __init__(
        self, path: str, layer: Layer, values: tuple[Tensors, ...], message: str, operation: Step | None = None
    ) -> None:
        super().__init__(message)
        self.path = path
        self.layer = layer
        self.inputs = _flat(values)
        self.message = message
        self.operation = operation
        self.step: int | None = None
        self.is_limit = False


class _Walk:
    """One batch on its way through a network: the rows and calls so far, and what limits them."""

    def __init__(self) -> None:
        self.rows: list[TraceRow] = []
        self.calls: list[Call] = []
        self.widths: dict[str, int] = {}
        self._parameters = 0
        self._counted: set[str] = set()
        self._deadline = time.monotonic() + MOST_SECONDS

    def container(self, layer: Layer, path: str, values: tuple[Tensors, ...]) -> Tensors:
        """The outputs of a container, whose children are at `path`."""
        if CONTAINERS[layer.type].has_rule and not layer.rule:
            self._refuse(layer, path, values, _no_forward(layer.type))
        try:
            parent = empty_container(layer)
        except SpecError as error:
            raise _Stop(path, layer, values, error.message) from error
        for child in layer.children:
            self._check_name(parent, child, join(path, child.name), values)
        steps = _Steps(self, layer, path)
        try:
            outputs = run_container(layer, values, steps.apply, steps.operate)
        except SpecError as error:
            stop = _Stop(path, layer, values, error.message)
            stop.step = steps.current(values)
            raise stop from error
        except _Stop as stop:
            if stop.layer is layer:
                stop.step = steps.current(values)
            raise
        self.check_limits(path, layer, outputs, values)
        self.calls.append(Call(path, layer.type, _flat(values), outputs))
        return outputs

    def below(self, parent: Layer, parent_path: str, name: str, values: tuple[Tensors, ...]) -> Tensors:
        """The outputs of the layer at `name`, a longer path below `parent`."""
        holder, layer, path = parent, parent, parent_path
        for part in name.split("."):
            found = next((child for child in layer.children if child.name == part), None)
            if found is None:
                message = f"The forward applies {name!r}, but there is no layer of that name in {path or parent.name}."
                raise _Stop(parent_path, parent, values, message)
            holder, layer, path = layer, found, join(path, part)
        return self.through(layer, path, values, holder.type == "Sequential")

    def operation(self, step: Step, layer: Layer, path: str, values: tuple[Tensors, ...]) -> Tensors:
        """The outputs of an operation of the container `layer`."""
        outputs = _operate(step.operation, Arguments(step.arguments), values)
        if isinstance(outputs, str):
            raise _Stop(path, layer, values, outputs, step)
        self.check_limits(path, layer, outputs, values)
        self.calls.append(Call(path, step.operation, _flat(values), outputs))
        return outputs

    def through(self, layer: Layer, path: str, values: tuple[Tensors, ...], in_sequential: bool) -> Tensors:
        """The outputs of a layer or container."""
        if not layer.enabled:
            self.check_limits(path, layer, values[0], values)
            self.calls.append(Call(path, layer.type, _flat(values), values[0]))
            return values[0]
        if layer.type in CONTAINERS:
            return self.container(layer, path, values)
        if layer.children:
            self._refuse(layer, path, values, f"{layer.type} holds no layers; put them after it.")
        return self._leaf(layer, path, values, in_sequential)

    def _leaf(self, layer: Layer, path: str, values: tuple[Tensors, ...], in_sequential: bool) -> Tensors:
        inputs = _flat(values)
        if is_auto(layer.type, layer.arguments):
            layer = self._with_width(layer, path, inputs[0])
        integers = takes_integers(layer.type, inputs[0], self.rows)
        applied = _apply(layer.type, Arguments(layer.arguments), values, integers, in_sequential)
        if isinstance(applied, str):
            self._refuse(layer, path, values, applied)
        outputs, parameters = applied
        # A layer that is used twice has its parameters once.
        self.rows.append(TraceRow(path, layer.type, inputs[0], outputs[0], 0 if path in self._counted else parameters))
        self._parameters += 0 if path in self._counted else parameters
        self._counted.add(path)
        self.check_limits(path, layer, outputs, values)
        self.calls.append(Call(path, layer.type, inputs, outputs))
        return outputs

    def _with_width(self, layer: Layer, path: str, shape: Shape) -> Layer:
        """The layer with the number for auto; where it is used again it has the number of its first use."""
        width = input_width(layer.type, shape)
        if width is not None:
            self.widths.setdefault(path, width)
            layer = replace(layer, arguments=with_width(layer.type, layer.arguments, self.widths[path]))
        return layer

    def check_limits(self, path: str, layer: Layer, outputs: Tensors, values: tuple[Tensors, ...]) -> None:
        """Raises _Stop where a tensor, the parameters, the calls or the time are beyond what is traced."""
        largest = max((math.prod(shape) for shape in outputs), default=0)
        message = None
        if largest > MOST_ELEMENTS:
            message = f"A tensor would have {largest:,} elements; {MOST_ELEMENTS:,} is the limit."
        elif self._parameters > MOST_PARAMETERS:
            message = f"The network has more than {MOST_PARAMETERS:,} parameters, the limit."
        elif len(self.calls) >= MOST_CALLS:
            message = f"The network makes more than {MOST_CALLS:,} calls of layers and operations, the limit."
        elif time.monotonic() > self._deadline:
            message = f"Tracing took more than {MOST_SECONDS:.0f} seconds, the limit."
        if message:
            stop = _Stop(path, layer, values, message)
            stop.is_limit = True
            raise stop

    def _check_name(self, parent: nn.Module, child: Layer, path: str, values: tuple[Tensors, ...]) -> None:
        try:
            check_name(parent, child.name, path)
        except SpecError as error:
            raise _Stop(path, child, values, error.message) from error

    def _refuse(self, layer: Layer, path: str, values: tuple[Tensors, ...], message: str) -> NoReturn:
        raise _Stop(path, layer, values, message)


class _Steps:
    """One call of a container: what applies its children and operations, and counts those that came to an end."""

    def __init__(self, walk: _Walk, container: Layer, path: str) -> None:
        self._walk = walk
        self._container = container
        self._path = path
        self._children = {child.name: child for child in container.children}
        self._ended = 0

    def apply(self, name: str, values: tuple[Tensors, ...]) -> Tensors:
        """The outputs of the child of this name or at this path."""
        if name in self._children:
            is_sequential = self._container.type == "Sequential"
            outputs = self._walk.through(self._children[name], join(self._path, name), values, is_sequential)
        else:
            outputs = self._walk.below(self._container, self._path, name, values)
        self._ended += 1
        return outputs

    def operate(self, step: Step, values: tuple[Tensors, ...]) -> Tensors:
        """The outputs of an operation."""
        outputs = self._walk.operation(step, self._container, self._path, values)
        self._ended += 1
        return outputs

    def current(self, values: tuple[Tensors, ...]) -> int | None:
        """The index of the step that did not come to an end; None where no step could begin."""
        forward = self._container.forward
        return self._ended if forward is not None and len(values) == len(forward.inputs) else None


@lru_cache(maxsize=20_000)
def _apply(
    type_name: str, arguments: Arguments, values: tuple[Tensors, ...], integers: bool, in_sequential: bool
) -> tuple[Tensors, int] | str:
    """The output shapes and the number of parameters of one layer, or the message with which it fails."""
    try:
        with torch.device("meta"), torch.no_grad():
            module = construct(Layer("0", type_name, arguments)).eval()
            dtype = torch.long if integers else None
            inputs = tuple(_value([torch.empty(shape, dtype=dtype) for shape in value]) for value in values)
            outputs = output_shapes(module, inputs, in_sequential)
    except SpecError as error:
        return error.message
    except Exception as error:  # whatever torch raises for a bad network is a finding, never a crash
        return _message_on_cpu(type_name, arguments, values, integers, in_sequential) or _said_by(error)
    return outputs, sum(parameter.numel() for parameter in module.parameters())


@lru_cache(maxsize=20_000)
def _operate(name: str, arguments: Arguments, values: tuple[Tensors, ...]) -> Tensors | str:
    """The output shapes of an operation, or the message with which it fails."""
    try:
        with torch.device("meta"), torch.no_grad():
            inputs = [_value([torch.empty(shape) for shape in value]) for value in values]
            return _shapes(operate(name, inputs, arguments, training=False))
    except SpecError as error:
        return error.message
    except Exception as error:  # as above
        return _operation_on_cpu(name, arguments, values) or _said_by(error)


@cache
def _no_forward(type_name: str) -> str:
    """The words with which PyTorch says that a container cannot be called."""
    try:
        getattr(nn, type_name)()(None)
    except NotImplementedError as error:
        return str(error)
    return f"{type_name} has no forward."


def _message_on_cpu(
    type_name: str, arguments: Arguments, values: tuple[Tensors, ...], integers: bool, in_sequential: bool
) -> str | None:
    """The words with which this layer fails in an ordinary run, since meta kernels have poorer ones.

    Every tensor is one element expanded to the shape, so this allocates nothing either.
    """
    try:
        with torch.device("meta"):
            module = construct(Layer("0", type_name, arguments)).eval()
        state = {**dict(module.named_parameters()), **dict(module.named_buffers())}
        sizes = [tensor.numel() for tensor in state.values()]
        sizes += [math.prod(shape) for value in values for shape in value]
        if max(sizes) > _LARGEST_RERUN:
            return None
        weights = {name: torch.zeros((), dtype=tensor.dtype).expand(tensor.shape) for name, tensor in state.items()}
        with torch.no_grad():
            zero = torch.zeros((), dtype=torch.long if integers else None)
            inputs = tuple(_value([zero.expand(shape) for shape in value]) for value in values)
            inputs = inputs if in_sequential else positional_inputs(module, inputs)
            torch.func.functional_call(module, weights, inputs)
    except Exception as error:  # as above
        return _said_by(error)
    return None


def _operation_on_cpu(name: str, arguments: Arguments, values: tuple[Tensors, ...]) -> str | None:
    """The words with which an operation fails in an ordinary run, as above."""
    if max(math.prod(shape) for shape in _flat(values)) > _LARGEST_RERUN:
        return None
    zero = torch.zeros(())
    try:
        operate(name, [_value([zero.expand(shape) for shape in value]) for value in values], arguments, training=False)
    except Exception as error:  # as above
        return _said_by(error)
    return None


def _said_by(error: Exception) -> str:
    """The words of an error without the places in torch's own C++ code that follow some of them."""
    return str(error).partition("\nException raised from")[0].strip()


def _flat(values: tuple[Tensors, ...]) -> tuple[Shape, ...]:
    return tuple(shape for value in values for shape in value)


def _value(tensors: list[torch.Tensor]) -> Any:
    return tensors[0] if len(tensors) == 1 else tuple(tensors)


def _shapes(output: Any) -> Tensors:
    tensors = output if isinstance(output, tuple | list) else (output,)
    return tuple(tuple(tensor.shape) for tensor in tensors)
