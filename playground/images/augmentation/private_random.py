"""Random numbers from a seed for the calls of one thread, without touching torch's global generator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

# What torchvision draws with; each takes a generator, which torchvision leaves out.
_DRAWING = frozenset(
    {
        torch.rand,
        torch.randn,
        torch.randint,
        torch.randperm,
        torch.multinomial,
        torch.bernoulli,
        torch._sample_dirichlet,
        torch.Tensor.uniform_,
        torch.Tensor.normal_,
        torch.Tensor.random_,
        torch.Tensor.bernoulli_,
    }
)


class PrivateRandomness(TorchFunctionMode):
    """While it is entered, what draws on the CPU in this thread draws as after `torch.manual_seed(seed)`.

    Modes belong to a thread, and the generator to the mode: so servers may draw in several threads at once, and
    what else uses the global generator does not notice.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._generator = torch.Generator().manual_seed(seed)

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Call `func` with the generator if it draws."""
        kwargs = kwargs or {}
        if func is torch.randn_like:
            # It takes no generator in older releases; this is what it does.
            return torch.empty_like(*args, **kwargs).normal_(generator=self._generator)
        if func in _DRAWING:
            kwargs = {**kwargs, "generator": self._generator}
        return func(*args, **kwargs)
