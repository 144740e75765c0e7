"""From an array to a network's input: the right shape is not yet the right order, nor the right scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.images.pixels.resized import beginning, resized
from playground.images.pixels.walk import PixelStep, Row, Walk, WalkSettings

if TYPE_CHECKING:
    from playground.images.pixels.stored_photo import StoredPhoto


def to_tensors(photo: StoredPhoto, settings: WalkSettings) -> Walk:
    """The walk from resized arrays to tensors `(1, C, H, W)`."""
    import torch
    from torchvision.transforms import ToTensor

    height, width = settings.height, settings.width
    grey, rgb = resized(photo, settings)
    shaped = torch.FloatTensor(grey.reshape(1, 1, height, width))
    nchw = torch.from_numpy(rgb).permute(2, 0, 1).unsqueeze(0)
    return Walk(
        beginning(photo, settings, "import torch\nfrom torchvision.transforms import ToTensor\n"),
        (
            Row(
                "The shape without the scale",
                PixelStep(
                    "shaped",
                    "shaped = torch.FloatTensor(grey.reshape(1, 1, height, width))",
                    shaped,
                    "NCHW",
                    "The shape fits, but the values still go up to 255. As floats they should end at 1: in this "
                    "picture, drawn as Matplotlib draws floats, all above 1 is white.",
                    is_mistake=True,
                ),
                PixelStep(
                    "scaled",
                    "scaled = ToTensor()(grey).unsqueeze(0)",
                    ToTensor()(grey).unsqueeze(0),
                    "NCHW",
                    "ToTensor puts the channel in front and divides by 255, unsqueeze(0) makes it a batch of one.",
                ),
            ),
            Row(
                "Divided by 255",
                PixelStep(
                    "divided",
                    "divided = shaped / 255",
                    shaped / 255,
                    "NCHW",
                    "What was missing: now it is what ToTensor gives.",
                ),
                PixelStep(
                    "colours",
                    "colours = ToTensor()(rgb).unsqueeze(0)",
                    ToTensor()(rgb).unsqueeze(0),
                    "NCHW",
                    "ToTensor also takes an array (H, W, C), if it is uint8; floats it would leave on their scale.",
                ),
            ),
            Row(
                "Reshape does not permute",
                PixelStep(
                    "scrambled",
                    "scrambled = torch.FloatTensor(rgb.reshape(1, 3, height, width)) / 255",
                    torch.FloatTensor(rgb.reshape(1, 3, height, width)) / 255,
                    "NCHW",
                    "The shape fits, the picture does not: reshape cuts the row of numbers in memory anew, in which "
                    "red, green and blue take turns.",
                    is_mistake=True,
                ),
                PixelStep(
                    "permuted",
                    "permuted = torch.from_numpy(rgb).permute(2, 0, 1).unsqueeze(0).float() / 255",
                    nchw.float() / 255,
                    "NCHW",
                    "permute gives the axes another order, and each number keeps its pixel and its channel.",
                ),
            ),
        ),
    )
