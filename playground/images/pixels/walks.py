"""The walks that there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playground.images.pixels.data_types import data_types
from playground.images.pixels.layouts import layouts
from playground.images.pixels.normalizing import normalizing
from playground.images.pixels.reading import reading
from playground.images.pixels.resizing import resizing
from playground.images.pixels.stored_photo import StoredPhoto
from playground.images.pixels.tensors import to_tensors
from playground.images.pixels.walk import Walk, WalkSettings


@dataclass(frozen=True)
class WalkType:
    """A walk by its label, with the names of the settings that count for it."""

    label: str
    explanation: str
    settings: tuple[str, ...]
    of: Callable[[StoredPhoto, WalkSettings], Walk]


_SIZE = ("width", "height")
_SAME_NUMBERS = (
    "The same numbers with their axes in another order. The strides are the steps in memory along each axis: NumPy "
    "counts bytes, PyTorch elements, which are a byte each here."
)

WALKS: dict[str, WalkType] = {
    "reading": WalkType("Read", "From a file to numbers: an array of OpenCV beside a tensor.", (), reading),
    "resizing": WalkType("Resize", "To the size of a network's input.", _SIZE, resizing),
    "tensors": WalkType("To tensor", "From an array to a network's input.", _SIZE, to_tensors),
    "layouts": WalkType(
        "Layout",
        _SAME_NUMBERS,
        (*_SIZE, "row", "column"),
        layouts,
    ),
    "normalizing": WalkType(
        "Normalize", "The mean at 0, a standard deviation at 1.", (*_SIZE, "mean", "std"), normalizing
    ),
    "data_types": WalkType("Data types", "What a number can hold.", (*_SIZE, "amount"), data_types),
}
