"""From a file to values: `cv2.imread` beside `ToTensor`, in grey, in colours, and in the order of the colours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playground.images.pixels.walk import PixelStep, Row, Walk, WalkSettings

if TYPE_CHECKING:
    from playground.images.pixels.stored_photo import StoredPhoto


def reading(photo: StoredPhoto, _: WalkSettings) -> Walk:
    """The walk from the file to an array and to a tensor."""
    import cv2
    from torchvision.transforms import ToTensor

    path = json.dumps(photo.path, ensure_ascii=False)
    beginning = (
        "import cv2\nfrom PIL import Image\nfrom torchvision.transforms import ToTensor\n\n"
        f"path = {path}\nimage = Image.open(path)"
    )
    tensor = ToTensor()(photo.image.convert("RGB"))
    file_has = "one channel" if photo.is_grey else "3 channels"
    return Walk(
        beginning,
        (
            Row(
                "Grey values",
                PixelStep(
                    "grey",
                    "grey = cv2.imread(path, 0)",
                    photo.grey,
                    "HW",
                    "No axis for channels. Of a JPEG, OpenCV takes the stored brightness, so single values may differ "
                    "from those that Pillow makes of the colours; of a PNG by 1 at most.",
                ),
                PixelStep(
                    "grey_tensor",
                    'grey_tensor = ToTensor()(image.convert("L"))',
                    ToTensor()(photo.image.convert("L")),
                    "CHW",
                    "One channel in front, floats from 0 to 1.",
                ),
            ),
            Row(
                "Colours",
                PixelStep(
                    "bgr",
                    "bgr = cv2.imread(path, 1)",
                    photo.bgr,
                    "HWC",
                    "Channels last, blue first. Matplotlib takes the first for red, as in this picture.",
                    channels="BGR",
                ),
                PixelStep(
                    "tensor",
                    'tensor = ToTensor()(image.convert("RGB"))',
                    tensor,
                    "CHW",
                    f"Channels first, red first. This file has {file_has}, which ToTensor()(image) keeps.",
                ),
            ),
            Row(
                "Red and blue change places",
                PixelStep(
                    "rgb",
                    "rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)",
                    cv2.cvtColor(photo.bgr, cv2.COLOR_BGR2RGB),
                    "HWC",
                    "What networks, Pillow and Matplotlib expect; bgr[..., ::-1] is a view of the same.",
                ),
                PixelStep(
                    "swapped",
                    "swapped = tensor[[2, 1, 0]]",
                    tensor[[2, 1, 0]],
                    "CHW",
                    "What a network gets that was trained on RGB, if one forgets: no error, only worse results.",
                    is_mistake=True,
                    channels="BGR",
                ),
            ),
        ),
    )
