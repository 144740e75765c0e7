"""Files decoded once each, as long as all their images together have at most so many pixels."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.images.decode import Decoded, decode
from playground.images.errors import ImageError

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS_KEPT = 75_000_000
"""Three of the largest images, or 75 of a megapixel: 300 MB, as Pillow takes four bytes for a pixel in RGB."""

_MOST_ANSWERS_KEPT = 1_000


def digest(data: bytes) -> str:
    """The name under which an image is kept: equal files have one."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class _Answer:
    """What a file is, or the sentence that refuses it. Errors are made anew: one that is kept keeps the file too."""

    text: str
    is_taken: bool


class DecodedImages:
    """The images of files that were asked for last; threads may ask at once, and one file at a time is decoded.

    What a file is, or why it cannot be taken, is remembered for longer than its pixels.
    """

    def __init__(self, most_pixels: int = MOST_PIXELS_KEPT) -> None:
        self._most_pixels = most_pixels
        self._images: OrderedDict[str, Image.Image] = OrderedDict()
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        # One at a time, so that people who come at once do not fill the memory with what decoding takes.
        self._lock = threading.Lock()

    def image(self, name: str, data: bytes) -> Image.Image:
        """The image of the file with this digest. Raises ImageError, each time the same, for what cannot be taken."""
        with self._lock:
            self._text(name, data)
            if name not in self._images:
                self._keep(name, decode(data))
            self._images.move_to_end(name)
            return self._images[name]

    def description(self, name: str, data: bytes) -> str:
        """What the file is and what was converted. Raises ImageError likewise."""
        with self._lock:
            return self._text(name, data)

    def knows(self, name: str) -> bool:
        """Whether the file was decoded or refused already, so that its description takes no time."""
        return name in self._answers

    @property
    def pixels(self) -> int:
        """The number of pixels that are kept."""
        return sum(image.width * image.height for image in list(self._images.values()))

    def _text(self, name: str, data: bytes) -> str:
        if name not in self._answers:
            self._remember(name, self._first_answer(name, data))
        answer = self._answers[name]
        if not answer.is_taken:
            raise ImageError(answer.text)
        return answer.text

    def _first_answer(self, name: str, data: bytes) -> _Answer:
        try:
            decoded = decode(data)
        except ImageError as error:
            return _Answer(str(error), False)
        self._keep(name, decoded)
        return _Answer(describe(decoded), True)

    def _keep(self, name: str, decoded: Decoded) -> None:
        self._images[name] = decoded.image
        while self.pixels > self._most_pixels and len(self._images) > 1:
            self._images.popitem(last=False)

    def _remember(self, name: str, answer: _Answer) -> None:
        self._answers[name] = answer
        while len(self._answers) > _MOST_ANSWERS_KEPT:
            self._answers.popitem(last=False)


def describe(decoded: Decoded) -> str:
    """Its format, size and mode, and what was converted: "JPEG, 4,000 × 3,000, RGB · turned by 180°, as ..."."""
    width, height = decoded.image.size
    mode = {"L": "grey"}.get(decoded.image.mode, decoded.image.mode)
    return " · ".join((f"{decoded.format}, {width:,} × {height:,}, {mode}", *decoded.conversions))
