"""The pixels of an image in OpenCV and in PyTorch: how they are read, resized, laid out, scaled and converted."""

from playground.images.pixels.stored_photo import StoredPhoto
from playground.images.pixels.walk import PixelStep, Walk, WalkSettings
from playground.images.pixels.walks import WALKS, WalkType

__all__ = ["WALKS", "PixelStep", "StoredPhoto", "Walk", "WalkSettings", "WalkType"]
