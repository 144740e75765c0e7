"""One forward pass, written down as a flow of data: which call of a module or function takes what which other gave.

Values are told apart by the identity of their tensors, which are kept alive until the pass has ended, so that no
other tensor can take the place of one. What changes a tensor in place gives all tensors of the same storage anew.
A layer that hands its input through, as a dropout in evaluation does, gives an alias of it, a tensor of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_map
from torch.utils.hooks import RemovableHandle

from playground.inspection.randomness import randomness_kept
from playground.inspection.recording import function_name, gives_the_shape_of_its_input, shapes_of, tensors_in
from playground.networks.spec import Shape

Value = tuple[int, int]
"""A tensor that was computed: the index of the call that gave it, and which of its outputs it is."""


@dataclass
class FlowCall:
    """A call of a module, or of a function by a module with children, then `function` is its name.

    `parent` is the index of the call in which it ran, None for the network's own. `inputs` are the values that it
    takes with their shapes; a module that runs others takes none itself. `parameters` are those that functions took.
    """

    module: nn.Module
    function: str = ""
    arguments: str = ""
    parent: int | None = None
    input_shapes: tuple[Shape, ...] = ()
    output_shapes: tuple[Shape, ...] = ()
    inputs: dict[Value, Shape] = field(default_factory=dict)
    parameters: list[nn.Parameter] = field(default_factory=list)


@dataclass
class FlowRecording:
    """The calls in the order in which they began, the first that of the network; what the network gives.

    If an error ended the pass, `failed` is the call in which it was raised.
    """

    calls: list[FlowCall] = field(default_factory=list)
    results: dict[Value, Shape] = field(default_factory=dict)
    error: Exception | None = None
    failed: FlowCall | None = None

    @property
    def length(self) -> int:
        """How far the pass came, in calls."""
        return len(self.calls)


INPUT: Value = (-1, 0)
"""The batch."""


def record_flow(model: nn.Module, batch: torch.Tensor) -> FlowRecording:
    """Runs the model on the batch, without gradients; a pass that does not get through raises nothing."""
    recorder = _FlowRecorder(model)
    recorder.values.give(batch, INPUT)
    with randomness_kept(), torch.no_grad(), recorder:
        try:
            output = model(batch)
            recorder.recording.results = recorder.values.of(tensors_in(output))
        except Exception as error:  # whatever a model raises for a batch is a finding, never a crash
            recorder.stop(error)
    recorder.remove_hooks()
    return recorder.recording


class _FlowRecorder(TorchFunctionMode):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.recording = FlowRecording()
        self.values = _Values()
        self._running: list[tuple[int, list[torch.Tensor], list[int]]] = []
        self._raised: tuple[BaseException | None, FlowCall | None] = (None, None)
        self._hooks: list[RemovableHandle] = []
        for module in model.modules():
            self._hooks.append(module.register_forward_pre_hook(self._begin, prepend=True, with_kwargs=True))
            self._hooks.append(module.register_forward_hook(self._end, always_call=True))

    def remove_hooks(self) -> None:
        for hook in self._hooks:
            hook.remove()

    def stop(self, error: Exception) -> None:
        """Notes the error that ended the pass, and the call that raised it."""
        raised, call = self._raised
        self.recording.error = error
        self.recording.failed = call if raised is error else None

    def _note(self, error: BaseException, call: FlowCall) -> None:
        """The innermost call that an error comes through has raised it; what the model catches ends nothing."""
        if self._raised[0] is not error:
            self._raised = (error, call)

    def _begin(self, module: nn.Module, args: Any, kwargs: Any) -> None:
        with torch._C.DisableTorchFunction():
            taken = list(tensors_in((args, kwargs)))
            call = FlowCall(module, parent=self._parent(), input_shapes=shapes_of(taken), inputs=self.values.of(taken))
            self._running.append((len(self.recording.calls), taken, _versions(taken)))
            self.recording.calls.append(call)

    def _end(self, _: nn.Module, __: Any, output: Any) -> Any:
        with torch._C.DisableTorchFunction():
            index, taken, versions = self._running.pop()
            call = self.recording.calls[index]
            error = sys.exception()
            if error is not None and output is None:
                self._note(error, call)
                self._take_nothing_if_block(index)
                return None
            call.output_shapes = shapes_of(tensors_in(output))
            if self._take_nothing_if_block(index):
                return output
            changed = _changed(taken, versions)
            handed_through = {id(each) for each in taken} - {id(each) for each in changed}
            if any(id(each) in handed_through for each in tensors_in(output)):
                output = tree_map(lambda each: each.view_as(each) if id(each) in handed_through else each, output)
            self.values.give_all(index, list(tensors_in(output)), changed)
            return output

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if not self._running:
            return func(*args, **kwargs)
        index = self._running[-1][0]
        call = self.recording.calls[index]
        taken = list(tensors_in((args, kwargs)))
        if call.module._modules:
            return self._of_a_block(index, func, args, kwargs, taken)
        # A layer's own functions are inside its box; what they take from elsewhere, the layer takes.
        call.parameters.extend(each for each in taken if isinstance(each, nn.Parameter))
        call.inputs = {**call.inputs, **self.values.of(taken)}
        return _run(func, args, kwargs)

    def _of_a_block(self, parent: int, func: Any, args: Any, kwargs: Any, taken: list[torch.Tensor]) -> Any:
        versions = _versions(taken)
        call = FlowCall(self.recording.calls[parent].module, function_name(func), parent=parent)
        call.input_shapes, call.inputs = shapes_of(taken), self.values.of(taken)
        call.parameters = [each for each in taken if isinstance(each, nn.Parameter)]
        try:
            result = _run(func, args, kwargs)
        except Exception as error:
            call.arguments = _arguments(args, kwargs)
            self._note(error, call)
            self.recording.calls.append(call)
            raise
        changed = _changed(taken, versions)
        seen_before = {id(each) for each in taken}
        given = [each for each in tensors_in(result) if id(each) not in seen_before]
        if given or changed:
            call.arguments = _arguments(args, kwargs)
            call.output_shapes = shapes_of(given or changed)
            self.values.give_all(len(self.recording.calls), given, changed)
            self.recording.calls.append(call)
        return result

    def _take_nothing_if_block(self, index: int) -> bool:
        """Whether other calls are in this one; these take what it was given."""
        is_block = index + 1 < len(self.recording.calls)
        if is_block:
            self.recording.calls[index].inputs = {}
        return is_block

    def _parent(self) -> int | None:
        return self._running[-1][0] if self._running else None


class _Values:
    """Which value each tensor is, by its identity. The tensors are kept, so that no other can have the same."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[torch.Tensor, Value]] = {}
        self._by_storage: dict[int, list[torch.Tensor]] = {}

    def of(self, tensors: Iterable[torch.Tensor]) -> dict[Value, Shape]:
        """The values of those tensors that were computed, each once, with their shapes."""
        known = (self._known.get(id(each)) for each in tensors)
        return {value: tuple(tensor.shape) for tensor, value in filter(None, known)}

    def give(self, tensor: torch.Tensor, value: Value) -> None:
        if id(tensor) not in self._known:
            self._by_storage.setdefault(_storage(tensor), []).append(tensor)
        self._known[id(tensor)] = (tensor, value)

    def give_all(self, call: int, given: list[torch.Tensor], changed: list[torch.Tensor]) -> None:
        """The call has given these tensors, and changed those in place, with all that are views of them."""
        for each in changed:
            for view in (each, *self._by_storage.get(_storage(each), ())):
                self.give(view, (call, 0))
        for output, each in enumerate(given):
            self.give(each, (call, output))


