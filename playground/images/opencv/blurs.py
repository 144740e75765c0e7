"""Blurs: means and medians of what is under a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.images.opencv.call import Call
from playground.images.opencv.operation_type import BLUR, IMAGE, OperationType, Values, radius, size_parameter
from playground.images.opencv.parameter import Parameter

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _box_blur(values: Values) -> tuple[Call, ...]:
    return (Call("image", "cv2.blur", (IMAGE, (values["size"], values["size"]))),)


def _box(values: Values) -> NDArray[np.float64]:
    return np.full((values["size"], values["size"]), 1 / values["size"] ** 2)


def _gaussian_blur(values: Values) -> tuple[Call, ...]:
    return (Call("image", "cv2.GaussianBlur", (IMAGE, (values["size"], values["size"]), values["sigma"])),)


def _gaussian(values: Values) -> NDArray[np.float64]:
    import cv2

    line = cv2.getGaussianKernel(values["size"], values["sigma"])
    return np.asarray(line @ line.T, np.float64)


def _median_blur(values: Values) -> tuple[Call, ...]:
    return (Call("image", "cv2.medianBlur", (IMAGE, values["size"])),)


def _bilateral_filter(values: Values) -> tuple[Call, ...]:
    arguments = (IMAGE, values["size"], values["sigma_color"], values["sigma_space"])
    return (Call("image", "cv2.bilateralFilter", arguments),)


BLURS: dict[str, OperationType] = {
    "box_blur": OperationType(
        BLUR,
        "Box blur",
        "The mean of all pixels under the kernel.",
        {"size": size_parameter()},
        _box_blur,
        kernel=_box,
    ),
    "gaussian_blur": OperationType(
        BLUR,
        "Gaussian blur",
        "A mean in which near pixels count more, by a Gaussian bell.",
        {
            "size": size_parameter(),
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
        {"size": size_parameter()},
        _median_blur,
        reach=radius,
    ),
    "bilateral_filter": OperationType(
        BLUR,
        "Bilateral filter",
        "A mean in which near pixels of like colour count more: smooths areas and keeps edges.",
        {
            # OpenCV takes a diameter of 1 for one of 3.
            "size": size_parameter(9, low=3, high=15),
            "sigma_color": Parameter("Sigma of colours", 75.0, "How different a colour may be.", 1, 200, 1),
            "sigma_space": Parameter("Sigma of distances", 75.0, "How far away a pixel may be.", 1, 200, 1),
        },
        _bilateral_filter,
        reach=radius,
    ),
}
