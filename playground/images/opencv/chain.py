"""A chain of OpenCV operations: plain data that runs, prints as a script, and tells how far it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from playground.images.errors import ImageError
from playground.images.opencv.call import Call, Name, run
from playground.images.opencv.catalogue import OPERATIONS
from playground.images.opencv.operation_type import IMAGE, OperationType
from playground.images.opencv.parameter import Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

# The slowest operation takes a twentieth of a second for as many on 2 cores.
_PIXELS_OF_A_BAND = 500_000
_TO_GREY = Call("image", "cv2.cvtColor", (IMAGE, Name("cv2.COLOR_BGR2GRAY")))


@dataclass(frozen=True, init=False)
class Operation:
    """An operation of OPERATIONS with its values: `Operation("erosion", size=3)`; the others are at their defaults.

    Raises ImageError for an operation, a parameter or a value that there is not.
    """

    name: str
    values: tuple[tuple[str, Value], ...]

    def __init__(self, name: str, **values: object) -> None:
        if name not in OPERATIONS:
            raise ImageError(f"There is no operation {name!r}; there are {', '.join(OPERATIONS)}.")
        parameters = OPERATIONS[name].parameters
        for parameter in values:
            if parameter not in parameters:
                known = ", ".join(parameters) or "none"
                raise ImageError(f"{OPERATIONS[name].label} has no parameter {parameter!r}; its parameters: {known}.")
        checked = ((key, each.checked(values.get(key, each.default))) for key, each in parameters.items())
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "values", tuple(checked))

    @property
    def type(self) -> OperationType:
        """Its entry in OPERATIONS."""
        return OPERATIONS[self.name]

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls of OpenCV, which take the variable `image` and leave the result there."""
        return self.type.calls(dict(self.values))

    @property
    def kernel(self) -> NDArray[np.float64] | None:
        """The weights `(rows, columns)` of a pixel's neighbours, for operations that have fixed ones."""
        return self.type.kernel(dict(self.values)) if self.type.kernel else None

    @property
    def reach(self) -> int | None:
        """How many pixels away one may be and still count, or None: see OperationType."""
        return self.type.reach(dict(self.values)) if self.type.reach else None


@dataclass(frozen=True)
class Progress:
    """How much of a chain is done, from 0 to 1; with 1 comes the result.

    `threshold` is the one that Otsu's method took, where the chain has that.
    """

    share: float
    result: Pixels | None = None
    threshold: float | None = None


@dataclass(frozen=True)
class Chain:
    """Operations one after the other on the grey values of an image, or on its colours `(H, W, 3)` in BGR."""

    operations: tuple[Operation, ...]
    in_colour: bool = False

    @property
    def is_grey(self) -> bool:
        """Whether the image is made grey first: as asked, or because an operation takes grey values alone."""
        return not self.in_colour or any(operation.type.needs_grey for operation in self.operations)

    def run(self, bgr: Pixels) -> Pixels:
        """The result, `(H, W)` or `(H, W, 3)`, of an image in BGR `(H, W, 3)`; all of uint8."""
        *_, last = self.progress(bgr)
        assert last.result is not None
        return last.result

    def progress(self, bgr: Pixels) -> Iterator[Progress]:
        """Run, and tell after each piece of work how much is done."""
        image = run([_TO_GREY], bgr)["image"] if self.is_grey else bgr
        threshold = None
        for index, operation in enumerate(self.operations):
            for part in _in_bands(operation, image):
                yield Progress((index + part.share) / len(self.operations))
                image = image if part.result is None else part.result
                threshold = threshold if part.threshold is None else part.threshold
        yield Progress(1.0, image, threshold)

    def to_code(self, path: str) -> str:
        """A script that reads the file at this path, runs the chain, and writes the result beside it."""
        calls = [call for operation in self.operations for call in operation.calls]
        lines = ["import cv2", "", f"image = cv2.imread({json.dumps(path, ensure_ascii=False)}, cv2.IMREAD_COLOR)"]
        lines += map(str, [_TO_GREY, *calls] if self.is_grey else calls)
        return "\n".join([*lines, 'cv2.imwrite("result.png", image)', ""])

    def for_reduced(self, factor: float) -> Chain:
        """About the same for an image that was made smaller by this factor: kernels shrink with it."""
        return replace(self, operations=tuple(_for_reduced(operation, factor) for operation in self.operations))

    def remarks(self, width: int, height: int) -> list[str]:
        """What a person should know who runs this on an image of that size, in sentences."""
        found = []
        for operation in self.operations:
            size = dict(operation.values).get("size")
            if isinstance(size, int) and size > min(width, height):
                found.append(
                    f"{operation.type.label}: the {size} x {size} kernel is larger than the image of "
                    f"{width:,} x {height:,} pixels, so what lies beyond the border counts as much as the image; "
                    "choose a smaller kernel or a larger image."
                )
        if self.in_colour and self.is_grey:
            labels = ", ".join(each.type.label for each in self.operations if each.type.needs_grey)
            found.append(f"{labels}: works on grey values, so the image is converted first.")
        return found


def _in_bands(operation: Operation, image: Pixels) -> Iterator[Progress]:
    """A band is computed with as many rows around it as count, so the result is that of the whole image at once."""
    reach = operation.reach
    height, width = image.shape[:2]
    rows = height if reach is None else max(_PIXELS_OF_A_BAND // width, 4 * reach, 1)
    if reach is None or rows >= height:
        variables = run(operation.calls, image)
        yield Progress(1.0, variables["image"], variables.get("threshold"))
        return
    result: Pixels = np.empty_like(image)
    for start in range(0, height, rows):
        end = min(start + rows, height)
        first = max(start - reach, 0)
        band = run(operation.calls, image[first : end + reach])["image"]
        result[start:end] = band[start - first : end - first]
        yield Progress(end / height)
    yield Progress(1.0, result)


def _for_reduced(operation: Operation, factor: float) -> Operation:
    values = dict(operation.values)
    for name, parameter in operation.type.parameters.items():
        if parameter.is_length:
            radius = round(float(values[name]) / factor) // 2
            values[name] = max(2 * radius + 1, int(parameter.low))
    return Operation(operation.name, **values)
