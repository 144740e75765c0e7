"""The error that everything in this package raises for people to read."""

from __future__ import annotations


class ImageError(Exception):
    """One clear sentence that says what is wrong with an image, and what to do."""
