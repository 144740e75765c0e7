"""What is sent to a browser: pictures no larger than they are shown, as JPEG or PNG."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def reduced(image: Image.Image, side: int) -> Image.Image:
    """The image with a longer side of at most `side` pixels, smoothed; itself if it is no larger."""
    factor = max(image.size) / side
    if factor <= 1:
        return image
    width, height = (max(1, round(length / factor)) for length in image.size)
    # Whole blocks are averaged first, which is quick; what remains is at most halved.
    return image.reduce(max(1, int(factor))).resize((width, height), Image.Resampling.BILINEAR)


def encoded(image: Image.Image) -> bytes:
    """The bytes of a JPEG file, or of a PNG file where the picture is so small that each pixel is seen."""
    buffer = io.BytesIO()
    if max(image.size) <= _SMALL:
        image.save(buffer, "PNG")
    else:
        image.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def as_pictures(output: Any) -> tuple[Image.Image, ...]:
    """What a pipeline gives, as Pillow images: floats from 0 to 1, or from lowest to highest if they leave that."""
    return tuple(map(_as_picture, output if isinstance(output, tuple) else (output,)))


_SMALL, _QUALITY = 128, 90


def _as_picture(output: Any) -> Image.Image:
    if isinstance(output, Image.Image):
        return output
    from torchvision.transforms.v2 import functional

    values = output.detach()
    if values.is_floating_point():
        values = values.float()
        lowest, highest = float(values.min()), float(values.max())
        if lowest < 0 or highest > 1:
            values = (values - lowest) / (highest - lowest or 1.0)
    elif str(values.dtype) != "torch.uint8":
        values = values.clamp(0, 255).to(dtype=output.new_empty(0).byte().dtype)
    picture: Image.Image = functional.to_pil_image(values)
    return picture
