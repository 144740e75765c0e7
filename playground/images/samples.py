"""The photographs that come with the project; assets/images/README.md says where they are from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from playground.images.decode import decode_image
from playground.images.errors import ImageError

if TYPE_CHECKING:
    from PIL import Image

_FOLDER = Path(__file__).resolve().parents[2] / "assets" / "images"

SAMPLES = {"chelsea": "Chelsea, a cat", "astronaut": "Astronaut", "coffee": "A cup of coffee"}
"""Their names, and what they are called on a page."""


def load_sample(name: str) -> Image.Image:
    """The photograph of that name, in RGB. Raises ImageError where its file is missing or damaged."""
    path = _FOLDER / f"{name}.png"
    try:
        return decode_image(path.read_bytes())
    except OSError as error:
        raise ImageError(f"The sample {path.name} is missing; restore it with git restore assets/images.") from error
