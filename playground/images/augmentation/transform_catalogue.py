"""The transforms of `torchvision.transforms.v2` for images without labels: what pages, pipelines and tests walk."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from playground.images.augmentation.transform_types import TransformType, Work
from playground.images.normalizations import NORMALIZATIONS

_CROP, _TURN, _COLOUR = "Crop and size", "Flip and turn", "Colour"
_NOISE, _POLICY, _SEVERAL = "Blur and noise", "Policies", "Many crops"
_BATCH, _TENSOR = "Batches", "Tensors"
_IMAGENET = {"mean": NORMALIZATIONS["imagenet"].mean, "std": NORMALIZATIONS["imagenet"].std}


def _type(
    name: str,
    group: str,
    work: Work,
    label: str,
    explanation: str,
    example: Mapping[str, Any] | None = None,
    **more: Any,
) -> TransformType:
    return TransformType(name, group, label, explanation, work, MappingProxyType(dict(example or {})), **more)


_ALL = (
    _type("CenterCrop", _CROP, "place", "Center crop", "Cuts the middle out.", {"size": 200}),
    _type("RandomCrop", _CROP, "place", "Random crop", "Cuts a part out at a random place.", {"size": 200}),
    _type("Resize", _CROP, "place", "Resize", "Makes the image larger or smaller.", {"size": 160}),
    _type(
        "RandomResizedCrop",
        _CROP,
        "place",
        "Random resized crop",
        "Cuts out a part of random area and proportions, and resizes it.",
        {"size": 200},
    ),
    _type("RandomHorizontalFlip", _TURN, "place", "Horizontal flip", "Mirrors left to right, or does not."),
    _type("RandomRotation", _TURN, "place", "Random rotation", "Turns by a random angle.", {"degrees": 45}),
    _type(
        "ColorJitter",
        _COLOUR,
        "value",
        "Colour jitter",
        "Changes brightness, contrast, saturation and hue, in random order.",
        {"brightness": 0.5, "contrast": 0.5, "saturation": 0.5, "hue": 0.1},
    ),
    _type("Pad", _CROP, "place", "Pad", "Adds pixels around the image.", {"padding": 40}),
    _type("RandomZoomOut", _CROP, "place", "Zoom out", "Puts the image somewhere on a larger canvas.", {"p": 1.0}),
    _type(
        "ScaleJitter",
        _CROP,
        "place",
        "Scale jitter",
        "Fits the image into a size, times a random factor.",
        {"target_size": (160, 160)},
    ),
    _type(
        "RandomShortestSize",
        _CROP,
        "place",
        "Random shortest size",
        "Resizes the shorter side to one of several sizes.",
        {"min_size": (96, 160, 224)},
    ),
    _type(
        "RandomResize",
        _CROP,
        "place",
        "Random resize",
        "Resizes the shorter side to a random size.",
        {"min_size": 64, "max_size": 256},
    ),
    _type("RandomVerticalFlip", _TURN, "place", "Vertical flip", "Mirrors top to bottom, or does not."),
    _type(
        "RandomAffine",
        _TURN,
        "place",
        "Random affine",
        "Turns, shifts, scales and slants; lines stay straight and parallel.",
        {"degrees": 30, "translate": (0.1, 0.1), "scale": (0.8, 1.2), "shear": 10},
    ),
    _type("RandomPerspective", _TURN, "place", "Random perspective", "Moves the four corners inwards.", {"p": 1.0}),
    _type(
        "ElasticTransform",
        _TURN,
        "place",
        "Elastic transform",
        "Moves each pixel a little, smoothly, as if seen through water.",
        {"alpha": 250.0},
    ),
    _type(
        "RandomPhotometricDistort",
        _COLOUR,
        "value",
        "Photometric distortion",
        "The changes of colour of the SSD detector: each one is applied or not, channels may change places.",
    ),
    _type("Grayscale", _COLOUR, "value", "Grayscale", "Takes the colours away."),
    _type("RandomGrayscale", _COLOUR, "value", "Random grayscale", "Takes the colours away, or does not.", {"p": 0.5}),
    _type("RGB", _COLOUR, "value", "RGB", "Makes three channels of one."),
    _type("RandomChannelPermutation", _COLOUR, "value", "Channel permutation", "Lets the channels change places."),
    _type(
        "RandomEqualize", _COLOUR, "value", "Equalize", "Spreads the values so that all are alike frequent.", {"p": 1.0}
    ),
    _type(
        "RandomAutocontrast",
        _COLOUR,
        "value",
        "Autocontrast",
        "Stretches the values so that the darkest is black and the lightest white.",
        {"p": 1.0},
    ),
    _type("RandomInvert", _COLOUR, "value", "Invert", "Makes a negative.", {"p": 1.0}),
    _type("RandomPosterize", _COLOUR, "value", "Posterize", "Keeps a few bits of each value.", {"bits": 2, "p": 1.0}),
    _type("RandomSolarize", _COLOUR, "value", "Solarize", "Inverts light pixels.", {"threshold": 128.0, "p": 1.0}),
    _type(
        "RandomAdjustSharpness",
        _NOISE,
        "neighbours",
        "Adjust sharpness",
        "Sharpens or blurs.",
        {"sharpness_factor": 3.0, "p": 1.0},
    ),
    _type("GaussianBlur", _NOISE, "neighbours", "Gaussian blur", "Blurs by a random width.", {"kernel_size": 9}),
    _type(
        "GaussianNoise",
        _NOISE,
        "value",
        "Gaussian noise",
        "Adds random numbers to a tensor.",
        needs="tensor",
    ),
    _type("JPEG", _NOISE, "neighbours", "JPEG", "Stores as a JPEG file and reads it again.", {"quality": (5, 30)}),
    _type("RandomErasing", _NOISE, "value", "Random erasing", "Erases a random rectangle.", {"p": 1.0}),
    _type("AutoAugment", _POLICY, "policy", "AutoAugment", "Draws one of the policies that a search has found."),
    _type("RandAugment", _POLICY, "policy", "RandAugment", "Draws operations, all with the same strength."),
    _type("TrivialAugmentWide", _POLICY, "policy", "TrivialAugment", "Draws one operation and its strength."),
    _type("AugMix", _POLICY, "policy", "AugMix", "Mixes the image with chains of operations on it."),
    _type("FiveCrop", _SEVERAL, "several", "Five crop", "Cuts out the four corners and the middle.", {"size": 200}),
    _type("TenCrop", _SEVERAL, "several", "Ten crop", "Cuts out five parts, and each mirrored.", {"size": 200}),
    _type("MixUp", _BATCH, "batch", "MixUp", "Lays each image of a batch on its neighbour, labels likewise."),
    _type("CutMix", _BATCH, "batch", "CutMix", "Sets a part of the neighbour into each image, labels likewise."),
    _type("ToImage", _TENSOR, "tensor", "To image", "Makes a tensor (C, H, W) of a Pillow image; values stay."),
    _type("PILToTensor", _TENSOR, "tensor", "PIL to tensor", "Makes a plain tensor (C, H, W); values stay."),
    _type(
        "ToDtype",
        _TENSOR,
        "tensor",
        "To dtype",
        "Converts the values to a data type, and scales them.",
        {"dtype": "float32", "scale": True},
        needs="tensor",
    ),
    _type(
        "ConvertImageDtype", _TENSOR, "tensor", "Convert image dtype", "Converts and scales the values.", needs="tensor"
    ),
    _type(
        "Normalize",
        _TENSOR,
        "tensor",
        "Normalize",
        "Subtracts the mean of each channel and divides by its standard deviation.",
        _IMAGENET,
        needs="floats",
    ),
    _type("ToTensor", _TENSOR, "tensor", "To tensor", "The former ToImage and ToDtype in one; float32 from 0 to 1."),
    _type(
        "ToPureTensor", _TENSOR, "tensor", "To pure tensor", "Makes a plain tensor of an image tensor.", needs="tensor"
    ),
    _type("ToPILImage", _TENSOR, "tensor", "To PIL image", "Makes a Pillow image of a tensor.", needs="tensor"),
    _type("Identity", _TENSOR, "tensor", "Identity", "Changes nothing."),
)

TRANSFORMS: Mapping[str, TransformType] = MappingProxyType({each.name: each for each in _ALL})
"""By their names in torchvision, in the order in which a page offers them."""

GROUPS: tuple[str, ...] = (_CROP, _TURN, _COLOUR, _NOISE, _POLICY, _SEVERAL, _BATCH, _TENSOR)
"""Their groups, in order."""

SEVEN_AUGMENTATIONS: tuple[str, ...] = tuple(each.name for each in _ALL[:7])
"""The seven that courses begin with, in their order."""
