"""How an exported script reads a file: one function of Pillow and NumPy alone, which scripts contain as it is."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps


def read_image(path: str) -> Image.Image:
    """Read a file upright, with 8 bits a channel: as grey values if it has no colours, else in RGB."""
    # Of a path, Pillow maps the pixels of some TIFF files into memory and leaves them as they lie.
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(Path(path).read_bytes())))
    if image.mode.startswith(("I", "F")):  # more than 8 bits: 0 is black, and white is the end of the scale
        values = np.nan_to_num(np.asarray(image, np.float64), posinf=0.0, neginf=0.0)
        black, highest = min(0.0, values.min()), values.max()
        scales = (65535.0,) if image.mode.startswith("I;16") else (1.0, 255.0, 65535.0)
        white = highest if black < 0 else next((scale for scale in scales if highest <= scale), highest)
        scaled = np.round((values - black) / (white - black or 1.0) * 255).astype(np.uint8)
        scaled[values == image.info.get("transparency")] = 255
        return Image.fromarray(scaled)
    mode = "L" if image.mode in ("1", "L", "LA", "La") else "RGB"
    if image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    return image.convert(mode)
