"""Receptive fields followed through a forward pass on the meta device, operation by operation.

Each tensor that comes from the image has an axis for each of its dimensions that is one of the image. An operation
that is not known here is taken to mix the whole image, since it may.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

from playground.inspection.randomness import randomness_kept
from playground.inspection.receptive_field.field_axis import Axis, input_axis, union
from playground.inspection.receptive_field.field_rules import RULES, WINDOW_FUNCTIONS
from playground.networks.spec import Shape


@dataclass(frozen=True)
class Field:
    """The axes of a tensor by dimension; None once the image's dimensions are lost.

    `is_series` says whether a single way leads here from the image.
    """

    axes: dict[int, Axis] | None
    is_series: bool = True


@dataclass(frozen=True)
class FieldRow:
    """What a convolution or pooling gives: the module's path, its type, the output's shape and field."""

    path: str
    type: str
    output_shape: Shape
    field: Field


def trace_fields(model: nn.Module, batch: torch.Tensor) -> tuple[list[FieldRow], Exception | None]:
    """The rows of all convolutions and poolings of a forward pass, as modules or as functions, and what ended it early.

    The model is one's own, on the meta device, in evaluation.
    """
    tracer = _Tracer({id(module): path for path, module in model.named_modules()})
    for module in model.modules():
        module.register_forward_pre_hook(tracer.begin)
        module.register_forward_hook(tracer.end, always_call=True)
    axes = {dim: input_axis(batch.shape[dim]) for dim in range(2, batch.dim())}
    tracer.set(batch, Field(axes or None))
    error = None
    with randomness_kept(), torch.no_grad(), tracer:
        try:
            model(batch)
        except Exception as raised:  # whatever a model raises for a batch is a finding
            error = raised
    return tracer.rows, error


class _Tracer(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch gives it no types
    def __init__(self, paths: dict[int, str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # likewise
        self.rows: list[FieldRow] = []
        self._paths = paths
        self._running: list[nn.Module] = []
        self._inputs: list[Field | None] = []
        # The tensors are kept, so that no other can have the same id.
        self._fields: dict[int, tuple[torch.Tensor, Field]] = {}

    def set(self, tensor: torch.Tensor, value: Field) -> None:
        """Gives a tensor its field."""
        self._fields[id(tensor)] = (tensor, value)

    def get(self, tensor: Any) -> Field | None:
        """The field of a tensor that comes from the image."""
        found = self._fields.get(id(tensor))
        return found[1] if found else None

    def begin(self, module: nn.Module, args: Any) -> None:
        self._running.append(module)
        self._inputs.append(self.get(args[0]) if args else None)

    def end(self, module: nn.Module, _: Any, output: Any) -> None:
        self._running.pop()
        before = self._inputs.pop()
        first = output[0] if isinstance(output, tuple) else output
        if isinstance(module, nn.Linear) and before is not None and isinstance(output, torch.Tensor):
            self.set(output, _on_last_dimension(before, output.dim()))
        found = self.get(first)
        if _has_windows(module) and found is not None:
            self._add(self._paths[id(module)], type(module).__name__, first, found)

    def _add(self, path: str, type_name: str, output: torch.Tensor, found: Field) -> None:
        self.rows.append(FieldRow(path, type_name, tuple(output.shape), found))

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        known = [found for value in tree_iter((args, kwargs)) if (found := self.get(value)) is not None]
        result = func(*args, **kwargs)
        if not known:
            return result
        name = func._schema.name.removeprefix("aten::").rstrip("_")
        for output in tree_iter(result):
            if isinstance(output, torch.Tensor):
                self.set(output, self._after(name, func, args, kwargs, output, known))
        module = self._running[-1] if self._running else None
        if name in WINDOW_FUNCTIONS and module is not None and not _has_windows(module):
            output = result[0] if isinstance(result, tuple) else result
            self._add(self._paths[id(module)], WINDOW_FUNCTIONS[name], output, self.get(output))  # type: ignore[arg-type]  # set above
        return result

    def _after(self, name: str, func: Any, args: Any, kwargs: Any, output: torch.Tensor, known: list[Field]) -> Field:
        is_series = len(known) == 1 and known[0].is_series
        if any(each.axes is None for each in known):
            return Field(None, is_series)
        source = self.get(args[0])
        if torch.Tag.pointwise in func.tags or name in ("cat", "where"):
            return Field(self._merged(name, args, kwargs, output), is_series)
        rule = RULES.get(name)
        if rule is None or source is None or source.axes is None:
            return Field(None, is_series)
        arguments = _by_name(func, args, kwargs)
        return Field(rule(source.axes, args[0], output, arguments), is_series)

    def _merged(self, name: str, args: Any, kwargs: Any, output: torch.Tensor) -> dict[int, Axis] | None:
        """The union over all tensors that meet, whose last dimensions are the same."""
        by_dim: dict[int, list[Axis]] = {}
        for value in tree_iter((args, kwargs)):
            found = self.get(value)
            for dim, axis in (found.axes or {}).items() if found is not None else ():
                by_dim.setdefault(dim + output.dim() - value.dim(), []).append(axis)
        if name == "cat":
            dim = (args[1] if len(args) > 1 else kwargs.get("dim", 0)) % output.dim()
            if dim in by_dim:
                return None
        return {dim: union(axes, output.shape[dim]) for dim, axes in by_dim.items()}


def _has_windows(module: nn.Module) -> bool:
    return isinstance(module, _ConvNd) or type(module).__module__ == nn.MaxPool2d.__module__


def _by_name(func: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    """All arguments by their names in the operation's schema, with its defaults."""
    schema = func._schema.arguments
    values = {argument.name: argument.default_value for argument in schema if argument.has_default_value()}
    return {**values, **dict(zip((argument.name for argument in schema), args, strict=False)), **kwargs}


def _on_last_dimension(before: Field, dims: int) -> Field:
    """After a linear layer: the last dimension is mixed, the others stay."""
    if before.axes is None or dims - 1 in before.axes:
        return Field(None, before.is_series)
    return before
