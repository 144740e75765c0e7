"""One forward pass that is watched: on the meta device, or on the CPU where a model looks at values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, TypeVar

import torch
from torch import nn

from playground.inspection.meta_copy import cpu_copy
from playground.inspection.recording import record
from playground.networks.spec import Shape

_LOOKUPS = (nn.Embedding, nn.EmbeddingBag)


class _Failed(Protocol):
    @property
    def module(self) -> nn.Module: ...


class _Watched(Protocol):
    @property
    def length(self) -> int: ...
    @property
    def error(self) -> Exception | None: ...
    @property
    def failed(self) -> _Failed | None: ...


Watched = TypeVar("Watched", bound=_Watched)
"""What was seen of a pass: how many calls, the error that ended it, and the call in which that was raised."""


def forward_pass(
    model: nn.Module,
    original: nn.Module | None,
    input_shape: Shape,
    mode: Literal["eval", "train"],
    watch: Callable[[nn.Module, torch.Tensor], Watched],
) -> tuple[nn.Module, Watched]:
    """What `watch` sees of `model`, a copy of `original` on the meta device, and the model that ran in the end.

    A model that looks at values, which the meta device does not have, runs once more: a copy of the original, if there
    is one, on the CPU.
    """
    ran, _, seen = _watched(model, original, input_shape, mode, watch)
    return ran, seen


def reads_integers(model: nn.Module, original: nn.Module | None, input_shape: Shape) -> bool:
    """Whether a model takes a batch of whole numbers, such as the indices of words; arguments as of `forward_pass`.

    Only a pass tells: an Embedding may look up the batch wherever it stands among the layers, or something else.
    """
    if not any(isinstance(module, _LOOKUPS) for module in model.modules()):
        return False
    _, batch, _ = _watched(model, original, input_shape, "eval", record)
    return not batch.is_floating_point()


def input_dtype(model: nn.Module) -> torch.dtype:
    """The type of the model's first floating-point parameter, which its input must have as well."""
    types = (parameter.dtype for parameter in model.parameters() if parameter.is_floating_point())
    return next(types, torch.get_default_dtype())


def _watched(
    model: nn.Module,
    original: nn.Module | None,
    input_shape: Shape,
    mode: Literal["eval", "train"],
    watch: Callable[[nn.Module, torch.Tensor], Watched],
) -> tuple[nn.Module, torch.Tensor, Watched]:
    """The model that ran in the end, the batch that it took, and what was seen."""
    batch, seen = _run(model, input_shape, mode, "meta", watch)
    if original is not None and seen.error is not None and needs_values(seen.error):
        model = cpu_copy(original)
        batch, seen = _run(model, input_shape, mode, "cpu", watch)
    return model, batch, seen


def _run(
    model: nn.Module,
    input_shape: Shape,
    mode: Literal["eval", "train"],
    device: str,
    watch: Callable[[nn.Module, torch.Tensor], Watched],
) -> tuple[torch.Tensor, Watched]:
    """The batch, of whole numbers where the model comes further with these, and what was seen of the pass."""
    model.train(mode == "train")
    batch = torch.zeros(input_shape, device=device, dtype=input_dtype(model))
    seen = watch(model, batch)
    if seen.failed is not None and isinstance(seen.failed.module, _LOOKUPS):
        integers = batch.long()
        of_integers = watch(model, integers)
        if of_integers.error is None or of_integers.length > seen.length:
            return integers, of_integers
    return batch, seen


def needs_values(error: Exception) -> bool:
    """Whether the meta device refused: a kernel that it lacks, a number, or a tensor made on the CPU beside it."""
    return isinstance(error, NotImplementedError) or "meta" in str(error).lower()
