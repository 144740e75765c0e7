"""Train on a part of a data set: some classes, chosen images, the first n."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.data.errors import DataError
from playground.data.image_data import ImageData


@dataclass(frozen=True)
class Subset:
    """Which images to keep: those of `classes`, of these the ones at `indices`, of these the `first` ones.

    Each of the three is optional; `Subset()` keeps everything. Labels keep their numbers.
    Raises DataError for a value that no data set could fulfil.
    """

    classes: tuple[int, ...] | None = None
    indices: tuple[int, ...] | None = None
    first: int | None = None

    def __post_init__(self) -> None:
        for field in ("classes", "indices"):
            numbers = getattr(self, field)
            if numbers is not None:
                object.__setattr__(self, field, _distinct_numbers(field, numbers))
        if self.first is not None and (not _is_whole_number(self.first) or self.first < 1):
            raise DataError(f"The number of first images must be a whole number of at least 1, not {self.first!r}.")

    def for_test(self) -> Subset:
        """The subset for the test set: the classes only, since the others count training images."""
        return Subset(classes=self.classes)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; what is not restricted is left out."""
        values = {
            "classes": None if self.classes is None else list(self.classes),
            "indices": None if self.indices is None else list(self.indices),
            "first": self.first,
        }
        return {name: value for name, value in values.items() if value is not None}

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> Subset:
        """The subset that `to_dict` described; DataError for an unknown name or a wrong value."""
        if not isinstance(values, Mapping):
            raise DataError(f"A subset must be given as named values, not as {values!r}.")
        unknown = [name for name in values if name not in ("classes", "indices", "first")]
        if unknown:
            raise DataError(f"A subset has no {unknown[0]!r}; use classes, indices or first.")
        return Subset(**values)


def select(data: ImageData, subset: Subset) -> ImageData:
    """The images that the subset keeps, in the order of the data set, or that of `indices` where given.

    Raises DataError for an unknown class, an index out of range, and where there are fewer images than asked.
    """
    if subset.classes is not None:
        data = _of_classes(data, subset.classes)
    if subset.indices is not None:
        data = _at_indices(data, subset.indices)
    if subset.first is not None:
        data = _first(data, subset.first)
    return data


def _of_classes(data: ImageData, classes: tuple[int, ...]) -> ImageData:
    import torch

    for number in classes:
        if number >= len(data.info.classes):
            raise DataError(
                f"{data.info.label} has no class {number}; its classes are 0 to {len(data.info.classes) - 1}."
            )
    kept = torch.isin(data.labels, torch.tensor(classes, device=data.device)).nonzero().squeeze(1)
    if len(kept) == 0:
        raise DataError(f"No image belongs to the chosen classes {_listed(classes)}; choose other classes.")
    return data.at(kept)


def _at_indices(data: ImageData, indices: tuple[int, ...]) -> ImageData:
    import torch

    largest = max(indices)
    if largest >= len(data):
        raise DataError(f"Index {largest:,} is out of range; the images have the numbers 0 to {len(data) - 1:,}.")
    return data.at(torch.tensor(indices))


def _first(data: ImageData, count: int) -> ImageData:
    if count > len(data):
        raise DataError(f"The first {count:,} images were asked for, but there are only {len(data):,}.")
    return ImageData(data.images[:count], data.labels[:count], data.info)


def _distinct_numbers(field: str, numbers: object) -> tuple[int, ...]:
    if not isinstance(numbers, Sequence) or isinstance(numbers, str):
        raise DataError(f"The {field} of a subset must be a list of numbers, not {numbers!r}.")
    for number in numbers:
        if not _is_whole_number(number) or number < 0:
            raise DataError(f"The {field} of a subset must be whole numbers of at least 0, not {number!r}.")
    if not numbers:
        raise DataError(f"The {field} of a subset are empty; choose at least one, or leave them out to keep all.")
    if len(set(numbers)) < len(numbers):
        raise DataError(f"The {field} of a subset must differ, but one occurs twice.")
    return tuple(numbers)


def _is_whole_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))
