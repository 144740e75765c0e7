"""Pictures that are in the page itself: a file beside it is gone when the next picture comes, asked for or not."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from PIL import Image


def inline_image(picture: bytes | Image.Image, **settings: Any) -> None:
    """Draw the bytes of a PNG or JPEG file, or an image, whose pixels stay as they are; settings as of `st.image`."""
    st.image(data_uri(picture if isinstance(picture, bytes) else png(picture)), **settings)


def data_uri(picture: bytes) -> str:
    """The bytes of a PNG or JPEG file as an address that holds them."""
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def png(picture: Image.Image) -> bytes:
    """The image as a PNG file, written quickly."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
