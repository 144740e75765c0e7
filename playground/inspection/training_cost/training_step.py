"""One training step, run without values: what autograd saves of it, and how many bytes are alive at most.

The step runs on FakeTensors, which have shapes, types and a device but no values. Unlike the meta device they are
seen by autocast, and an operation saves for them what it saves on the CPU; where it does not, a mode corrects it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
    FakeTensorMode,
    UnsupportedFakeTensorException,
)
from torch.autograd.graph import saved_tensors_hooks
from torch.nn import functional
from torch.nn.parameter import is_lazy

from playground.inspection.forward_pass import reads_integers
from playground.inspection.meta_copy import cpu_copy, fake_copy, meta_copy
from playground.inspection.randomness import randomness_kept
from playground.inspection.recording import record, tensors_in
from playground.inspection.training_cost.convolution_workspace import convolution_workspace
from playground.inspection.training_cost.live_storages import LiveStorages, Phase, key
from playground.inspection.training_cost.norm_statistics import NormStatistics
from playground.inspection.training_cost.onednn_lstm import lstm_as_on_the_cpu, lstm_workspace
from playground.inspection.training_cost.sparse_gradients import parts
from playground.inspection.training_cost.workspace import Workspace
from playground.networks.spec import Shape

# CUDA's caching allocator hands out blocks of 512 bytes (c10/cuda/CUDACachingAllocator.cpp, kMinBlockSize).
_CUDA_BLOCK = 512

_CONVOLUTIONS = (torch.ops.aten.convolution.default, torch.ops.aten.convolution_backward.default)
_NEEDS_VALUES = (DataDependentOutputException, DynamicOutputShapeException, UnsupportedFakeTensorException)


@dataclass(frozen=True)
class StepMemory:
    """The bytes of a step without its optimizer. `trained` are those of each parameter that gets a gradient.

    `least_peak` is the most that is alive in the forward or the backward pass with what every processor takes for the
    time of an operation, `peak` with the most that this one takes, unless `is_bounded` says that this is not known.
    `after_backward` is what is left after both.
    """

    parameters: int
    buffers: int
    trained: tuple[int, ...]
    input: int
    saved_activations: int
    weight_casts: int
    least_peak: int
    peak: int
    is_bounded: bool
    peak_phase: Phase
    after_backward: int


def measure_step(
    on_meta: nn.Module, original: nn.Module, input_shape: Shape, dtype: torch.dtype, *, autocast: bool, device: str
) -> StepMemory:
    """Runs a step of `on_meta`, a copy of `original` on the meta device, on FakeTensors, as this kind of device would.

    A model that looks at values runs for real, as a copy on the CPU. Raises what the model raises for such a batch.
    """
    if any(is_lazy(each) for each in on_meta.parameters()):
        record(on_meta, torch.empty(input_shape, device="meta"))
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    model = fake_copy(on_meta, mode, dtype)
    try:
        with mode, contextlib.nullcontext() if device == "cuda" else _as_on_the_cpu():
            return _measure(model, input_shape, dtype, autocast, device)
    except _NEEDS_VALUES:
        return _measure(cpu_copy(original).to(dtype), input_shape, dtype, autocast, device)


def loss_of(output: Any) -> torch.Tensor:
    """The cross-entropy of each floating-point tensor of an output against class 0, added up.

    The second dimension of a tensor is taken for the classes; the only one, if it has no second.
    """
    losses = [_cross_entropy(each) for each in tensors_in(output) if each.is_floating_point()]
    if not losses:
        raise ValueError("The network gives no tensor of floating-point numbers that a loss could be taken of.")
    return torch.stack(losses).sum() if len(losses) > 1 else losses[0]


def _cross_entropy(values: torch.Tensor) -> torch.Tensor:
    if values.dim() == 0:
        return values
    shape = values.shape[:1] + values.shape[2:] if values.dim() > 1 else ()
    return functional.cross_entropy(values, torch.zeros(shape, dtype=torch.long, device=values.device))


def _measure(model: nn.Module, input_shape: Shape, dtype: torch.dtype, autocast: bool, device: str) -> StepMemory:
    model.train()
    live = LiveStorages(_CUDA_BLOCK, _on_cuda) if device == "cuda" else LiveStorages(1, _on_the_cpu)
    parameters = live.hold_weights(model.parameters())
    buffers = live.hold(model.buffers())
    with randomness_kept():
        batch = example_batch(model, input_shape, dtype)
        input_bytes = live.hold([batch])
        held = {key(each) for each in (*model.parameters(), *model.buffers(), batch)}
        with live:
            with _saved(live) as saved, torch.autocast("cpu", torch.bfloat16, enabled=autocast):
                live.phase = "forward"
                output = model(batch)
            with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
                loss = loss_of(output)
            live.phase = "backward"
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    kept = {name: size for name, size in saved.items() if name not in held}
    casts = {name: size for name, size in live.weight_casts.items() if name in kept}
    return StepMemory(
        parameters=parameters,
        buffers=buffers,
        trained=tuple(live.size(each.grad) for each in model.parameters() if each.grad is not None),
        input=input_bytes,
        saved_activations=sum(kept.values()) - sum(casts.values()),
        weight_casts=sum(casts.values()),
        least_peak=live.least_peak,
        peak=live.peak,
        is_bounded=live.is_bounded,
        peak_phase=live.peak_phase,
        after_backward=live.bytes,
    )


def example_batch(model: nn.Module, input_shape: Shape, dtype: torch.dtype) -> torch.Tensor:
    """Zeros of this shape, whole numbers if the model looks them up, as an Embedding does."""
    looks_up = reads_integers(meta_copy(model), model, (2, *input_shape[1:]))
    return torch.zeros(input_shape, dtype=torch.long if looks_up else dtype)


def _on_the_cpu(func: Any, args: Any, result: Any) -> Workspace:
    return convolution_workspace(func, args, result) if func in _CONVOLUTIONS else lstm_workspace(func, args)


def _on_cuda(func: Any, *_: Any) -> Workspace:
    """What cuDNN takes for a convolution is not known beforehand."""
    return Workspace(0, None if func in _CONVOLUTIONS else 0)


@contextlib.contextmanager
def _as_on_the_cpu() -> Iterator[None]:
    with lstm_as_on_the_cpu(), NormStatistics():  # type: ignore[no-untyped-call]  # torch gives it no types
        yield


@contextlib.contextmanager
def _saved(live: LiveStorages) -> Iterator[dict[int, int]]:
    """What autograd saves meanwhile: the size of each storage, which stays alive as long as its step needs it."""
    saved: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        saved.update((key(part), live.size(part)) for part in parts(tensor))
        return tensor

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        yield saved
