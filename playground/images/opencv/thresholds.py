"""Thresholds: black and white by one number, by the histogram, or by the neighbourhood."""

from __future__ import annotations

from playground.images.opencv.call import Call, Name
from playground.images.opencv.operation_type import IMAGE, THRESHOLD, OperationType, Values, radius, size_parameter
from playground.images.opencv.parameter import Parameter

_BINARY = {"cv2.THRESH_BINARY": "white", "cv2.THRESH_BINARY_INV": "black"}

_ABOVE = Parameter(
    "What is above it becomes", Name("cv2.THRESH_BINARY"), "The other pixels become the opposite.", choices=_BINARY
)


def _threshold(values: Values) -> tuple[Call, ...]:
    return (Call("_, image", "cv2.threshold", (IMAGE, values["threshold"], 255, values["kind"])),)


def _otsu(values: Values) -> tuple[Call, ...]:
    kind = Name(f"{values['kind']} + cv2.THRESH_OTSU")
    return (Call("threshold, image", "cv2.threshold", (IMAGE, 0, 255, kind)),)


def _adaptive_threshold(values: Values) -> tuple[Call, ...]:
    arguments = (IMAGE, 255, values["method"], values["kind"], values["size"], values["constant"])
    return (Call("image", "cv2.adaptiveThreshold", arguments),)


THRESHOLDS: dict[str, OperationType] = {
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
            "size": size_parameter(11, low=3, high=51),
            "constant": Parameter("Less", 2, "Subtracted from the mean.", -50, 50),
            "kind": _ABOVE,
        },
        _adaptive_threshold,
        needs_grey=True,
        reach=radius,
    ),
}
