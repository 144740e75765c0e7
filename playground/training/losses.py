"""The losses of an epoch, kept on the device and read back by time instead of at each step.

Reading a loss back makes the device finish and the loop wait: at each step it costs a small network 10 to 15%.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch

READ_EVERY_SECONDS = 0.1


class NonFiniteLossError(Exception):
    """A loss of these images was NaN or infinite at a step; the loop says why."""

    def __init__(self, images: Literal["train", "validation", "test"], loss: float, step: int) -> None:
        super().__init__(f"The loss of the {images} images is {loss} at step {step}.")
        self.images = images
        self.loss = loss
        self.step = step

    def __reduce__(self) -> tuple[type[NonFiniteLossError], tuple[str, float, int]]:
        return type(self), (self.images, self.loss, self.step)


class EpochLosses:
    """Collects one loss a step and gives them back as numbers every tenth of a second."""

    def __init__(self, steps: int, first_step: int, device: torch.device) -> None:
        import torch

        self._losses = torch.zeros(steps, device=device)
        self._first_step = first_step
        self._images: list[int] = []
        self._read: list[float] = []
        # The first loss of a run shows at once.
        self._next_read = 0.0 if first_step == 1 else time.perf_counter() + READ_EVERY_SECONDS

    def add(self, loss: torch.Tensor, images: int) -> None:
        """Keep the loss of the next step, the mean over so many images, on the device."""
        self._losses[len(self._images)] = loss.detach()
        self._images.append(images)

    @property
    def due(self) -> bool:
        """Whether it is time to read."""
        return len(self._images) == len(self._losses) or time.perf_counter() >= self._next_read

    def read(self) -> float:
        """Wait for the device and return the loss of the latest step.

        Raises NonFiniteLossError at the first loss that is NaN or infinite.
        """
        fresh = self._losses[len(self._read) : len(self._images)].tolist()
        for offset, loss in enumerate(fresh):
            if not math.isfinite(loss):
                raise NonFiniteLossError("train", loss, self._first_step + len(self._read) + offset)
        self._read += fresh
        self._next_read = time.perf_counter() + READ_EVERY_SECONDS
        return self._read[-1]

    @property
    def mean(self) -> float:
        """The mean over the images whose losses were read so far."""
        read = list(zip(self._read, self._images, strict=False))
        return math.fsum(loss * images for loss, images in read) / sum(images for _, images in read)
