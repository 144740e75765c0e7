"""Images as people have them: decoded safely, augmented by pipelines, and as the input of a network.

Importing it imports neither torch nor OpenCV.
"""

from playground.images.augmentation.applied import Applied, AppliedStep, Marks, applied
from playground.images.augmentation.drawn_numbers import Drawn
from playground.images.augmentation.mixing import Mixed, mixed
from playground.images.augmentation.pipeline import Pipeline
from playground.images.augmentation.preview import Preview, preview
from playground.images.augmentation.transform import Transform
from playground.images.augmentation.transform_catalogue import SEVEN_AUGMENTATIONS, TRANSFORMS
from playground.images.augmentation.transform_types import TransformType
from playground.images.decode import Decoded, decode, decode_image
from playground.images.errors import ImageError, PipelineError, PipelineFix
from playground.images.normalizations import NORMALIZATIONS, Normalization
from playground.images.samples import SAMPLES, load_sample
from playground.images.scaling import image_to_array

__all__ = [
    "NORMALIZATIONS",
    "SAMPLES",
    "SEVEN_AUGMENTATIONS",
    "TRANSFORMS",
    "Applied",
    "AppliedStep",
    "Decoded",
    "Drawn",
    "ImageError",
    "Marks",
    "Mixed",
    "Normalization",
    "Pipeline",
    "PipelineError",
    "PipelineFix",
    "Preview",
    "Transform",
    "TransformType",
    "applied",
    "decode",
    "decode_image",
    "image_to_array",
    "load_sample",
    "mixed",
    "preview",
]