def _run(func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """The function's result; for a batch normalization on the meta device an empty tensor, which is much quicker."""
    if func is functional.batch_norm and gives_the_shape_of_its_input(*args, **kwargs):
        return torch.empty_like(args[0])
    return func(*args, **kwargs)


def _versions(tensors: list[torch.Tensor]) -> list[int]:
    """How often each was changed in place; tensors of the inference mode do not count that."""
    return [0 if each.is_inference() else each._version for each in tensors]


def _changed(tensors: list[torch.Tensor], versions: list[int]) -> list[torch.Tensor]:
    return [each for each, before, after in zip(tensors, versions, _versions(tensors), strict=True) if after != before]


def _storage(tensor: torch.Tensor) -> int:
    """What two tensors share exactly if one is a view of the other; a sparse tensor has no storage and no views."""
    return id(tensor) if tensor.layout != torch.strided else int(tensor.untyped_storage()._cdata)


def _arguments(args: Any, kwargs: Any) -> str:
    """The arguments of a function that are no tensors, as they would be written."""
    positional = [written for each in args if (written := _written(each))]
    return ", ".join(
        [*positional, *(f"{name}={written}" for name, each in kwargs.items() if (written := _written(each)))]
    )


def _written(value: Any) -> str:
    if value is None or isinstance(value, bool | int | float | str | torch.dtype | torch.device | slice | torch.Size):
        return repr(tuple(value)) if isinstance(value, torch.Size) else str(value)
    if isinstance(value, tuple | list):
        items = [written for each in value if (written := _written(each))]
        return f"({', '.join(items)})" if items else ""
    return "..." if value is Ellipsis else ""
