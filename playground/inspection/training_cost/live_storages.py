"""How many bytes of tensors are alive, operation by operation: a TorchDispatchMode that watches each new storage."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

from playground.inspection.training_cost.sparse_gradients import parts, sparse_gradient

Phase: TypeAlias = Literal["forward", "backward", "step"]
"""The parts of a training step in their order; the last is the optimizer's."""


class LiveStorages(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch gives it no types
    """Counts the storages that are alive while it is entered, in blocks of so many bytes, and their peak.

    `phase` is set by whoever runs the operations; `peak_phase` is the phase in which most was alive. `momentary`
    says what an operation takes besides, only while it runs, given the operation, its arguments and its result.
    """

    def __init__(self, block: int, momentary: Callable[[Any, Any, Any], int]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # likewise
        self.phase: Phase = "forward"
        self.bytes = self.peak = 0
        self.peak_phase: Phase = "forward"
        self.weight_casts: dict[int, int] = {}
        self._block = block
        self._momentary = momentary
        self._alive: dict[int, weakref.ref[torch.UntypedStorage]] = {}
        self._weights: set[int] = set()

    def hold(self, tensors: Iterable[torch.Tensor]) -> int:
        """Watches tensors that were there before; returns the bytes of those that are new to it."""
        before = self.bytes
        for tensor in tensors:
            for part in parts(tensor):
                self._watch(part)
        return self.bytes - before

    def hold_weights(self, parameters: Iterable[torch.Tensor]) -> int:
        """Likewise for weights; their copies in another type, as autocast makes them, are noted in `weight_casts`."""
        parameters = list(parameters)
        self._weights.update(key(each) for each in parameters)
        return self.hold(parameters)

    def size(self, tensor: torch.Tensor) -> int:
        """The bytes of the tensor's storage, or of both of a sparse one, in whole blocks."""
        return sum(-(-part.untyped_storage().nbytes() // self._block) * self._block for part in parts(tensor))

    def _watch(self, tensor: torch.Tensor) -> None:
        storage, size, name = tensor.untyped_storage(), self.size(tensor), key(tensor)
        if name in self._alive:
            return

        def freed(_: object) -> None:
            self.bytes -= size
            del self._alive[name]

        self._alive[name] = weakref.ref(storage, freed)
        self.bytes += size
        self._reached(self.bytes)

    def _reached(self, size: int) -> None:
        if size > self.peak:
            self.peak, self.peak_phase = size, self.phase

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = sparse_gradient(func, args)
        if result is None:
            result = func(*args, **(kwargs or {}))
        self.hold(value for value in tree_iter(result) if isinstance(value, torch.Tensor))
        self._reached(self.bytes + self._momentary(func, args, result))
        if func is torch.ops.aten._to_copy.default and not args[0].is_sparse and key(args[0]) in self._weights:
            self.weight_casts[key(result)] = self.size(result)
        return result


def key(tensor: torch.Tensor) -> int:
    """What two tensors share exactly if they share their storage, as long as it is alive."""
    return int(tensor.untyped_storage()._cdata)
