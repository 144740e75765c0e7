"""A copy of a module that has its structure and shapes, and none of its weights."""

from __future__ import annotations

import copy

import torch
from torch import nn


def meta_copy(model: nn.Module) -> nn.Module:
    """The module on the meta device, without its hooks; the module itself is only read."""
    memo: dict[int, object] = {}
    for module in model.modules():
        tensors = {**vars(module), **module._parameters, **module._buffers}
        for value in tensors.values():
            if isinstance(value, torch.Tensor):
                memo[id(value)] = _on_meta(value)
    copied = copy.deepcopy(model, memo)
    for module in copied.modules():
        module._forward_hooks.clear()
        module._forward_pre_hooks.clear()
    return copied


def _on_meta(tensor: torch.Tensor) -> torch.Tensor:
    empty = torch.empty_like(tensor, device="meta", requires_grad=False)
    if isinstance(tensor, nn.Parameter):
        return nn.Parameter(empty, requires_grad=tensor.requires_grad)
    return empty
