"""The rows of the layer table from one recorded forward pass."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import nn
from torch.func import functional_call
from torch.nn.parameter import is_lazy

from playground.inspection.meta_copy import cpu_copy
from playground.inspection.recording import FunctionStep, ModuleCall, Recording, record
from playground.inspection.summary import LayerRow
from playground.networks.spec import Shape

# Above this, a layer that failed is not run again on the CPU for its message: it might work there, and long.
_LARGEST_RERUN = 2**24

_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


@dataclass(frozen=True)
class Measurement:
    """The rows as far as the batch came; if it stopped, the path of the layer, and the error in torch's words."""

    rows: tuple[LayerRow, ...]
    path: str = ""
    error: str | None = None


def measure(model: nn.Module, original: nn.Module, input_shape: Shape, mode: Literal["eval", "train"]) -> Measurement:
    """Runs `model`, a copy of `original` on the meta device, on a batch of this shape.

    A model that looks at values, which the meta device does not have, runs once more: a copy, on the CPU.
    """
    recording = _record(model, input_shape, mode)
    if recording.error is not None and _needs_values(recording.error):
        model = cpu_copy(original)
        recording = _record(model, input_shape, mode)
    paths = {id(module): path for path, module in model.named_modules()}
    rows = tuple(_numbered(_Rows(model, paths, recording).all()))
    if recording.error is None:
        return Measurement(rows)
    call = recording.failed
    if call is None:
        return Measurement(rows, "", str(recording.error))
    return Measurement(rows, paths[id(call.module)], _words_on_cpu(call) or str(recording.error))


def _record(model: nn.Module, input_shape: Shape, mode: Literal["eval", "train"]) -> Recording:
    model.train(mode == "train")
    device = next((each.device for each in model.parameters()), torch.device("meta"))
    batch = torch.zeros(input_shape, device=device, dtype=_dtype(model))
    recording = record(model, batch)
    if recording.failed is not None and isinstance(recording.failed.module, nn.Embedding | nn.EmbeddingBag):
        of_integers = record(model, batch.long())
        return recording if of_integers.error is not None else of_integers
    return recording


def _needs_values(error: Exception) -> bool:
    """Whether the meta device refused: a kernel that it lacks, a number, or a tensor made on the CPU beside it."""
    return isinstance(error, NotImplementedError) or "meta" in str(error).lower()


def _words_on_cpu(call: ModuleCall) -> str | None:
    """The words with which a layer fails in an ordinary run, since meta kernels have poorer ones.

    Every tensor is one element expanded to the shape, so this allocates little.
    """
    module = call.module
    state = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    if module._modules or any(map(is_lazy, state.values())):
        return None
    sizes = [math.prod(shape) for shape in (*call.inputs, *(each.shape for each in state.values()))]
    if max(sizes, default=0) > _LARGEST_RERUN:
        return None
    weights = {name: torch.zeros((), dtype=each.dtype).expand(each.shape) for name, each in state.items()}
    inputs = tuple(torch.zeros((), dtype=_dtype(module)).expand(shape) for shape in call.inputs)
    try:
        with torch.no_grad():
            functional_call(module, weights, inputs)
    except Exception as error:  # as in the recording
        return str(error)
    return None


