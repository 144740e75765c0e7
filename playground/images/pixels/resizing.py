"""To the size of a network's input: OpenCV takes the width first, torchvision the height."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PIL import Image

from playground.images.pixels.walk import PixelStep, Row, Walk, WalkSettings

if TYPE_CHECKING:
    from playground.images.pixels.stored_photo import StoredPhoto


def resizing(photo: StoredPhoto, settings: WalkSettings) -> Walk:
    """The walk from the whole image to one of settings.height x settings.width."""
    import cv2
    from torchvision.transforms import Resize, ToTensor

    width, height = settings.width, settings.height
    image = photo.image.convert("RGB") if photo.is_grey else photo.image
    rgb = cv2.cvtColor(photo.bgr, cv2.COLOR_BGR2RGB)
    beginning = (
        "import cv2\nfrom PIL import Image\nfrom torchvision.transforms import Resize, ToTensor\n\n"
        f"path = {json.dumps(photo.path, ensure_ascii=False)}\n"
        'image = Image.open(path).convert("RGB")\nrgb = cv2.cvtColor(cv2.imread(path, 1), cv2.COLOR_BGR2RGB)\n'
        f"width, height = {width}, {height}"
    )
    return Walk(
        beginning,
        (
            Row(
                "Width first, height first",
                PixelStep(
                    "resized",
                    "resized = cv2.resize(rgb, (width, height))",
                    cv2.resize(rgb, (width, height)),
                    "HWC",
                    "cv2.resize takes (width, height), although the shape that comes out says the height first.",
                ),
                PixelStep(
                    "tensor",
                    "tensor = ToTensor()(Resize((height, width))(image))",
                    ToTensor()(Resize((height, width))(image)),
                    "CHW",
                    "torchvision takes (height, width), as shapes are written.",
                ),
            ),
            Row(
                "The wrong way round",
                PixelStep(
                    "turned",
                    "turned = cv2.resize(rgb, (height, width))",
                    cv2.resize(rgb, (height, width)),
                    "HWC",
                    "No error: the picture is as wide as it should be high."
                    if width != height
                    else "The target is a square, so nobody notices.",
                    is_mistake=True,
                ),
                PixelStep(
                    "turned_tensor",
                    "turned_tensor = ToTensor()(Resize((width, height))(image))",
                    ToTensor()(Resize((width, height))(image)),
                    "CHW",
                    "The same mistake the other way round.",
                    is_mistake=True,
                ),
            ),
            Row(
                "Which pixels count",
                PixelStep(
                    "averaged",
                    "averaged = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)",
                    cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA),
                    "HWC",
                    "cv2.resize looks at 4 pixels for each new one and skips the others, which makes fine lines "
                    "ragged; cv2.INTER_AREA takes the mean of all. torchvision smooths first of itself.",
                ),
                PixelStep(
                    "ragged",
                    "ragged = ToTensor()(image.resize((width, height), Image.Resampling.NEAREST))",
                    ToTensor()(image.resize((width, height), Image.Resampling.NEAREST)),
                    "CHW",
                    "One pixel for each new one: right for masks, whose values must stay what they are. "
                    "Pillow takes the width first, as OpenCV does.",
                ),
            ),
        ),
    )
