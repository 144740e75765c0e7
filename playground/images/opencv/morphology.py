"""Morphology: the lowest and the highest values under a kernel, and what is made of the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.images.opencv.call import Call, Name
from playground.images.opencv.operation_type import IMAGE, MORPHOLOGY, OperationType, Values, radius, size_parameter
from playground.images.opencv.parameter import Parameter

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KERNEL = Name("kernel")


def _structuring_element(values: Values) -> Call:
    size = values["size"]
    return Call("kernel", "cv2.getStructuringElement", (values["shape"], (size, size)))


def _element(values: Values) -> NDArray[np.float64]:
    import cv2

    shape = getattr(cv2, values["shape"].removeprefix("cv2."))
    return cv2.getStructuringElement(shape, (values["size"], values["size"])).astype(np.float64)


_PARAMETERS = {
    "shape": Parameter(
        "Kernel shape",
        Name("cv2.MORPH_RECT"),
        "Which of the pixels around the middle count.",
        choices={"cv2.MORPH_RECT": "Rectangle", "cv2.MORPH_CROSS": "Cross", "cv2.MORPH_ELLIPSE": "Ellipse"},
    ),
    "size": size_parameter(),
    "iterations": Parameter("Iterations", 1, "How many times each erosion and dilation is done.", 1, 10),
}


def _morphology(label: str, explanation: str, function: str, operation: str = "", passes: int = 2) -> OperationType:
    """One of the operations that take the lowest or the highest value under a kernel, in one pass or two."""

    def calls(values: Values) -> tuple[Call, ...]:
        arguments = (IMAGE, Name(operation), _KERNEL) if operation else (IMAGE, _KERNEL)
        iterations = (("iterations", values["iterations"]),)
        return _structuring_element(values), Call("image", function, arguments, iterations)

    return OperationType(
        MORPHOLOGY,
        label,
        explanation,
        _PARAMETERS,
        calls,
        kernel=_element,
        reach=lambda values: passes * values["iterations"] * radius(values),
    )


MORPHOLOGICAL: dict[str, OperationType] = {
    "erosion": _morphology(
        "Erosion",
        "Takes the lowest value under the kernel: white areas shrink, specks vanish.",
        "cv2.erode",
        passes=1,
    ),
    "dilation": _morphology(
        "Dilation",
        "Takes the highest value under the kernel: white areas grow, gaps close.",
        "cv2.dilate",
        passes=1,
    ),
    "opening": _morphology(
        "Opening",
        "Erosion, then dilation: white specks smaller than the kernel vanish, the rest keeps its size.",
        "cv2.morphologyEx",
        "cv2.MORPH_OPEN",
    ),
    "closing": _morphology(
        "Closing",
        "Dilation, then erosion: black holes smaller than the kernel close, the rest keeps its size.",
        "cv2.morphologyEx",
        "cv2.MORPH_CLOSE",
    ),
    "gradient": _morphology(
        "Gradient",
        "Dilation minus erosion: the outlines.",
        "cv2.morphologyEx",
        "cv2.MORPH_GRADIENT",
        passes=1,
    ),
    "top_hat": _morphology(
        "Top-hat",
        "The image minus its opening: the white details smaller than the kernel.",
        "cv2.morphologyEx",
        "cv2.MORPH_TOPHAT",
    ),
    "black_hat": _morphology(
        "Black-hat",
        "The closing minus the image: the black details smaller than the kernel.",
        "cv2.morphologyEx",
        "cv2.MORPH_BLACKHAT",
    ),
}
