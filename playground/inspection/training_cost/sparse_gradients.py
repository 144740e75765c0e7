"""Sparse gradients, as an Embedding with `sparse=True` has them, of FakeTensors: these lose count of the values."""

from __future__ import annotations

from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor


def parts(tensor: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """The tensors with a storage that it consists of: itself, or the indices and values of a sparse one."""
    return (tensor._indices(), tensor._values()) if tensor.is_sparse else (tensor,)


def sparse_gradient(func: Any, args: Any) -> torch.Tensor | None:
    """What a real training step has for these operations on sparse gradients; None for other operations.

    Autograd takes a new gradient over as it is, and clones it only because a mode looks on.
    """
    if func is torch.ops.aten.clone.default and args[0].is_sparse:
        taken_over: torch.Tensor = args[0].detach()
        return taken_over
    if not any(isinstance(each, FakeTensor) for each in args):
        return None
    if func is torch.ops.aten.add.Tensor and all(isinstance(each, torch.Tensor) and each.is_sparse for each in args):
        return _added(*args)
    if func is torch.ops.aten._embedding_bag_backward.default and args[9]:
        return _of_bags(output_gradient=args[0], words=args[1], vocabulary=args[6])
    return None


def _added(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """The values of both, also where their indices are the same."""
    indices = torch.cat([first._indices(), second._indices()], 1)
    return _sparse(indices, torch.cat([first._values(), second._values()]), first.shape[0])


def _of_bags(output_gradient: torch.Tensor, words: torch.Tensor, vocabulary: int) -> torch.Tensor:
    """A row of values for each word."""
    values = output_gradient.new_empty(words.numel(), output_gradient.shape[1])
    return _sparse(words.view(1, -1), values, vocabulary)


def _sparse(indices: torch.Tensor, values: torch.Tensor, rows: int) -> torch.Tensor:
    return torch.sparse_coo_tensor(indices, values, (rows, values.shape[1]), check_invariants=False)
