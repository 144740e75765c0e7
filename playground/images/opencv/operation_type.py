"""What there is to say of an operation of OpenCV."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.images.opencv.call import Call, Name
from playground.images.opencv.parameter import Parameter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Values = Mapping[str, Any]
"""A checked value for each parameter."""

THRESHOLD, MORPHOLOGY, BLUR, EDGES, CONTRAST = "Threshold", "Morphology", "Blur", "Edges", "Contrast"
GROUPS = (THRESHOLD, MORPHOLOGY, BLUR, EDGES, CONTRAST)

IMAGE = Name("image")
"""The variable that holds the image before and after each operation."""


@dataclass(frozen=True)
class OperationType:
    """An operation: its calls leave the result in the variable `image`.

    `kernel` gives the weights `(rows, columns)` with which a pixel's neighbours count. `reach` is how many pixels away
    one may be and still count, for operations that can take long: they are worked off in bands. Without it the whole
    image counts, or the operation is quick.
    """

    group: str
    label: str
    explanation: str
    parameters: Mapping[str, Parameter]
    calls: Callable[[Values], tuple[Call, ...]]
    needs_grey: bool = False
    kernel: Callable[[Values], NDArray[np.float64]] | None = None
    reach: Callable[[Values], int] | None = None


def size_parameter(default: int = 5, low: int = 1, high: int = 31) -> Parameter:
    """The side of a square kernel, in pixels, by the name of `size`."""
    explanation = "How many pixels wide and high the kernel is: an odd number, so that there is a middle."
    return Parameter("Kernel size", default, explanation, low, high, 2, is_length=True)


def radius(values: Values) -> int:
    """How many pixels a kernel of `size` reaches from its middle."""
    return int(values["size"]) // 2
