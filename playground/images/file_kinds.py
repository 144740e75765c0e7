"""What a file seems to be by its first bytes, and in a sentence why it cannot be opened as an image."""

from __future__ import annotations

_STARTS = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"GIF8": "GIF",
}
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheim", b"ftyphevc")
_READABLE = "PNG, JPEG, WebP, BMP, TIFF, GIF or AVIF"


def kind_of(data: bytes) -> str | None:
    """The name of the format of an image that begins so, or None."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "AVIF"
    return next((name for start, name in _STARTS.items() if data.startswith(start)), None)


def why_not_opened(data: bytes, error: Exception) -> str:
    """Say what is wrong with a file that raised this error when it was opened, and what to do."""
    return _hides_text(error) or f"{_what_it_is(data)} Choose a {_READABLE} file."


def why_not_read(name: str, size: tuple[int, int], error: Exception) -> str:
    """Say the same of a file that was opened as an image of that format and size, and whose pixels raised this."""
    width, height = size
    return _hides_text(error) or (
        f"The file is damaged or incomplete: it begins as an image of {width:,} × {height:,} pixels in {name}, "
        "but these cannot all be read. Save or download it again."
    )


def _hides_text(error: Exception) -> str:
    """A sentence where Pillow stopped at its limits MAX_TEXT_CHUNK or MAX_TEXT_MEMORY, else nothing."""
    if "MAX_TEXT" not in str(error):
        return ""
    return (
        "The file unpacks to far more text or colour profile than an image has, as files that are made to fill a "
        "memory do. Save it again without metadata."
    )


def _what_it_is(data: bytes) -> str:
    start = data[:512].lower()
    if b"<svg" in start:
        return "This is an SVG, which is a description of shapes and has no pixels."
    if start[4:12] in _HEIC:
        return "This is a HEIC photo, which cannot be read here."
    name = kind_of(data)
    if name:
        return f"This file begins as {name} does, but it is damaged, cut off, or of a kind that cannot be read here."
    return "This file is no image that can be read here, whatever its name says."
