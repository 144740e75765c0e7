"""One forward pass, written down: each call of a module, each function between them, and what these multiply.

Modules are seen by hooks on a copy, functions by a TorchFunctionMode, and the multiply-accumulates are counted by
torch's own formulas where the operations are dispatched. Both modes belong to this thread alone; FlopCounterMode
itself would put hooks on the modules of all threads.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.nn.parameter import is_lazy
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.hooks import RemovableHandle

from playground.inspection.multiplications import multiply_accumulates
from playground.inspection.randomness import randomness_kept
from playground.networks.spec import Shape


@dataclass
class ModuleCall:
    """One run of one module. `macs` are those done outside its children, `macs_in_steps` those of its steps.

    `parameters` are the parameters that its functions took, whoever holds them. It has not `ended` if it failed.
    """

    module: nn.Module
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...] = ()
    output_bytes: int = 0
    macs: int = 0
    macs_in_steps: int = 0
    called_others: bool = False
    ended: bool = False
    parameters: list[nn.Parameter] = field(default_factory=list)


@dataclass
class FunctionStep:
    """A function that a module called between its children: it merges values, gives another shape, or multiplies."""

    call: ModuleCall
    name: str
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    output_bytes: int
    macs: int


@dataclass
class Recording:
    """What ran, in the order in which it began, and the error that ended it, with the call in which it was raised."""

    events: list[ModuleCall | FunctionStep] = field(default_factory=list)
    error: Exception | None = None
    failed: ModuleCall | None = None

    @property
    def length(self) -> int:
        """How far the pass came, in calls."""
        return len(self.events)


def record(model: nn.Module, batch: torch.Tensor) -> Recording:
    """Runs the model on the batch, without gradients; a pass that does not get through raises nothing."""
    recorder = _Recorder(model)
    with randomness_kept(), torch.no_grad(), _Multiplications(recorder), _Functions(recorder):
        try:
            model(batch)
        except Exception as error:  # whatever a model raises for a batch is a finding, never a crash
            recorder.stop(error)
    recorder.remove_hooks()
    return recorder.recording


class _Recorder:
    def __init__(self, model: nn.Module) -> None:
        self.recording = Recording()
        self.running: list[ModuleCall] = []
        self._raised: tuple[BaseException | None, ModuleCall | None] = (None, None)
        self._held = {id(each) for each in _held_tensors(model)}
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

    def _begin(self, module: nn.Module, args: Any, kwargs: Any) -> None:
        if self.running:
            self.running[-1].called_others = True
        call = ModuleCall(module, shapes_of(tensors_in((args, kwargs))))
        self.running.append(call)
        self.recording.events.append(call)

    def _end(self, _: nn.Module, __: Any, output: Any) -> None:
        call = self.running.pop()
        error = sys.exception()
        if error is not None and output is None:
            # Called on the way of an error, which the call around this one may catch.
            self._raised = (error, call) if self._raised[0] is not error else self._raised
            return
        call.ended = True
        outputs = list(tensors_in(output))
        call.outputs, call.output_bytes = shapes_of(outputs), _bytes(outputs)

    def function(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """The function's result; written down if a module with children calls it."""
        if function is functional.batch_norm and gives_the_shape_of_its_input(*args, **kwargs):
            return args[0]
        if function is functional.relu and (result := _relu_of_shapes(*args, **kwargs)) is not None:
            return result
        call = self.running[-1] if self.running else None
        if call is None or not call.module._modules:
            return function(*args, **kwargs)
        before = call.macs
        result = function(*args, **kwargs)
        outputs = list(tensors_in(result))
        if outputs:
            self._write_down(call, function, list(tensors_in((args, kwargs))), outputs, call.macs - before)
        return result

    def _write_down(
        self,
        call: ModuleCall,
        function: Callable[..., Any],
        inputs: Sequence[torch.Tensor],
        outputs: Sequence[torch.Tensor],
        macs: int,
    ) -> None:
        call.parameters.extend(each for each in inputs if isinstance(each, nn.Parameter))
        computed = {id(each): each for each in inputs if id(each) not in self._held}
        is_merge = len(computed) > 1
        shapes = shapes_of(outputs)
        if macs or is_merge or (computed and shapes != shapes_of(computed.values())):
            call.macs_in_steps += macs
            step = FunctionStep(call, function_name(function), shapes_of(inputs), shapes, _bytes(outputs), macs)
            self.recording.events.append(step)


class _Functions(TorchFunctionMode):
    def __init__(self, recorder: _Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return self._recorder.function(func, args, kwargs or {})


class _Multiplications(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch gives it no types
    def __init__(self, recorder: _Recorder) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # likewise
        self._recorder = recorder

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        if self._recorder.running:
            self._recorder.running[-1].macs += multiply_accumulates(func, args, kwargs, result)
        return result


def _held_tensors(model: nn.Module) -> Iterator[torch.Tensor]:
    """Parameters, buffers, and tensors that are ordinary attributes."""
    yield from model.parameters()
    yield from model.buffers()
    for module in model.modules():
        yield from (value for value in vars(module).values() if isinstance(value, torch.Tensor))


def gives_the_shape_of_its_input(
    values: torch.Tensor,
    running_mean: torch.Tensor | None,
    running_var: torch.Tensor | None,
    weight: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    training: bool = False,
    **_: Any,
) -> bool:
    """Whether a batch normalization can be left out: its meta kernel takes most of the time of a ResNet (torch 2.15).

    What it may refuse is left to it: other channels than it has, or a single value for each in training.
    """
    if not values.is_meta or values.dim() < 2:
        return False
    channels = values.shape[1]
    held = [each for each in (running_mean, running_var, weight, bias) if each is not None]
    return all(each.shape == (channels,) for each in held) and (not training or values.numel() > channels)


def _relu_of_shapes(input: torch.Tensor, inplace: bool = False) -> torch.Tensor | None:
    """What torch's meta kernel (torch 2.15), which is written in Python, gives in ten times as long; None if it has to.

    What it may refuse is left to it: other than real numbers.
    """
    if not input.is_meta or not input.is_floating_point():
        return None
    return input if inplace else torch.empty_like(input)


def function_name(function: Callable[..., Any]) -> str:
    """The name under which torch has it: "add" for +, add_ and torch.add."""
    name = function.__name__
    if name == "__get__":
        name = function.__self__.__name__  # type: ignore[attr-defined]  # the property
    return name.strip("_")


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in a value, in order; without those of a lazy module, which it looks at before they have a shape."""
    return (tensor for tensor in all_tensors_in(value) if not is_lazy(tensor))


def all_tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in a value, also those in its tuples, lists and dictionaries, in order."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from all_tensors_in(item)
    elif isinstance(value, (tuple, list)) and not isinstance(value, torch.Size):
        for item in value:
            yield from all_tensors_in(item)


def shapes_of(tensors: Iterable[torch.Tensor]) -> tuple[Shape, ...]:
    """The shapes of these tensors."""
    return tuple(tuple(tensor.shape) for tensor in tensors)


def _bytes(tensors: Sequence[torch.Tensor]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
