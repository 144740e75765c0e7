"""Images as people have them: files of any format, decoded safely, and as the input of a network."""

from playground.images.decode import Decoded, decode, decode_image
from playground.images.errors import ImageError
from playground.images.samples import SAMPLES, load_sample
from playground.images.scaling import image_to_array

__all__ = ["SAMPLES", "Decoded", "ImageError", "decode", "decode_image", "image_to_array", "load_sample"]
