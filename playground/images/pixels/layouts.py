"""HWC, CHW and NCHW: the same numbers in three orders of the axes, and where one pixel is in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.images.pixels.resized import beginning, resized
from playground.images.pixels.walk import PixelStep, Row, Walk, WalkSettings

if TYPE_CHECKING:
    from playground.images.pixels.stored_photo import StoredPhoto
    from playground.images.pixels.walk import Values

    Place = tuple[int | None, ...]


def layouts(photo: StoredPhoto, settings: WalkSettings) -> Walk:
    """The walk from channels last to a batch with channels first; all tensors here share the memory of `hwc`."""
    import torch

    hwc = resized(photo, settings)[1]
    tensor = torch.from_numpy(hwc)
    chw = hwc.transpose(2, 0, 1)
    pixel = (settings.row, settings.column)
    return Walk(
        beginning(photo, settings, "import numpy as np\nimport torch\n"),
        (
            Row(
                "HWC: channels last",
                _step("hwc", "hwc = rgb", hwc, "HWC", pixel, "As files, OpenCV, Pillow and Matplotlib have it."),
                _step(
                    "tensor",
                    "tensor = torch.from_numpy(hwc)",
                    tensor,
                    "HWC",
                    pixel,
                    "The same memory: what is changed in one is changed in the other.",
                ),
            ),
            Row(
                "CHW: channels first",
                _step(
                    "chw",
                    "chw = hwc.transpose(2, 0, 1)",
                    chw,
                    "CHW",
                    (None, *pixel),
                    "A view with other strides; no number moved. np.ascontiguousarray(chw) would move them.",
                ),
                _step(
                    "permuted",
                    "permuted = tensor.permute(2, 0, 1)",
                    tensor.permute(2, 0, 1),
                    "CHW",
                    (None, *pixel),
                    "One image as layers of PyTorch read it.",
                ),
            ),
            Row(
                "NCHW: a batch",
                _step(
                    "nchw",
                    "nchw = chw[np.newaxis]",
                    chw[np.newaxis],
                    "NCHW",
                    (0, None, *pixel),
                    "An axis for the number of images, in front.",
                ),
                _step(
                    "batch",
                    "batch = permuted.unsqueeze(0)",
                    tensor.permute(2, 0, 1).unsqueeze(0),
                    "NCHW",
                    (0, None, *pixel),
                    "What Conv2d expects, as float.",
                ),
            ),
        ),
    )


def _step(name: str, code: str, value: Values, axes: str, place: Place, explanation: str) -> PixelStep:
    written = ", ".join(":" if index is None else str(index) for index in place)
    pixel = value[tuple(slice(None) if index is None else index for index in place)].tolist()
    is_array = isinstance(value, np.ndarray)
    strides = value.strides if isinstance(value, np.ndarray) else value.stride()
    expressions = (
        (f"{name}[{written}]", str(pixel)),
        (f"{name}.{'strides' if is_array else 'stride()'}", str(strides)),
    )
    return PixelStep(name, code, value, axes, explanation, expressions=expressions)
