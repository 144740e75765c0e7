"""Where the walks of small values begin: the image at the size of a network's input."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from playground.images.pixels.stored_photo import StoredPhoto
    from playground.images.pixels.walk import WalkSettings

    Pixels = NDArray[np.uint8]


def resized(photo: StoredPhoto, settings: WalkSettings) -> tuple[Pixels, Pixels]:
    """The grey values `(H, W)` and the colours `(H, W, 3)` in RGB, resized by the mean of the pixels."""
    import cv2
    import numpy as np

    size = (settings.width, settings.height)
    grey = cv2.resize(photo.grey, size, interpolation=cv2.INTER_AREA)
    bgr = cv2.resize(photo.bgr, size, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, np.uint8), np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def beginning(photo: StoredPhoto, settings: WalkSettings, imports: str) -> str:
    """The code that gives `grey` and `rgb` these values, after the imports that the walk needs besides cv2."""
    return (
        f"import cv2\n{imports}\n"
        f"path = {json.dumps(photo.path, ensure_ascii=False)}\n"
        f"width, height = {settings.width}, {settings.height}\n"
        "grey = cv2.resize(cv2.imread(path, 0), (width, height), interpolation=cv2.INTER_AREA)\n"
        "bgr = cv2.resize(cv2.imread(path, 1), (width, height), interpolation=cv2.INTER_AREA)\n"
        "rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)"
    )
