"""Shapes through a network, layer by layer, on the meta device: no weight is ever allocated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from playground.networks.build import check_name, construct
from playground.networks.errors import SpecError
from playground.networks.spec import Arguments, Layer, Shape, join
from playground.networks.trace import TraceRow

if TYPE_CHECKING:
    from playground.networks.spec import NetworkSpec

# Above this, a layer that failed is not run again on the CPU for its message: it might work there, and long.
_LARGEST_RERUN = 2**24


@dataclass(frozen=True)
class Fault:
    """The first layer that cannot work, what it was given, torch's message, and the rows before it.

    `inputs` has one shape, or several where the layer before gave a tuple.
    """

    path: str
    layer: Layer
    inputs: tuple[Shape, ...]
    message: str
    before: tuple[TraceRow, ...]


@dataclass(frozen=True)
class Passage:
    """How far a batch comes: a row for each layer that worked, then the outputs or the fault."""

    rows: tuple[TraceRow, ...]
    outputs: tuple[Shape, ...]
    fault: Fault | None


def propagate(spec: NetworkSpec, input_shape: Shape) -> Passage:
    """Sends a batch of this shape through the network as far as it works; raises nothing."""
    rows: list[TraceRow] = []
    try:
        outputs = _through_children(nn.Module(), spec.layers, "", (input_shape,), rows)
    except _Stop as stop:
        fault = Fault(stop.path, stop.layer, stop.inputs, stop.message, tuple(rows))
        return Passage(tuple(rows), (), fault)
    return Passage(tuple(rows), outputs, None)


class _Stop(Exception):  # noqa: N818 - it ends the walk and never leaves this file
    def __init__(self, path: str, layer: Layer, inputs: tuple[Shape, ...], message: str) -> None:
        super().__init__(message)
        self.path = path
        self.layer = layer
        self.inputs = inputs
        self.message = message


def _through_children(
    parent: nn.Module,
    children: tuple[Layer, ...],
    parent_path: str,
    inputs: tuple[Shape, ...],
    rows: list[TraceRow],
) -> tuple[Shape, ...]:
    for child in children:
        path = join(parent_path, child.name)
        try:
            check_name(parent, child.name, path)
        except SpecError as error:
            raise _Stop(path, child, inputs, error.message) from error
        inputs = _through(child, path, inputs, rows)
    return inputs


def _through(layer: Layer, path: str, inputs: tuple[Shape, ...], rows: list[TraceRow]) -> tuple[Shape, ...]:
    if layer.type == "Sequential" and not layer.arguments:
        return _through_children(nn.Sequential(), layer.children, path, inputs, rows)
    if layer.children:
        raise _Stop(path, layer, inputs, f"{layer.type} holds no layers; put them after it.")
    applied = _apply(layer.type, Arguments(layer.arguments), inputs)
    if isinstance(applied, str):
        raise _Stop(path, layer, inputs, applied)
    outputs, parameters = applied
    rows.append(TraceRow(path, layer.type, inputs[0], outputs[0], parameters))
    return outputs


@lru_cache(maxsize=20_000)
def _apply(type_name: str, arguments: Arguments, inputs: tuple[Shape, ...]) -> tuple[tuple[Shape, ...], int] | str:
    """The output shapes and the number of parameters of one layer, or the message with which it fails."""
    try:
        with torch.device("meta"), torch.no_grad():
            module = construct(Layer("0", type_name, arguments)).eval()
            output = module(_value([torch.empty(shape) for shape in inputs]))
    except SpecError as error:
        return error.message
    except Exception as error:  # whatever torch raises for a bad network is a finding, never a crash
        return _message_on_cpu(type_name, arguments, inputs) or str(error)
    tensors = output if isinstance(output, tuple) else (output,)
    shapes = tuple(tuple(tensor.shape) for tensor in tensors)
    return shapes, sum(parameter.numel() for parameter in module.parameters())


def _message_on_cpu(type_name: str, arguments: Arguments, inputs: tuple[Shape, ...]) -> str | None:
    """The words with which this layer fails in an ordinary run, since meta kernels have poorer ones.

    Every tensor is one element expanded to the shape, so this allocates nothing either.
    """
    try:
        with torch.device("meta"):
            module = construct(Layer("0", type_name, arguments)).eval()
        state = {**dict(module.named_parameters()), **dict(module.named_buffers())}
        sizes = [tensor.numel() for tensor in state.values()] + [math.prod(shape) for shape in inputs]
        if max(sizes) > _LARGEST_RERUN:
            return None
        weights = {name: torch.zeros((), dtype=tensor.dtype).expand(tensor.shape) for name, tensor in state.items()}
        with torch.no_grad():
            value = _value([torch.zeros(()).expand(shape) for shape in inputs])
            torch.func.functional_call(module, weights, (value,))
    except Exception as error:  # as above
        return str(error)
    return None


def _value(tensors: list[torch.Tensor]) -> Any:
    return tensors[0] if len(tensors) == 1 else tuple(tensors)
