"""How long an epoch of training takes, estimated from a few real steps."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.inspection.training_cost.memory_budget import Budget, budget
from playground.inspection.training_cost.optimizer_memory import OPTIMIZERS
from playground.networks import NetworkSpec

if TYPE_CHECKING:
    import torch
    from torch import nn

    from playground.networks.spec import Shape

_WARM_UP = 2
_MOST_SECONDS = 10.0


@dataclass(frozen=True)
class EpochTime:
    """The median time of a step on a device, and how many steps an epoch has."""

    seconds_per_step: float
    steps: int
    device: str

    @property
    def seconds(self) -> float:
        """The time of an epoch, without reading data and evaluation."""
        return self.seconds_per_step * self.steps


def seconds_per_epoch(
    model_or_spec: nn.Module | NetworkSpec,
    input_shape: Shape,
    *,
    batch_size: int,
    samples: int,
    optimizer: str = "adam",
    precision: str = "fp32",
    device: str = "auto",
    measured_steps: int = 5,
    progress: Callable[[int], None] = lambda _: None,
) -> EpochTime:
    """The time of an epoch of so many samples: the median of a few training steps after two for warming up.

    Runs a copy with real weights on batches of zeros; the other arguments are those of `budget`. Where steps take
    long, as soon as ten seconds are over those that were run have to do, be it a single one.
    `progress` is called with the number of each step, from 1, before it runs.
    Raises ValueError, before anything is allocated, if a step needs more memory than is free, and what
    `budget` and `progress` raise.
    """
    import torch

    if samples < 1 or measured_steps < 1:
        raise ValueError("An epoch has at least 1 sample, and at least 1 step is measured.")
    name = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    needed = budget(
        model_or_spec, input_shape, batch_size=batch_size, optimizer=optimizer, precision=precision, device=name
    )
    _check_memory(needed, name)
    with torch.random.fork_rng():
        seconds = _measure(model_or_spec, tuple(input_shape)[1:], needed, torch.device(name), measured_steps, progress)
    return EpochTime(statistics.median(seconds), math.ceil(samples / batch_size), name)


def _check_memory(needed: Budget, device: str) -> None:
    import psutil
    import torch

    free = torch.cuda.mem_get_info(device)[0] if needed.device == "cuda" else psutil.virtual_memory().available
    if needed.peak > free:
        raise ValueError(
            f"A step with a batch of {needed.batch_size:,} needs {needed.peak / 1e9:,.1f} GB, and {free / 1e9:,.1f} GB "
            f"are free on {device}; choose a smaller batch."
        )


def _measure(
    model_or_spec: nn.Module | NetworkSpec,
    sample_shape: Shape,
    needed: Budget,
    device: torch.device,
    steps: int,
    progress: Callable[[int], None],
) -> list[float]:
    """The seconds of each step that counts."""
    import torch

    from playground.inspection.meta_copy import cpu_copy
    from playground.inspection.training_cost.training_step import example_batch, loss_of

    model = model_or_spec.build() if isinstance(model_or_spec, NetworkSpec) else cpu_copy(model_or_spec)
    dtype = torch.bfloat16 if needed.precision == "bf16" else torch.float32
    batch = example_batch(model, (needed.batch_size, *sample_shape), dtype).to(device)
    model.to(device, dtype).train()
    stepping = OPTIMIZERS[needed.optimizer].build(model.parameters())
    seconds: list[float] = []
    while len(seconds) < _WARM_UP + steps and sum(seconds) < _MOST_SECONDS:
        progress(len(seconds) + 1)
        started = time.perf_counter()
        stepping.zero_grad()
        with torch.autocast(device.type, torch.bfloat16, enabled=needed.precision == "autocast"):
            loss = loss_of(model(batch))
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        stepping.step()
        loss.item()
        seconds.append(time.perf_counter() - started)
    return seconds[min(_WARM_UP, len(seconds) - 1) :]
