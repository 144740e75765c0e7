"""Learning-rate schedules: one registry for the page, the loop and the exported script.

Every schedule is a scheduler of ``torch.optim.lr_scheduler`` that is stepped once after each training step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LRScheduler


@dataclass(frozen=True)
class ScheduleInfo:
    """A scheduler and how its arguments follow from the learning rate, the steps of an epoch and of the run.

    ``code`` says the arguments once more, for the exported script, where LEARNING_RATE, steps_per_epoch and
    total_steps have these values.
    """

    name: str
    label: str
    explanation: str
    torch_name: str
    arguments: Callable[[float, int, int], dict[str, Any]]
    code: str


def _constant(_learning_rate: float, _steps_per_epoch: int, _total_steps: int) -> dict[str, Any]:
    return {"factor": 1.0, "total_iters": 0}


def _step(_learning_rate: float, _steps_per_epoch: int, total_steps: int) -> dict[str, Any]:
    return {"step_size": max(1, -(-total_steps // 3)), "gamma": 0.1}


def _exponential(_learning_rate: float, steps_per_epoch: int, _total_steps: int) -> dict[str, Any]:
    return {"gamma": 0.9 ** (1 / steps_per_epoch)}


def _cosine(_learning_rate: float, _steps_per_epoch: int, total_steps: int) -> dict[str, Any]:
    return {"T_max": total_steps}


def _one_cycle(learning_rate: float, _steps_per_epoch: int, total_steps: int) -> dict[str, Any]:
    # OneCycleLR divides by the length of the falling part, which is zero in a run of three steps or fewer.
    return {"max_lr": learning_rate, "total_steps": max(total_steps, 4)}


SCHEDULES: Mapping[str, ScheduleInfo] = MappingProxyType(
    {
        info.name: info
        for info in (
            ScheduleInfo(
                "constant",
                "Constant",
                "The same learning rate at every step.",
                "ConstantLR",
                _constant,
                "factor=1.0, total_iters=0",
            ),
            ScheduleInfo(
                "step",
                "Step",
                "A tenth of the learning rate after each third of the run.",
                "StepLR",
                _step,
                "step_size=max(1, -(-total_steps // 3)), gamma=0.1",
            ),
            ScheduleInfo(
                "exponential",
                "Exponential",
                "Falls smoothly by 10% in each epoch.",
                "ExponentialLR",
                _exponential,
                "gamma=0.9 ** (1 / steps_per_epoch)",
            ),
            ScheduleInfo(
                "cosine",
                "Cosine",
                "Falls to zero along half a cosine over the run.",
                "CosineAnnealingLR",
                _cosine,
                "T_max=total_steps",
            ),
            ScheduleInfo(
                "one_cycle",
                "One cycle",
                "Rises from 1/25 to the learning rate in the first 30% of the run, then falls to almost zero.",
                "OneCycleLR",
                _one_cycle,
                "max_lr=LEARNING_RATE, total_steps=max(total_steps, 4)",
            ),
        )
    }
)


def schedule_arguments(name: str, learning_rate: float, steps_per_epoch: int, epochs: int) -> dict[str, Any]:
    """Return the keyword arguments with which ``torch.optim.lr_scheduler`` builds the schedule."""
    return SCHEDULES[name].arguments(learning_rate, steps_per_epoch, steps_per_epoch * epochs)


def build_schedule(
    name: str, optimizer: Optimizer, learning_rate: float, steps_per_epoch: int, epochs: int
) -> LRScheduler:
    """Return the scheduler over the optimizer; step it once after each training step."""
    import torch

    scheduler: LRScheduler = getattr(torch.optim.lr_scheduler, SCHEDULES[name].torch_name)(
        optimizer, **schedule_arguments(name, learning_rate, steps_per_epoch, epochs)
    )
    return scheduler
