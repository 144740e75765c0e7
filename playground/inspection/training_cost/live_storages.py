"""How many bytes of tensors are alive, operation by operation: a TorchDispatchMode that watches each new storage."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

from playground.inspection.training_cost.sparse_gradients import parts, sparse_gradient
from playground.inspection.training_cost.workspace import Workspace, exactly

Phase: TypeAlias = Literal["forward", "backward", "step"]
"""The parts of a training step in their order; the last is the optimizer's."""


class LiveStorages(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch gives it no types
    """Counts the storages that are alive while it is entered, in blocks of so many bytes, and their peak.

    `phase` is set by whoever runs the operations; `peak_phase` is the phase in which most was alive. `workspace`
    says what an operation takes besides, only while it runs, given the operation, its arguments and its result; so
    there is a peak that is reached on every processor, `least_peak`, and one that this processor stays below, `peak`,
    unless one of these workspaces has no bound, as `is_bounded` says.
    """

    def __init__(self, block: int, workspace: Callable[[Any, Any, Any], Workspace]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # likewise
        self.phase: Phase = "forward"
        self.bytes = self.least_peak = self.peak = 0
        self.is_bounded = True
        self.peak_phase: Phase = "forward"
        self.weight_casts: dict[int, int] = {}
        self._block = block
        self._workspace = workspace
        self._alive: dict[int, weakref.ref[torch.UntypedStorage]] = {}
        self._weights: set[int] = set()

    def hold(self, tensors: Iterable[torch.Tensor]) -> int:
        """Watches tensors that were there before; returns the bytes of those that are new to it."""
        before = self.bytes
        self._watch(tensors)
        self._reached(exactly(0))
        return self.bytes - before

    def hold_weights(self, parameters: Iterable[torch.Tensor]) -> int:
        """Likewise for weights; their copies in another type, as autocast makes them, are noted in `weight_casts`."""
        parameters = list(parameters)
        self._weights.update(key(each) for each in parameters)
        return self.hold(parameters)

    def size(self, tensor: torch.Tensor) -> int:
        """The bytes of the tensor's storage, or of both of a sparse one, in whole blocks."""
        return sum(-(-part.untyped_storage().nbytes() // self._block) * self._block for part in parts(tensor))

    def _watch(self, tensors: Iterable[torch.Tensor]) -> None:
        for tensor in tensors:
            for part in parts(tensor):
                self._watch_storage(part)

    def _watch_storage(self, tensor: torch.Tensor) -> None:
        storage, size, name = tensor.untyped_storage(), self.size(tensor), key(tensor)
        if name in self._alive:
            return

        def freed(_: object) -> None:
            self.bytes -= size
            del self._alive[name]

        self._alive[name] = weakref.ref(storage, freed)
        self.bytes += size

    def _reached(self, workspace: Workspace) -> None:
        """With so much besides what is alive; what has no bound is counted with the least that it is."""
        most = workspace.least if workspace.most is None else workspace.most
        self.is_bounded &= workspace.most is not None
        self.least_peak = max(self.least_peak, self.bytes + workspace.least)
        if self.bytes + most > self.peak:
            self.peak, self.peak_phase = self.bytes + most, self.phase

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = sparse_gradient(func, args)
        if result is None:
            result = func(*args, **(kwargs or {}))
        self._watch(value for value in tree_iter(result) if isinstance(value, torch.Tensor))
        is_sum = func is torch.ops.aten.add.Tensor and self.phase == "backward"
        self._reached(_summed(self.size(result)) if is_sum else self._workspace(func, args, result))
        if func is torch.ops.aten._to_copy.default and not args[0].is_sparse and key(args[0]) in self._weights:
            self.weight_casts[key(result)] = self.size(result)
        return result


def _summed(size: int) -> Workspace:
    """What a sum of gradients takes: autograd adds in place if it alone holds the first one and no mode looks on."""
    return Workspace(-size, 0)


def key(tensor: torch.Tensor) -> int:
    """What two tensors share exactly if they share their storage, as long as it is alive."""
    return int(tensor.untyped_storage()._cdata)