class _Rows:
    """Turns a recording into rows; each parameter is counted in the first of them that it belongs to."""

    def __init__(self, model: nn.Module, paths: dict[int, str], recording: Recording) -> None:
        self._model = model
        self._paths = paths
        self._recording = recording
        self._calls = [event for event in recording.events if isinstance(event, ModuleCall)]
        self._called = {id(call.module) for call in self._calls}
        self._held_by_called = {id(each) for call in self._calls for each in _own(call.module)}
        self._counted: set[int] = set()
        self._uses: dict[int, int] = {}

    def all(self) -> Iterator[LayerRow]:
        """What ran, in order, then what did not."""
        for event in self._recording.events:
            row = self._of_call(event) if isinstance(event, ModuleCall) else self._of_step(event)
            if row is not None:
                yield row
        if self._recording.error is None:
            yield from self._unused(self._model, set())

    def _of_call(self, call: ModuleCall) -> LayerRow | None:
        """A row for a layer; for a module that runs others, only if it has something of its own."""
        if not call.ended:
            return None
        use = self._uses[id(call.module)] = self._uses.get(id(call.module), 0) + 1
        borrowed = [each for each in call.parameters if id(each) not in self._held_by_called]
        parameters = self._first_counted([*_own(call.module), *borrowed])
        macs = call.macs - call.macs_in_steps if call.called_others else call.macs
        is_layer = not call.called_others and not isinstance(call.module, _CONTAINERS)
        if not (is_layer or parameters or macs):
            return None
        return _row(
            self._paths[id(call.module)],
            type(call.module).__name__,
            parameters,
            kernel_shape=_kernel_shape(call.module),
            inputs=call.inputs,
            outputs=call.outputs,
            macs=macs,
            activation_bytes=0 if call.called_others else call.output_bytes,
            use=use,
        )

    def _of_step(self, step: FunctionStep) -> LayerRow | None:
        """A row for a function beside layers; inside a layer it is part of that."""
        if not step.call.called_others:
            return None
        path = self._paths[id(step.call.module)]
        return _row(
            path,
            step.name,
            (),
            kind="function",
            inputs=step.inputs,
            outputs=step.outputs,
            macs=step.macs,
            activation_bytes=step.output_bytes,
        )

    def _unused(self, module: nn.Module, seen: set[int]) -> Iterator[LayerRow]:
        """A row for the outermost modules of which nothing ran."""
        if id(module) in seen:
            return
        seen.add(id(module))
        if any(id(each) in self._called for each in module.modules()):
            left = self._first_counted(_own(module))
            if left:
                yield self._unused_row(module, left)
            for child in module.children():
                yield from self._unused(child, seen)
            return
        parameters = list(module.parameters())
        left = self._first_counted(parameters)
        if left or not (parameters or isinstance(module, _CONTAINERS)):
            yield self._unused_row(module, left)

    def _unused_row(self, module: nn.Module, parameters: Iterable[nn.Parameter]) -> LayerRow:
        kernel_shape = _kernel_shape(module)
        path = self._paths[id(module)]
        return _row(path, type(module).__name__, parameters, kind="unused", kernel_shape=kernel_shape)

    def _first_counted(self, parameters: Iterable[nn.Parameter]) -> list[nn.Parameter]:
        first = {id(each): each for each in parameters if id(each) not in self._counted}
        self._counted.update(first)
        return list(first.values())


def _row(
    path: str,
    type_name: str,
    parameters: Iterable[nn.Parameter],
    *,
    kind: Literal["layer", "function", "unused"] = "layer",
    kernel_shape: Shape | None = None,
    inputs: tuple[Shape, ...] = (),
    outputs: tuple[Shape, ...] = (),
    macs: int = 0,
    activation_bytes: int = 0,
    use: int = 1,
) -> LayerRow:
    sizes = [(each.numel(), each.requires_grad, each.element_size()) for each in parameters]
    return LayerRow(
        index=None,
        path=path,
        type=type_name,
        kind=kind,
        kernel_shape=kernel_shape,
        input_shapes=inputs,
        output_shapes=outputs,
        parameters=sum(count for count, _, _ in sizes),
        trainable_parameters=sum(count for count, trained, _ in sizes if trained),
        parameter_bytes=sum(count * size for count, _, size in sizes),
        macs=macs,
        activation_bytes=activation_bytes,
        use=use,
    )


def _numbered(rows: Iterable[LayerRow]) -> Iterator[LayerRow]:
    """Numbers the layers that ran, from 0; torchsummaryX numbers them likewise."""
    index = 0
    for row in rows:
        if row.kind == "layer":
            yield replace(row, index=index)
            index += 1
        else:
            yield row


def _own(module: nn.Module) -> Iterable[nn.Parameter]:
    return module.parameters(recurse=False)


def _kernel_shape(module: nn.Module) -> Shape | None:
    """The weight's shape in the order (in, out, ...), as torchinfo and torchsummaryX print it."""
    weight = getattr(module, "weight", None)
    if not isinstance(weight, torch.Tensor):
        return None
    shape = tuple(weight.shape)
    return (shape[1], shape[0], *shape[2:]) if len(shape) > 1 else shape


def _dtype(model: nn.Module) -> torch.dtype:
    """The type of the model's first floating-point parameter, which its input must have as well."""
    types = (parameter.dtype for parameter in model.parameters() if parameter.is_floating_point())
    return next(types, torch.get_default_dtype())
