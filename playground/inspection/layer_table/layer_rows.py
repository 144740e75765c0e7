"""From a recorded forward pass to the rows of the layer table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from playground.inspection.layer_table.summary import Block, BlockRun, LayerRow
from playground.inspection.recording import FunctionStep, ModuleCall, Recording
from playground.networks.spec import Shape

# The layers that keep their weights as (in, out, ...), or in the order of their input; the others keep (out, in, ...).
_IN_ORDER = (
    *(nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d),
    *(nn.Embedding, nn.EmbeddingBag, nn.LayerNorm, nn.RMSNorm),
)

_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


def rows_and_blocks(model: nn.Module, recording: Recording) -> tuple[tuple[LayerRow, ...], tuple[Block, ...]]:
    """The rows of what ran, in order, and of what did not, if the pass came to its end; the modules that ran others.

    Blocks are in the order in which they began; the network itself is none of them.
    """
    paths = {id(module): path for path, module in model.named_modules()}
    rows, blocks = _Rows(model, paths, recording), _Blocks(paths)
    found: list[LayerRow] = []
    for event in recording.events:
        if isinstance(event, ModuleCall) and event.called_others and event.module is not model:
            blocks.add(event, len(found))
        found.extend(rows.of(event))
    if recording.error is None:
        found.extend(rows.unused())
    return tuple(_numbered(found)), blocks.all()


class _Blocks:
    """Collects the runs of each module that runs others."""

    def __init__(self, paths: dict[int, str]) -> None:
        self._paths = paths
        self._runs: dict[tuple[str, str], list[BlockRun]] = {}

    def add(self, call: ModuleCall, rows_before: int) -> None:
        name = self._paths[id(call.module)], type(call.module).__name__
        self._runs.setdefault(name, []).append(BlockRun(rows_before, call.inputs, call.outputs))

    def all(self) -> tuple[Block, ...]:
        return tuple(Block(path, type_name, tuple(runs)) for (path, type_name), runs in self._runs.items())


class _Rows:
    """Turns a recording into rows; each parameter is counted in the first of them that it belongs to."""

    def __init__(self, model: nn.Module, paths: dict[int, str], recording: Recording) -> None:
        self._model = model
        self._paths = paths
        self._calls = [event for event in recording.events if isinstance(event, ModuleCall)]
        self._called = {id(call.module) for call in self._calls}
        self._held_by_called = {id(each) for call in self._calls for each in _own(call.module)}
        self._counted: set[int] = set()
        self._uses: dict[int, int] = {}

    def of(self, event: ModuleCall | FunctionStep) -> Iterator[LayerRow]:
        """The row of what ran, if it has one; to be asked for in order, since a parameter is counted once."""
        row = self._of_call(event) if isinstance(event, ModuleCall) else self._of_step(event)
        if row is not None:
            yield row

    def unused(self) -> Iterator[LayerRow]:
        """The rows of what did not run; to be asked for last."""
        return self._unused(self._model, set())

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
    """The weight's shape in the order (in, out, ...), as torchsummaryX prints that of a convolution.

    A normalization has neither in nor out: its weight's shape is the shape that it normalizes.
    """
    weight = getattr(module, "weight", None)
    if not isinstance(weight, torch.Tensor) or is_lazy(weight):
        return None
    shape = tuple(weight.shape)
    is_in_order = len(shape) < 2 or isinstance(module, _IN_ORDER)
    return shape if is_in_order else (shape[1], shape[0], *shape[2:])
