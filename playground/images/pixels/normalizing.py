"""Normalize by its formula, (x - mean) / std, in NumPy and by torchvision, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.images.errors import ImageError
from playground.images.pixels.resized import beginning, resized
from playground.images.pixels.walk import PixelStep, Row, Walk, WalkSettings

if TYPE_CHECKING:
    from playground.images.pixels.stored_photo import StoredPhoto


def normalizing(photo: StoredPhoto, settings: WalkSettings) -> Walk:
    """The walk from values of 0 to 1 to normalized ones; of grey values if there is one mean, else of colours.

    Raises ImageError for numbers of means and deviations other than 1 or 3, and for a deviation that is not above 0.
    """
    import numpy as np
    import torch
    from torchvision.transforms import Normalize, ToTensor

    mean, std = list(settings.mean), list(settings.std)
    if len(mean) not in (1, 3) or len(mean) != len(std):
        raise ImageError("Give a mean and a standard deviation for one channel, or for each of three.")
    if min(std) <= 0:
        raise ImageError("A standard deviation must be above 0, since the values are divided by it.")
    grey, rgb = resized(photo, settings)
    name, pixels = ("grey", grey) if len(mean) == 1 else ("rgb", rgb)
    axes = "HW" if len(mean) == 1 else "HWC"
    normalized = (pixels / 255 - np.array(mean)) / np.array(std)
    tensor = Normalize(mean, std)(ToTensor()(pixels))
    imports = "import numpy as np\nimport torch\nfrom torchvision.transforms import Normalize, ToTensor\n"
    clipped = "The picture shows what lies between 0 and 1; the rest is cut off, as Matplotlib does."
    return Walk(
        beginning(photo, settings, imports) + f"\nmean, std = {mean}, {std}",
        (
            Row(
                "(x - mean) / std",
                PixelStep(
                    "normalized",
                    f"normalized = ({name} / 255 - np.array(mean)) / np.array(std)",
                    normalized,
                    axes,
                    f"float64, since NumPy divides so. {clipped}",
                ),
                PixelStep(
                    "tensor",
                    f"tensor = Normalize(mean, std)(ToTensor()({name}))",
                    tensor,
                    "CHW",
                    "float32; the same numbers but for rounding, one mean and one deviation a channel.",
                ),
            ),
            Row(
                "Back to a picture",
                PixelStep(
                    "back",
                    "back = normalized * np.array(std) + np.array(mean)",
                    normalized * np.array(std) + np.array(mean),
                    axes,
                    "The formula turned round.",
                ),
                PixelStep(
                    "back_tensor",
                    "back_tensor = tensor * torch.tensor(std).view(-1, 1, 1) + torch.tensor(mean).view(-1, 1, 1)",
                    tensor * torch.tensor(std).view(-1, 1, 1) + torch.tensor(mean).view(-1, 1, 1),
                    "CHW",
                    "view(-1, 1, 1) puts the numbers along the channels, so that they are broadcast over the pixels.",
                ),
            ),
        ),
    )
