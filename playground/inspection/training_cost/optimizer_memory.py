"""What an optimizer of torch.optim keeps for each parameter, and what its step needs for a moment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer


@dataclass(frozen=True)
class OptimizerMemory:
    """An optimizer with PyTorch's default implementation, its memory counted in tensors as large as a parameter.

    `states` are kept from step to step. A step takes more for a moment: on the CPU `temporaries` for one parameter
    after the other; on CUDA, where it works on lists of tensors (`foreach`), `list_temporaries` for all at once.
    Step counters, one number a parameter, are not counted. Read from torch/optim (2.15).
    """

    label: str
    torch_name: str
    states: int
    temporaries: int
    list_temporaries: int
    arguments: Mapping[str, float | bool] = field(default_factory=dict)

    def build(self, parameters: Iterable[nn.Parameter]) -> Optimizer:
        """The optimizer itself, with a learning rate so small that the numbers stay what they are."""
        import torch

        optimizer: Optimizer = getattr(torch.optim, self.torch_name)(parameters, lr=1e-6, **self.arguments)
        return optimizer

    def state_bytes(self, parameters: Sequence[int]) -> int:
        """The bytes kept for trained parameters of these bytes each."""
        return self.states * sum(parameters)

    def step_bytes(self, parameters: Sequence[int], device: str) -> int:
        """The bytes that a step takes beyond parameters, gradients and states."""
        if device == "cuda":
            return self.list_temporaries * sum(parameters)
        return self.temporaries * max(parameters, default=0)


OPTIMIZERS: Mapping[str, OptimizerMemory] = MappingProxyType(
    {
        "sgd": OptimizerMemory("SGD", "SGD", 0, 0, 0),
        "momentum": OptimizerMemory("SGD with momentum", "SGD", 1, 0, 0, {"momentum": 0.9}),
        "nesterov": OptimizerMemory("SGD with Nesterov momentum", "SGD", 1, 1, 0, {"momentum": 0.9, "nesterov": True}),
        "adam": OptimizerMemory("Adam", "Adam", 2, 2, 1),
        "adamw": OptimizerMemory("AdamW", "AdamW", 2, 2, 1),
        "rmsprop": OptimizerMemory("RMSprop", "RMSprop", 1, 1, 1),
    }
)


def find_optimizer(name: str) -> str:
    """The name in OPTIMIZERS that is meant by "Adam", "sgd_momentum" or "SGD with momentum".

    Raises ValueError with the names if there is none.
    """
    plain = re.sub(r"[^a-z]|with", "", name.lower())
    found = re.sub(r"^sgd(?=momentum$|nesterov)|(?<=nesterov)momentum$", "", plain)
    if found not in OPTIMIZERS:
        raise ValueError(f"There is no memory figure for the optimizer {name!r}; choose {', '.join(OPTIMIZERS)}.")
    return found
