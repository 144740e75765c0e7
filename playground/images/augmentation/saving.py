"""What a pipeline gives, as a file."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from PIL import Image


@dataclass(frozen=True)
class SavedOutput:
    """The bytes of a file, its name, and its media type."""

    data: bytes
    name: str
    media_type: str


def saved(output: Any) -> SavedOutput:
    """A Pillow image as PNG, several as PNG in a ZIP file, tensors as `torch.save` writes them; nothing is lost."""
    several = output if isinstance(output, tuple) else (output,)
    if not isinstance(several[0], Image.Image):
        import torch

        buffer = io.BytesIO()
        torch.save(list(output) if isinstance(output, tuple) else output, buffer)
        return SavedOutput(buffer.getvalue(), "augmented.pt", "application/octet-stream")
    if not isinstance(output, tuple):
        return SavedOutput(_png(output), "augmented.png", "image/png")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for index, each in enumerate(several):
            archive.writestr(f"augmented_{index}.png", _png(each))
    return SavedOutput(buffer.getvalue(), "augmented.zip", "application/zip")


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    # Larger files, but 12 million pixels in half a second.
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
