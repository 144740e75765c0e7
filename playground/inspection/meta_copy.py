"""A network's structure and shapes without its weights: a copy of a module, or a module built so from the start."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from playground.networks import NetworkSpec
from playground.networks.build import build_module


def network_on_meta(model_or_spec: nn.Module | NetworkSpec) -> nn.Module:
    """A module of one's own to run without weights: built from a spec, or a copy of a module."""
    if isinstance(model_or_spec, NetworkSpec):
        return build_module(model_or_spec, device="meta")
    return meta_copy(model_or_spec)


def meta_copy(model: nn.Module) -> nn.Module:
    """The module on the meta device, without its hooks; the module itself is only read."""
    return _copy(model, lambda tensor: torch.empty_like(tensor, device="meta", requires_grad=False))


def cpu_copy(model: nn.Module) -> nn.Module:
    """The module with its values on the CPU, zeros where it is on the meta device, without its hooks."""
    return _copy(model, _values_on_cpu)


def build_on_meta(build: Callable[[], nn.Module]) -> nn.Module:
    """What `build` returns, on the meta device; no weight is allocated where the constructor allows it.

    Only new tensors without numbers of their own go there at once. What a constructor computes with, as that
    of RegNet does for its widths, stays on the CPU until the module is complete: `torch.device("meta")` would
    take these numbers away. A constructor that runs its layers, as that of SSDLite does, builds on the CPU.
    """
    try:
        with _WeightsOnMeta():
            return build().to("meta")
    except (RuntimeError, NotImplementedError):
        with torch.random.fork_rng(devices=[]):
            return build().to("meta")


class _WeightsOnMeta(TorchFunctionMode):
    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func is torch.empty:
            kwargs = {**kwargs, "device": "meta"}
        return func(*args, **kwargs)


def _values_on_cpu(tensor: torch.Tensor) -> torch.Tensor:
    if tensor.is_meta:
        return torch.zeros_like(tensor, device="cpu", requires_grad=False)
    return tensor.detach().to("cpu", copy=True)


def _copy(model: nn.Module, copy_tensor: Callable[[torch.Tensor], torch.Tensor]) -> nn.Module:
    memo: dict[int, Any] = {}
    for module in model.modules():
        tensors = {**vars(module), **module._parameters, **module._buffers}
        for value in tensors.values():
            if isinstance(value, torch.Tensor) and id(value) not in memo:
                copied = copy_tensor(value)
                is_parameter = isinstance(value, nn.Parameter)
                memo[id(value)] = nn.Parameter(copied, value.requires_grad) if is_parameter else copied
    copied_model = copy.deepcopy(model, memo)
    for module in copied_model.modules():
        module._forward_hooks.clear()
        module._forward_pre_hooks.clear()
    return copied_model
