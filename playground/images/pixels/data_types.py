"""What changes with the data type: values that wrap around, that are cut off, that are rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.images.pixels.resized import beginning, resized
from playground.images.pixels.walk import PixelStep, Row, Walk, WalkSettings

if TYPE_CHECKING:
    from playground.images.pixels.stored_photo import StoredPhoto


def data_types(photo: StoredPhoto, settings: WalkSettings) -> Walk:
    """The walk of the colours through uint8, int16, float32 and float64."""
    import cv2
    import numpy as np
    import torch

    amount = settings.amount
    rgb = resized(photo, settings)[1]
    pixels = torch.from_numpy(rgb).permute(2, 0, 1)
    floats = pixels.float() / 255
    return Walk(
        beginning(photo, settings, "import numpy as np\nimport torch\n")
        + f"\npixels = torch.from_numpy(rgb).permute(2, 0, 1)\namount = {amount}",
        (
            Row(
                "Added in uint8, the values wrap around",
                PixelStep(
                    "wrapped",
                    "wrapped = rgb + np.uint8(amount)",
                    rgb + np.uint8(amount),
                    "HWC",
                    f"uint8 ends at 255 and begins again at 0: 255 + {amount} gives {amount - 1}.",
                    is_mistake=True,
                ),
                PixelStep(
                    "wrapped_tensor",
                    "wrapped_tensor = pixels + amount",
                    pixels + amount,
                    "CHW",
                    "A tensor of uint8 does the same.",
                    is_mistake=True,
                ),
            ),
            Row(
                "Added so that they end at 255",
                PixelStep(
                    "saturated",
                    "saturated = cv2.add(rgb, np.full_like(rgb, amount))",
                    cv2.add(rgb, np.full_like(rgb, amount)),
                    "HWC",
                    "OpenCV stops at 255, and at 0.",
                ),
                PixelStep(
                    "clamped",
                    "clamped = (pixels.int() + amount).clamp(0, 255).to(torch.uint8)",
                    (pixels.int() + amount).clamp(0, 255).to(torch.uint8),
                    "CHW",
                    "A wider type first, then clamp, then back.",
                ),
            ),
            Row(
                "Negative numbers",
                PixelStep(
                    "darker",
                    "darker = (rgb.astype(np.int16) - amount).astype(np.uint8)",
                    (rgb.astype(np.int16) - amount).astype(np.uint8),
                    "HWC",
                    "int16 holds negative numbers, but astype(np.uint8) wraps them: -1 becomes 255.",
                    is_mistake=True,
                ),
                PixelStep(
                    "signed",
                    "signed = pixels.to(torch.int16) - amount",
                    pixels.to(torch.int16) - amount,
                    "CHW",
                    "As long as the type can hold them, nothing is lost.",
                ),
            ),
            Row(
                "To floats from 0 to 1",
                PixelStep(
                    "doubles",
                    "doubles = rgb / 255",
                    rgb / 255,
                    "HWC",
                    "NumPy makes float64 of it; as a tensor, layers refuse it: "
                    "Input type (double) and bias type (float) should be the same.",
                ),
                PixelStep(
                    "floats",
                    "floats = pixels.float() / 255",
                    floats,
                    "CHW",
                    "float32, as the parameters of layers.",
                ),
            ),
            Row(
                "Back to uint8 without the 255",
                PixelStep(
                    "black",
                    "black = doubles.astype(np.uint8)",
                    (rgb / 255).astype(np.uint8),
                    "HWC",
                    "Decimals are cut off, so only what was 1 stays 1: the picture is black.",
                    is_mistake=True,
                ),
                PixelStep(
                    "restored",
                    "restored = (floats * 255).round().to(torch.uint8)",
                    (floats * 255).round().to(torch.uint8),
                    "CHW",
                    "Scaled first, then rounded: the pixels as they were.",
                ),
            ),
        ),
    )
