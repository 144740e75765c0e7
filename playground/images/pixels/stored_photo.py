"""An image as a PNG file in memory, which OpenCV and Pillow read as they read one from disk."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]


class StoredPhoto:
    """A decoded image under the file name that code shows; what is read of it is read once.

    PNG loses nothing, so every reader finds the same pixels there. Of a JPEG, OpenCV and Pillow may read grey values
    that differ: one takes the stored brightness, the other makes it from the colours. Files of a person are opened by
    `decode_image` alone, since OpenCV silently fills in what is missing at the end of one.
    """

    def __init__(self, image: Image.Image, path: str) -> None:
        self.image = image
        self.path = path

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.image.size

    @property
    def is_grey(self) -> bool:
        """Whether it has one channel."""
        return self.image.mode == "L"

    @functools.cached_property
    def png(self) -> bytes:
        """The file."""
        import cv2

        stored = np.asarray(self.image) if self.is_grey else self.bgr
        # Pillow takes several times as long to write one.
        written, data = cv2.imencode(".png", stored, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        assert written
        return data.tobytes()

    @functools.cached_property
    def grey(self) -> Pixels:
        """What `cv2.imread(path, 0)` gives, `(H, W)`."""
        import cv2

        read = cv2.imdecode(np.frombuffer(self.png, np.uint8), 0)
        assert read is not None
        return np.asarray(read, np.uint8)

    @functools.cached_property
    def bgr(self) -> Pixels:
        """What `cv2.imread(path, 1)` gives, `(H, W, 3)`; a grey file has three equal channels then."""
        import cv2

        return np.asarray(cv2.cvtColor(np.asarray(self.image.convert("RGB")), cv2.COLOR_RGB2BGR), np.uint8)
