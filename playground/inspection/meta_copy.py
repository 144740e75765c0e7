"""A network's structure and shapes without its weights: a copy of a module, or a module built so from the start."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable
from types import CellType, FunctionType
from typing import Any

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn.modules.lazy import LazyModuleMixin
from torch.nn.parameter import is_lazy
from torch.nn.utils.prune import BasePruningMethod
from torch.nn.utils.spectral_norm import SpectralNorm
from torch.nn.utils.weight_norm import WeightNorm
from torch.overrides import TorchFunctionMode

from playground.inspection.recording import all_tensors_in
from playground.networks import NetworkSpec
from playground.networks.build import build_module


def network_on_meta(model_or_spec: nn.Module | NetworkSpec) -> nn.Module:
    """A module of one's own to run without weights: built from a spec, or a copy of a module.

    Raises ValueError for a scripted module, whose parts cannot be watched.
    """
    if isinstance(model_or_spec, NetworkSpec):
        return build_module(model_or_spec, device="meta")
    if any(isinstance(module, torch.jit.ScriptModule) for module in model_or_spec.modules()):
        raise ValueError("A scripted or traced module cannot be looked into; give the module that it was made from.")
    return meta_copy(model_or_spec)


def meta_copy(model: nn.Module) -> nn.Module:
    """The module on the meta device, without its hooks; the module itself is only read."""
    return _copy(model, lambda tensor: torch.empty_like(tensor, device="meta", requires_grad=False))


def cpu_copy(model: nn.Module) -> nn.Module:
    """The module with its values on the CPU, zeros where it is on the meta device, without its hooks."""
    return _copy(model, _values_on_cpu)


def copy_with_the_same_parameters(model: nn.Module) -> nn.Module:
    """The module with a mode, hooks (none at first) and buffers of its own; the parameters share their memory."""
    return _copy(model, lambda tensor: tensor.detach() if isinstance(tensor, nn.Parameter) else tensor.detach().clone())


def fake_copy(model: nn.Module, mode: FakeTensorMode, dtype: torch.dtype) -> nn.Module:
    """The module without its hooks, with FakeTensors of the CPU as its tensors, those of real numbers of this type."""

    def fake(tensor: torch.Tensor) -> torch.Tensor:
        new_type = dtype if tensor.is_floating_point() else tensor.dtype
        with mode:
            return torch.empty_strided(tensor.shape, tensor.stride(), dtype=new_type, device="cpu")

    return _copy(model, fake)


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
            return func(*args, **{**kwargs, "device": "meta"})
        if func in _FILLING or getattr(func, "__module__", None) == nn.init.__name__:
            filled: torch.Tensor = args[0] if args else kwargs["tensor"]
            if filled.is_meta:
                return filled
        return func(*args, **kwargs)


# What only writes numbers, as all of nn.init does: on the meta device that is half of a ResNet's constructor (2.15).
_FILLING = frozenset({torch.Tensor.normal_, torch.Tensor.uniform_, torch.Tensor.fill_, torch.Tensor.zero_})


def _copy(model: nn.Module, copy_tensor: Callable[[torch.Tensor], torch.Tensor]) -> nn.Module:
    """A copy whose tensors are new, without hooks but those that a module needs to know its weights.

    Raises ValueError for a model that holds what Python cannot copy.
    """
    memo: dict[int, Any] = {}
    for module in model.modules():
        for name, value in vars(module).items():
            if "_hooks" in name and isinstance(value, OrderedDict):
                if not isinstance(module, LazyModuleMixin):
                    memo[id(value)] = OrderedDict((key, hook) for key, hook in value.items() if _makes_a_weight(hook))
                continue
            for tensor in all_tensors_in(value):
                if id(tensor) not in memo:
                    memo[id(tensor)] = _like(tensor, copy_tensor)
    try:
        copied = copy.deepcopy(model, memo)
    except (TypeError, RuntimeError) as error:
        raise ValueError(
            f"{type(model).__name__} is looked into as a copy, and it holds what cannot be copied: {error}. "
            "Take that out of the module, or make it where it is used."
        ) from error
    for module in copied.modules():
        _hold_functions_of_the_copy(module, memo)
    return copied


def _makes_a_weight(hook: Any) -> bool:
    """Whether a hook computes a weight before each pass, as those of weight_norm, spectral_norm and prune do."""
    return isinstance(hook, WeightNorm | SpectralNorm | BasePruningMethod)


def _hold_functions_of_the_copy(module: nn.Module, memo: dict[int, Any]) -> None:
    """Give functions that are attributes, such as a lambda that calls `self`, the copies of what they refer to.

    Python copies a function by handing out the same one: it would run the layers of the original.
    """
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and value.__closure__:
            cells = tuple(_cell_of_the_copy(cell, memo) for cell in value.__closure__)
            own = FunctionType(value.__code__, value.__globals__, value.__name__, value.__defaults__, cells)
            own.__kwdefaults__ = value.__kwdefaults__
            vars(module)[name] = own


def _cell_of_the_copy(cell: CellType, memo: dict[int, Any]) -> CellType:
    try:
        content = cell.cell_contents
    except ValueError:  # nothing is in it yet
        return cell
    return CellType(memo[id(content)]) if id(content) in memo else cell


def _like(tensor: torch.Tensor, copy_tensor: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
    """A copy that is a parameter if the tensor is one."""
    if is_lazy(tensor):
        lazy: Any = type(tensor)
        found_later: torch.Tensor = lazy(requires_grad=tensor.requires_grad, device=copy_tensor(torch.empty(0)).device)
        return found_later
    copied = copy_tensor(tensor)
    return nn.Parameter(copied, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else copied


def _values_on_cpu(tensor: torch.Tensor) -> torch.Tensor:
    if tensor.is_meta:
        return torch.zeros_like(tensor, device="cpu", requires_grad=False)
    return tensor.detach().to("cpu", copy=True)
