"""One forward pass of a network without weights: the rows of its table, or how far it comes and why no further."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn
from torch.func import functional_call
from torch.nn.parameter import is_lazy

from playground.inspection.forward_pass import forward_pass, input_dtype
from playground.inspection.layer_table.constructor_text import module_arguments
from playground.inspection.layer_table.layer_rows import rows_and_blocks
from playground.inspection.layer_table.summary import Block, LayerRow
from playground.inspection.randomness import randomness_kept
from playground.inspection.recording import ModuleCall, record
from playground.networks import Layer, NetworkSpec, SpecError
from playground.networks.spec import Shape

# Above this, a layer that failed is not run again on the CPU for its message: it might work there, and long.
_LARGEST_RERUN = 2**24


@dataclass(frozen=True)
class Measurement:
    """The rows as far as the batch came; if it stopped, the path of the layer, and the error in torch's words."""

    rows: tuple[LayerRow, ...]
    blocks: tuple[Block, ...]
    path: str = ""
    error: str | None = None


def measure(model: nn.Module, original: nn.Module, input_shape: Shape, mode: Literal["eval", "train"]) -> Measurement:
    """Runs `model`, a copy of `original` on the meta device, on a batch of this shape.

    A model that looks at values, which the meta device does not have, runs once more: a copy, on the CPU.
    """
    model, recording = forward_pass(model, original, input_shape, mode, record)
    rows, blocks = rows_and_blocks(model, recording)
    if recording.error is None:
        return Measurement(rows, blocks)
    call = recording.failed
    if call is None:
        return Measurement(rows, blocks, "", str(recording.error))
    path = next(path for path, module in model.named_modules() if module is call.module)
    words = _words_on_cpu(call) or str(recording.error)
    return Measurement(rows, blocks, path, f"{_explained(call)}{words}")


def _explained(call: ModuleCall) -> str:
    """The cause and the fixes that Build has for such a layer, before torch's own words; empty where it has none."""
    if not _is_a_layer_of_torch(call):
        return ""
    try:
        layer = Layer("layer", type(call.module).__name__, module_arguments(call.module))
        error = NetworkSpec("Layer", (layer,), call.inputs[0][1:]).trace(call.inputs[0]).error
    except SpecError:
        return ""
    if error is None:
        return ""
    fixes = f" What would mend it: {'; '.join(fix.text for fix in error.fixes)}." if error.fixes else ""
    return f"{error.cause}{fixes} PyTorch says: "


def _words_on_cpu(call: ModuleCall) -> str | None:
    """The words with which a layer of one input fails in an ordinary run, since meta kernels have poorer ones.

    Every tensor is one element expanded to the shape, so this allocates little.
    """
    if not _is_a_layer_of_torch(call):
        return None
    module = call.module
    state = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    if any(map(is_lazy, state.values())):
        return None
    sizes = [math.prod(shape) for shape in (*call.inputs, *(each.shape for each in state.values()))]
    if max(sizes, default=0) > _LARGEST_RERUN:
        return None
    weights = {name: torch.zeros((), dtype=each.dtype).expand(each.shape) for name, each in state.items()}
    inputs = tuple(torch.zeros((), dtype=input_dtype(module)).expand(shape) for shape in call.inputs)
    try:
        with randomness_kept(), torch.no_grad():
            functional_call(module, weights, inputs)
    except Exception as error:  # as in the recording
        return str(error)
    return None


def _is_a_layer_of_torch(call: ModuleCall) -> bool:
    """Whether this is a layer of torch with one input, all that it takes; one's own may take more."""
    return type(call.module).__module__.startswith("torch.nn.") and not call.module._modules and len(call.inputs) == 1
