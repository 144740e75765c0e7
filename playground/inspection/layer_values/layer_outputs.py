"""What one layer of a network gives for a batch: the tensors themselves."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from playground.inspection.meta_copy import copy_with_the_same_parameters
from playground.inspection.randomness import randomness_kept
from playground.inspection.recording import tensors_in


def layer_outputs(model: nn.Module, batch: torch.Tensor, path: str, use: int = 1) -> tuple[torch.Tensor, ...]:
    """All tensors that the layer at `path` gives in eval mode; of a layer that runs again, the `use`-th time.

    The pass ends with that layer, and is that of a copy: the model keeps its mode, buffers, hooks and the state of
    the random numbers. Raises LookupError if there is no such layer, or if it does not run (so often).
    """
    copied = copy_with_the_same_parameters(model).eval()
    try:
        layer = copied.get_submodule(path)
    except AttributeError as error:
        raise LookupError(f"The network has no layer {path!r}.") from error
    outputs: list[Any] = []

    def keep(_: nn.Module, __: Any, output: Any) -> None:
        outputs.append(output)
        if len(outputs) == use:
            raise _Reached

    layer.register_forward_hook(keep)
    with randomness_kept(), torch.inference_mode():
        try:
            copied(batch)
        except _Reached:
            return tuple(tensors_in(outputs[-1]))
    times = f"only {len(outputs)} times" if outputs else "not"
    raise LookupError(f"The layer {path!r} runs {times} in a forward pass in eval mode.")


class _Reached(BaseException):
    """The layer has given its output; no network may take this for an error that it handles."""
