"""The operations of OpenCV that a learner meets first: what each does, its parameters, its lines of code, its kernel.

Formulas and defaults are those of OpenCV's documentation, module imgproc.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.images.opencv.call import Call, Name
from playground.images.opencv.parameter import Parameter

if TYPE_CHECKING:
    from numpy.typing import NDArray

Values = Mapping[str, Any]
"""A checked value for each parameter."""

THRESHOLD, MORPHOLOGY, BLUR, EDGES, CONTRAST = "Threshold", "Morphology", "Blur", "Edges", "Contrast"
GROUPS = (THRESHOLD, MORPHOLOGY, BLUR, EDGES, CONTRAST)

_IMAGE, _KERNEL = Name("image"), Name("kernel")


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


def _size(default: int = 5, low: int = 1, high: int = 31) -> Parameter:
    explanation = "How many pixels wide and high the kernel is: an odd number, so that there is a middle."
    return Parameter("Kernel size", default, explanation, low, high, 2, is_length=True)


def _radius(values: Values) -> int:
    return int(values["size"]) // 2


_BINARY = {"cv2.THRESH_BINARY": "white", "cv2.THRESH_BINARY_INV": "black"}
_ABOVE = Parameter(
    "What is above it becomes", Name("cv2.THRESH_BINARY"), "The other pixels become the opposite.", choices=_BINARY
)


def _threshold(values: Values) -> tuple[Call, ...]:
    return (Call("_, image", "cv2.threshold", (_IMAGE, values["threshold"], 255, values["kind"])),)


def _otsu(values: Values) -> tuple[Call, ...]:
    kind = Name(f"{values['kind']} + cv2.THRESH_OTSU")
    return (Call("threshold, image", "cv2.threshold", (_IMAGE, 0, 255, kind)),)


def _adaptive_threshold(values: Values) -> tuple[Call, ...]:
    arguments = (_IMAGE, 255, values["method"], values["kind"], values["size"], values["constant"])
    return (Call("image", "cv2.adaptiveThreshold", arguments),)


def _structuring_element(values: Values) -> Call:
    size = values["size"]
    return Call("kernel", "cv2.getStructuringElement", (values["shape"], (size, size)))


def _element(values: Values) -> NDArray[np.float64]:
    import cv2

    shape = getattr(cv2, values["shape"].removeprefix("cv2."))
    return cv2.getStructuringElement(shape, (values["size"], values["size"])).astype(np.float64)


def _morphology(label: str, explanation: str, function: str, operation: str = "", passes: int = 2) -> OperationType:
    """One of the operations that take the lowest or the highest value under a kernel, in one pass or two."""

    def calls(values: Values) -> tuple[Call, ...]:
        arguments = (_IMAGE, Name(operation), _KERNEL) if operation else (_IMAGE, _KERNEL)
        iterations = (("iterations", values["iterations"]),)
        return _structuring_element(values), Call("image", function, arguments, iterations)

    return OperationType(
        MORPHOLOGY,
        label,
        explanation,
        _MORPHOLOGY,
        calls,
        kernel=_element,
        reach=lambda values: passes * values["iterations"] * _radius(values),
    )


_MORPHOLOGY = {
    "shape": Parameter(
        "Kernel shape",
        Name("cv2.MORPH_RECT"),
        "Which of the pixels around the middle count.",
        choices={"cv2.MORPH_RECT": "Rectangle", "cv2.MORPH_CROSS": "Cross", "cv2.MORPH_ELLIPSE": "Ellipse"},
    ),
    "size": _size(),
    "iterations": Parameter("Iterations", 1, "How many times each erosion and dilation is done.", 1, 10),
}


def _box_blur(values: Values) -> tuple[Call, ...]:
    return (Call("image", "cv2.blur", (_IMAGE, (values["size"], values["size"]))),)


def _box(values: Values) -> NDArray[np.float64]:
    return np.full((values["size"], values["size"]), 1 / values["size"] ** 2)


def _gaussian_blur(values: Values) -> tuple[Call, ...]:
    return (Call("image", "cv2.GaussianBlur", (_IMAGE, (values["size"], values["size"]), values["sigma"])),)


def _gaussian(values: Values) -> NDArray[np.float64]:
    import cv2

    line = cv2.getGaussianKernel(values["size"], values["sigma"])
    return np.asarray(line @ line.T, np.float64)


def _median_blur(values: Values) -> tuple[Call, ...]:
    return (Call("image", "cv2.medianBlur", (_IMAGE, values["size"])),)


def _bilateral_filter(values: Values) -> tuple[Call, ...]:
    arguments = (_IMAGE, values["size"], values["sigma_color"], values["sigma_space"])
    return (Call("image", "cv2.bilateralFilter", arguments),)


def _canny(values: Values) -> tuple[Call, ...]:
    keywords = (("apertureSize", values["size"]),)
    return (Call("image", "cv2.Canny", (_IMAGE, values["low"], values["high"]), keywords),)


_ADDED_UP = "The axis, or half of each added up; drawn is the kernel along x then."
_ALONG = {"x": "x: upright edges", "y": "y: level edges", "both": "both"}


def _sobel(values: Values) -> tuple[Call, ...]:
    def derivative(gives: str, dx: int, dy: int) -> Call:
        keywords = (("ksize", values["size"]), ("scale", values["scale"]))
        return Call(gives, "cv2.Sobel", (_IMAGE, Name("cv2.CV_16S"), dx, dy), keywords)

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
        Call("laplacian", "cv2.Laplacian", (_IMAGE, Name("cv2.CV_16S")), keywords),
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


def _equalize_histogram(_: Values) -> tuple[Call, ...]:
    return (Call("image", "cv2.equalizeHist", (_IMAGE,)),)


def _clahe(values: Values) -> tuple[Call, ...]:
    keywords = (("clipLimit", values["clip_limit"]), ("tileGridSize", (values["tiles"], values["tiles"])))
    return Call("clahe", "cv2.createCLAHE", (), keywords), Call("image", "clahe.apply", (_IMAGE,))


_DERIVATIVE_SIZE = Parameter("Kernel size", 3, "Over how many pixels; more of them are less noisy.", 1, 7, 2)
_SCALE = Parameter("Scale", 1.0, "What the result is multiplied by; beyond 255 it is white.", 0.05, 4, 0.05)
_STRENGTH = "What is weaker than the lower one is no edge; what is stronger than the higher one is."

OPERATIONS: dict[str, OperationType] = {
    "threshold": OperationType(
        THRESHOLD,
        "Fixed threshold",
        "Compares each pixel with one number.",
        {
            "threshold": Parameter("Threshold", 127, "Pixels are above it if they are brighter.", 0, 255),
            "kind": Parameter(
                "What is above it becomes",
                Name("cv2.THRESH_BINARY"),
                "And what becomes of the rest.",
                choices={
                    "cv2.THRESH_BINARY": "white, the rest black",
                    "cv2.THRESH_BINARY_INV": "black, the rest white",
                    "cv2.THRESH_TRUNC": "the threshold, the rest stays",
                    "cv2.THRESH_TOZERO": "what it was, the rest black",
                    "cv2.THRESH_TOZERO_INV": "black, the rest stays",
                },
            ),
        },
        _threshold,
        needs_grey=True,
    ),
    "otsu": OperationType(
        THRESHOLD,
        "Otsu's threshold",
        "Takes the threshold that parts the histogram into two groups as different as possible.",
        {"kind": _ABOVE},
        _otsu,
        needs_grey=True,
    ),
    "adaptive_threshold": OperationType(
        THRESHOLD,
        "Adaptive threshold",
        "Compares each pixel with the mean of its neighbourhood, which copes with uneven light.",
        {
            "method": Parameter(
                "Mean",
                Name("cv2.ADAPTIVE_THRESH_MEAN_C"),
                "How the neighbourhood counts.",
                choices={
                    "cv2.ADAPTIVE_THRESH_MEAN_C": "all pixels alike",
                    "cv2.ADAPTIVE_THRESH_GAUSSIAN_C": "near ones more (Gaussian)",
                },
            ),
            "size": _size(11, low=3, high=51),
            "constant": Parameter("Less", 2, "Subtracted from the mean.", -50, 50),
            "kind": _ABOVE,
        },
        _adaptive_threshold,
        needs_grey=True,
        reach=_radius,
    ),
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
    "box_blur": OperationType(
        BLUR,
        "Box blur",
        "The mean of all pixels under the kernel.",
        {"size": _size()},
        _box_blur,
        kernel=_box,
    ),
    "gaussian_blur": OperationType(
        BLUR,
        "Gaussian blur",
        "A mean in which near pixels count more, by a Gaussian bell.",
        {
            "size": _size(),
            "sigma": Parameter(
                "Sigma", 0.0, "The bell's standard deviation in pixels; 0 suits it to the size.", 0, 20, 0.5
            ),
        },
        _gaussian_blur,
        kernel=_gaussian,
    ),
    "median_blur": OperationType(
        BLUR,
        "Median blur",
        "The middle one of the sorted values under the kernel: single wrong pixels vanish, edges stay.",
        {"size": _size()},
        _median_blur,
        reach=_radius,
    ),
    "bilateral_filter": OperationType(
        BLUR,
        "Bilateral filter",
        "A mean in which near pixels of like colour count more: smooths areas and keeps edges.",
        {
            # OpenCV takes a diameter of 1 for one of 3.
            "size": _size(9, low=3, high=15),
            "sigma_color": Parameter("Sigma of colours", 75.0, "How different a colour may be.", 1, 200, 1),
            "sigma_space": Parameter("Sigma of distances", 75.0, "How far away a pixel may be.", 1, 200, 1),
        },
        _bilateral_filter,
        reach=_radius,
    ),
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
    "equalize_histogram": OperationType(
        CONTRAST,
        "Histogram equalisation",
        "Spreads the grey values so that each is about as frequent as any other.",
        {},
        _equalize_histogram,
        needs_grey=True,
    ),
    "clahe": OperationType(
        CONTRAST,
        "CLAHE",
        "Equalises the histogram tile by tile, and limits how much contrast a tile may gain.",
        {
            "clip_limit": Parameter("Clip limit", 2.0, "Higher allows more contrast, and more noise.", 0.5, 40, 0.5),
            "tiles": Parameter("Tiles along each side", 8, "Into how many tiles a side is cut.", 1, 16),
        },
        _clahe,
        needs_grey=True,
    ),
}
