"""A training step as it really runs, and the memory that it really takes."""

from __future__ import annotations

import itertools

import torch
from torch import nn
from torch.nn import functional

from playground.inspection import Budget
from playground.inspection.training_cost.optimizer_memory import OPTIMIZERS


def saved_bytes(model: nn.Module, batch: torch.Tensor, autocast: bool = False) -> int:
    """The bytes that autograd saves in a forward pass: each storage once, without what the model and the batch hold."""
    held = {each.untyped_storage().data_ptr() for each in (*model.parameters(), *model.buffers(), batch)}
    saved: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in held:
            saved[storage.data_ptr()] = storage.nbytes()
        return tensor

    model.train()
    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor),
        torch.autocast("cpu", torch.bfloat16, enabled=autocast),
    ):
        output = model(batch)
    assert isinstance(output, torch.Tensor)
    return sum(saved.values())


class RealStep:
    """A training step as people write it, after two that made the optimizer's state."""

    def __init__(self, model: nn.Module, batch: torch.Tensor, optimizer: str, precision: str) -> None:
        self._model = model.train()
        self._batch = batch
        self._labels = torch.zeros(len(batch), dtype=torch.long, device=batch.device)
        self._optimizer = OPTIMIZERS[optimizer].build(model.parameters())
        self._uses_autocast = precision == "autocast"
        self()
        self()
        self._optimizer.zero_grad()

    def __call__(self) -> None:
        self._optimizer.zero_grad()
        with torch.autocast(self._batch.device.type, torch.bfloat16, enabled=self._uses_autocast):
            outputs = self._model(self._batch)
            loss = functional.cross_entropy(outputs, self._labels)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        self._optimizer.step()

    def state(self) -> list[torch.Tensor]:
        """What the optimizer keeps."""
        states = self._optimizer.state.values()
        return [each for state in states for each in state.values() if isinstance(each, torch.Tensor)]

    def held(self) -> list[torch.Tensor]:
        """What is there before the step begins."""
        return [self._batch, self._labels, *self._model.parameters(), *self._model.buffers(), *self.state()]


def peak_on_cpu(step: RealStep) -> int:
    """The most bytes that are alive in a step: what it begins with, and what PyTorch's allocator gives and takes."""
    storages = {each.data_ptr(): each.untyped_storage().nbytes() for each in step.held()}
    with torch.profiler.profile(profile_memory=True) as profile:
        step()
    events = profile.profiler.kineto_results.events()
    changes = [event.nbytes() for event in events if event.name() == "[memory]"]
    return int(sum(storages.values()) + max(itertools.accumulate(changes)))


def assert_predicted(predicted: Budget, measured: int) -> None:
    """A range that is narrow, where this processor's workspaces are known, holds the measured peak."""
    assert predicted.least_peak <= 1.001 * measured
    if predicted.is_bounded:
        assert 0.999 * measured <= predicted.peak <= 1.1 * measured


def peak_on_cuda(step: RealStep) -> int:
    """The most bytes that PyTorch has allocated in a step."""
    torch.cuda.reset_peak_memory_stats()
    step()
    torch.cuda.synchronize()
    return int(torch.cuda.max_memory_allocated())
