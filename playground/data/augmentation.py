"""Augmentations of whole batches on their device; each image draws its own random values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

from playground.data.errors import DataError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class BatchAugmentation(ABC):
    """A random change of a batch of pixel values (0 to 255, uint8 or float32, `(N, C, H, W)`), shape kept."""

    label: ClassVar[str]
    explanation: ClassVar[str]

    @staticmethod
    @abstractmethod
    def function() -> Callable[..., torch.Tensor]:
        """The function of the images, the generator and the parameters that does it. Imports torch."""

    def __call__(self, images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """A new batch; all randomness comes from the generator, which is on the device of the images."""
        return self.function()(images, generator, **asdict(self))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values: the name in `BATCH_AUGMENTATIONS` and the parameters."""
        return {"name": type(self).__name__, **asdict(self)}


@dataclass(frozen=True)
class RandomCrop(BatchAugmentation):
    """Moves each image by up to `padding` pixels in each direction; what comes in is black."""

    padding: int = 4

    label: ClassVar[str] = "Random crop"
    explanation: ClassVar[str] = "Pads each image with black and cuts its size out again at a random place."

    def __post_init__(self) -> None:
        if isinstance(self.padding, bool) or not isinstance(self.padding, int) or self.padding < 0:
            raise DataError(f"The padding must be a whole number of pixels, 0 or more, not {self.padding!r}.")

    @staticmethod
    def function() -> Callable[..., torch.Tensor]:
        """The function that does it."""
        from playground.data.batch_transforms import random_crop

        return random_crop


@dataclass(frozen=True)
class RandomHorizontalFlip(BatchAugmentation):
    """Mirrors each image, left to right, with probability `p`."""

    p: float = 0.5

    label: ClassVar[str] = "Random horizontal flip"
    explanation: ClassVar[str] = "Mirrors half of the images; not for digits and letters, which it spoils."

    def __post_init__(self) -> None:
        if not _is_number(self.p) or not 0 <= self.p <= 1:
            raise DataError(f"The probability of a flip must lie between 0 and 1, not at {self.p!r}.")

    @staticmethod
    def function() -> Callable[..., torch.Tensor]:
        """The function that does it."""
        from playground.data.batch_transforms import random_horizontal_flip

        return random_horizontal_flip


@dataclass(frozen=True)
class RandomRotation(BatchAugmentation):
    """Turns each image about its centre by a random angle up to `degrees` either way; corners turn black."""

    degrees: float = 10.0

    label: ClassVar[str] = "Random rotation"
    explanation: ClassVar[str] = "Turns each image a little about its centre, as handwriting leans."

    def __post_init__(self) -> None:
        if not _is_number(self.degrees) or not 0 <= self.degrees <= 180:
            raise DataError(f"The rotation must lie between 0 and 180 degrees, not at {self.degrees!r}.")

    @staticmethod
    def function() -> Callable[..., torch.Tensor]:
        """The function that does it."""
        from playground.data.batch_transforms import random_rotation

        return random_rotation


BATCH_AUGMENTATIONS: dict[str, type[BatchAugmentation]] = {
    kind.__name__: kind for kind in (RandomCrop, RandomHorizontalFlip, RandomRotation)
}


def augmentation_from_dict(values: Mapping[str, Any]) -> BatchAugmentation:
    """The augmentation that `to_dict` described; DataError for an unknown name or parameter."""
    parameters = dict(values)
    name = parameters.pop("name", None)
    if name not in BATCH_AUGMENTATIONS:
        raise DataError(f"There is no augmentation {name!r}; choose one of {', '.join(BATCH_AUGMENTATIONS)}.")
    kind = BATCH_AUGMENTATIONS[name]
    known = [field.name for field in fields(kind)]
    for parameter in parameters:
        if parameter not in known:
            raise DataError(f"{name} has no parameter {parameter!r}; it has {', '.join(known)}.")
    return kind(**parameters)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
