"""Edges: derivatives of the brightness, and the lines that Canny makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.images.opencv.call import Call, Name
from playground.images.opencv.operation_type import EDGES, IMAGE, OperationType, Values
from playground.images.opencv.parameter import Parameter

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STRENGTH = "What is weaker than the lower one is no edge; what is stronger than the higher one is."

_DERIVATIVE_SIZE = Parameter("Kernel size", 3, "Over how many pixels; more of them are less noisy.", 1, 7, 2)
_SCALE = Parameter("Scale", 1.0, "What the result is multiplied by; beyond 255 it is white.", 0.05, 4, 0.05)

_ALONG = {"x": "x: upright edges", "y": "y: level edges", "both": "both"}


def _canny(values: Values) -> tuple[Call, ...]:
    keywords = (("apertureSize", values["size"]),)
    return (Call("image", "cv2.Canny", (IMAGE, values["low"], values["high"]), keywords),)


def _sobel(values: Values) -> tuple[Call, ...]:
    def derivative(gives: str, dx: int, dy: int) -> Call:
        keywords = (("ksize", values["size"]), ("scale", values["scale"]))
        return Call(gives, "cv2.Sobel", (IMAGE, Name("cv2.CV_16S"), dx, dy), keywords)

    def absolute(gives: str, of: str) -> Call:
        return Call(gives, "cv2.convertScaleAbs", (Name(of),))

    if values["along"] != "both":
        order = (1, 0) if values["along"] == "x" else (0, 1)
        return derivative("gradient", *order), absolute("image", "gradient")
    return (
        derivative("along_x", 1, 0),
        derivative("along_y", 0, 1),
        absolute("along_x", "along_x"),
        absolute("along_y", "along_y"),
        Call("image", "cv2.addWeighted", (Name("along_x"), 0.5, Name("along_y"), 0.5, 0)),
    )


def _sobel_kernel(values: Values) -> NDArray[np.float64]:
    import cv2

    order = (0, 1) if values["along"] == "y" else (1, 0)
    row, column = cv2.getDerivKernels(*order, values["size"])
    return np.asarray(column @ row.T, np.float64)


def _laplacian(values: Values) -> tuple[Call, ...]:
    keywords = (("ksize", values["size"]), ("scale", values["scale"]))
    return (
        Call("laplacian", "cv2.Laplacian", (IMAGE, Name("cv2.CV_16S")), keywords),
        Call("image", "cv2.convertScaleAbs", (Name("laplacian"),)),
    )


def _laplacian_kernel(values: Values) -> NDArray[np.float64]:
    """Size 1 is the four neighbours less four times the middle, by OpenCV's definition."""
    import cv2

    size = values["size"]
    if size == 1:
        return np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], np.float64)
    second, smooth = cv2.getDerivKernels(2, 0, size)
    return np.asarray(smooth @ second.T + second @ smooth.T, np.float64)


EDGE_FILTERS: dict[str, OperationType] = {
    "canny": OperationType(
        EDGES,
        "Canny",
        "Thin lines along the strongest edges, and along weaker ones that continue these.",
        {
            "low": Parameter("Lower threshold", 100, _STRENGTH, 0, 1000, 10),
            "high": Parameter("Higher threshold", 200, _STRENGTH, 0, 1000, 10),
            "size": Parameter("Kernel size", 3, "Of the Sobel derivative that measures the edges.", 3, 7, 2),
        },
        _canny,
        needs_grey=True,
    ),
    "sobel": OperationType(
        EDGES,
        "Sobel",
        "How fast the brightness changes along an axis: the first derivative, without its sign.",
        {
            "along": Parameter(
                "Along",
                Name("both"),
                "The axis, or half of each added up; drawn is the kernel along x then.",
                choices=_ALONG,
            ),
            "size": _DERIVATIVE_SIZE,
            "scale": _SCALE,
        },
        _sobel,
        kernel=_sobel_kernel,
    ),
    "laplacian": OperationType(
        EDGES,
        "Laplacian",
        "How much a pixel differs from its neighbours: the second derivative, without its sign.",
        {"size": _DERIVATIVE_SIZE, "scale": _SCALE},
        _laplacian,
        kernel=_laplacian_kernel,
    ),
}
