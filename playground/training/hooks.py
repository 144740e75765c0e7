"""The points of the training loop at which something else can happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import nn
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LRScheduler

    from playground.training.config import TrainConfig
    from playground.training.events import EpochEvent


@dataclass
class TrainState:
    """What the loop works on; a hook may read it, set ``stop_requested`` and add to ``paused_seconds``."""

    config: TrainConfig
    device: torch.device
    model: nn.Module
    optimizer: Optimizer
    schedule: LRScheduler
    epoch: int = 0
    step: int = 0
    best_accuracy: float = 0.0
    stop_requested: bool = False
    paused_seconds: float = 0.0


class Hook:
    """Does nothing at every point; override the points that matter."""

    def on_train_start(self, state: TrainState) -> None:
        """Before the first step."""

    def on_epoch_start(self, state: TrainState) -> None:
        """Before the first step of each epoch."""

    def on_step_end(self, state: TrainState) -> None:
        """After each optimizer step."""

    def on_epoch_end(self, state: TrainState, event: EpochEvent) -> None:
        """After each epoch's evaluation, before its event is given out."""

    def on_train_end(self, state: TrainState) -> None:
        """After the last step, also when the run was stopped; not after an error."""
