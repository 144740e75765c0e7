"""The statistics that a normalization saves: of the type of its weights on the CPU, which FakeTensors do not know."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

_NORMS = (
    torch.ops.aten.native_batch_norm.default,
    torch.ops.aten.native_group_norm.default,
    torch.ops.aten.native_layer_norm.default,
)


class NormStatistics(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch gives it no types
    """Gives means and deviations the type of the weights or running statistics, float32 of bfloat16 in autocast.

    Seen in the kernels of torch 2.15; FakeTensors have them in the type of the input.
    """

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if func not in _NORMS:
            return result
        dtype = next((each.dtype for each in args[1:] if isinstance(each, torch.Tensor)), args[0].dtype)
        output, *statistics = result
        return output, *(each if each.dtype is dtype else torch.empty_like(each, dtype=dtype) for each in statistics)
