"""The means and standard deviations by which images are normalised: `(x - mean) / std`, a number for each channel."""

from __future__ import annotations

import math
from dataclasses import dataclass

from playground.images.errors import ImageError


@dataclass(frozen=True)
class Normalization:
    """A mean and a standard deviation for each channel of values from 0 to 1: three, or one for grey images."""

    name: str
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raises ImageError for numbers by which no image can be normalised."""
        if len(self.mean) != len(self.std) or len(self.mean) not in (1, 3):
            raise ImageError("Give a mean and a standard deviation for each channel: three, or one for a grey image.")
        if not all(map(math.isfinite, (*self.mean, *self.std))):
            raise ImageError("Each mean and each standard deviation is a number.")
        if min(self.std) <= 0:
            raise ImageError("A standard deviation is above 0: values are divided by it.")


NORMALIZATIONS = {
    # The documentation of torchvision's published weights.
    "imagenet": Normalization("ImageNet", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "cifar10": Normalization("CIFAR-10", (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
    "mnist": Normalization("MNIST", (0.1307,), (0.3081,)),
    # From -1 to 1, as generators with a tanh at their end give it.
    "half": Normalization("0.5", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
}
"""Those that are in use; the numbers are of the pixels of the training images."""
