"""How much memory a training step takes, worked out before it is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from playground.inspection.layer_table.summary import checked_shape, summarize
from playground.inspection.training_cost.optimizer_memory import OPTIMIZERS, find_optimizer
from playground.networks import NetworkSpec

if TYPE_CHECKING:
    from torch import nn

    from playground.inspection.training_cost.live_storages import Phase
    from playground.inspection.training_cost.training_step import StepMemory
    from playground.networks.spec import Shape

Precision = Literal["fp32", "bf16", "autocast"]

_PRECISIONS: Mapping[str, Precision] = {
    "fp32": "fp32",
    "float32": "fp32",
    "bf16": "bf16",
    "bfloat16": "bf16",
    "autocast": "autocast",
    "amp": "autocast",
}

_NO_AVX512 = "An LSTM in autocast needs AVX-512, which this processor does not have; choose fp32 or bf16."


@dataclass(frozen=True)
class Budget:
    """The bytes of a training step with this batch size.

    `parameters` and `buffers` are the model's; `gradients` and `optimizer_state` those of what is trained.
    `saved_activations` is what autograd keeps of the forward pass for the backward pass: each storage once,
    without parameters, buffers and the input. `weight_casts` are the bfloat16 copies of weights that autocast
    makes and autograd keeps. `input` is the batch. `workspace` is what cuBLAS reserves on CUDA, 0 on a CPU.

    The peak is the most that is alive at once in a step after the first one, `peak_phase` when that is: in the
    forward or the backward pass, where gradients grow while saved activations go, or in the optimizer's step.
    It is less than the sum of the parts where they are not there at the same time, and more where the gradients
    of activations weigh more than that. On a CPU it lies between `least_peak`, which every processor reaches, and
    `peak`, which has the most that oneDNN takes on this one for a convolution or an LSTM. `is_bounded` is False where
    that is not known and does not count, so that a step takes `peak` at least: for convolutions on CUDA, and on
    processors that are none of InstructionSet. What PyTorch takes for the time of other operations is not counted.
    """

    batch_size: int
    optimizer: str
    precision: Precision
    device: Literal["cpu", "cuda"]
    parameters: int
    buffers: int
    gradients: int
    optimizer_state: int
    saved_activations: int
    weight_casts: int
    input: int
    workspace: int
    least_peak: int
    peak: int
    is_bounded: bool
    peak_phase: Phase

    @property
    def parts(self) -> Mapping[str, int]:
        """The bytes of each part, by the name of its field: first the model's, then the batch's."""
        names = (
            *("parameters", "buffers", "gradients", "optimizer_state"),
            *("saved_activations", "weight_casts", "input", "workspace"),
        )
        return {name: getattr(self, name) for name in names}

    @property
    def total(self) -> int:
        """The bytes of all parts together."""
        return sum(self.parts.values())


def budget(
    model_or_spec: nn.Module | NetworkSpec,
    input_shape: Shape,
    *,
    batch_size: int,
    optimizer: str = "adam",
    precision: str = "fp32",
    device: str = "auto",
) -> Budget:
    """The memory of a training step: forward pass, cross-entropy, backward pass, optimizer.

    `input_shape` has a batch dimension, `(N, C, H, W)` as for `summarize`; `batch_size` takes the place of N.
    `optimizer` is a name of OPTIMIZERS ("sgd", "momentum", "adam", "adamw", ...), `precision` is "fp32",
    "bf16" (parameters, gradients, states and activations) or "autocast" (parameters in fp32, what autocast
    chooses in bf16). `device` "auto" is CUDA where there is a GPU, else the CPU.

    The step runs on FakeTensors, so nothing is allocated; only a model that looks at values runs for real, as a copy
    on the CPU. Gradients are None before the forward pass, and the loss is the cross-entropy of the output with
    its second dimension as classes. For CUDA it is the same step in the blocks of CUDA's allocator, with the
    optimizer's step over all parameters at once; what cuDNN takes for the time of a convolution is not known
    beforehand and not counted.

    Raises StoppedError if the batch does not get through the network, ValueError for another argument that makes
    no sense.
    """
    from playground.inspection.training_cost.cublas import cublas_workspace

    chosen_optimizer = find_optimizer(optimizer)
    chosen_precision = _find_precision(precision)
    kind = _device_kind(device)
    if not input_shape:
        raise ValueError("The input shape needs a batch dimension, as (1, 3, 224, 224) has one; its size is free.")
    if batch_size < 1:
        raise ValueError(f"A batch has at least 1 sample, not {batch_size}.")
    step = _measured(model_or_spec, (batch_size, *tuple(input_shape)[1:]), chosen_precision, kind)
    memory = OPTIMIZERS[chosen_optimizer]
    in_its_step = step.after_backward + memory.step_bytes(step.trained, kind)
    state = memory.state_bytes(step.trained)
    workspace = cublas_workspace() if kind == "cuda" else 0
    return Budget(
        batch_size=batch_size,
        optimizer=chosen_optimizer,
        precision=chosen_precision,
        device=kind,
        parameters=step.parameters,
        buffers=step.buffers,
        gradients=sum(step.trained),
        optimizer_state=state,
        saved_activations=step.saved_activations,
        weight_casts=step.weight_casts,
        input=step.input,
        workspace=workspace,
        least_peak=max(step.least_peak, in_its_step) + state + workspace,
        peak=max(step.peak, in_its_step) + state + workspace,
        is_bounded=step.is_bounded,
        peak_phase="step" if in_its_step > step.peak else step.peak_phase,
    )


def _measured(model_or_spec: nn.Module | NetworkSpec, shape: Shape, precision: Precision, kind: str) -> StepMemory:
    """The memory of a step without its optimizer; a batch that does not fit is explained as `summarize` does it."""
    import torch

    from playground.inspection.meta_copy import network_on_meta
    from playground.inspection.training_cost.instruction_set import has_bfloat16
    from playground.inspection.training_cost.onednn_lstm import NO_KERNEL
    from playground.inspection.training_cost.training_step import measure_step

    # Two samples say whether the network works; how many there can be is what the budget is for.
    checked_shape(model_or_spec, (2, *shape[1:]))
    on_meta = network_on_meta(model_or_spec)
    original = on_meta if isinstance(model_or_spec, NetworkSpec) else model_or_spec
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    try:
        return measure_step(on_meta, original, shape, dtype, autocast=precision == "autocast", device=kind)
    except Exception as error:  # whatever a model raises for a batch
        summarize(model_or_spec, shape, mode="train")
        if NO_KERNEL in str(error) and not has_bfloat16():
            raise ValueError(_NO_AVX512) from error
        message = f"{type(on_meta).__name__} cannot be trained on a batch of {shape}: {error}"
        raise ValueError(message) from error


def _find_precision(name: str) -> Precision:
    if name.lower() not in _PRECISIONS:
        raise ValueError(f"There is no precision {name!r}; choose fp32, bf16 or autocast.")
    return _PRECISIONS[name.lower()]


def _device_kind(device: str) -> Literal["cpu", "cuda"]:
    """Which memory a device has: CUDA's, or the machine's, which MPS shares."""
    import torch

    if device.startswith("cuda") or (device == "auto" and torch.cuda.is_available()):
        return "cuda"
    if device in ("auto", "cpu", "mps"):
        return "cpu"
    raise ValueError(f"There is no memory figure for the device {device!r}; choose auto, cpu or cuda.")
