"""What a network is given: an image after ToTensor and Normalize, in numbers, and mapped back to a picture.

An image has 256 values a channel, so all of it follows from how often each occurs: nothing of the image's size is
computed, and 12 million pixels take a few milliseconds.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playground.images.augmentation.reading import read_image

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    from playground.images.normalizations import Normalization

LEVELS = 256
BINS = 64
_CHANNELS = {"L": ("grey",), "RGB": ("red", "green", "blue")}


@dataclass(frozen=True)
class ChannelView:
    """A channel's values: lowest, highest, mean, standard deviation (divided by their number), and a histogram.

    `counts[i]` values are from `edges[i]` up to `edges[i + 1]`.
    """

    name: str
    minimum: float
    maximum: float
    mean: float
    std: float
    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class NetworkView:
    """A tensor `(C, H, W)` of float32, a channel at a time; `converted` says which colours were made of the image's."""

    shape: tuple[int, int, int]
    dtype: str
    channels: tuple[ChannelView, ...]
    converted: str

    @property
    def minimum(self) -> float:
        """The lowest of all values."""
        return min(channel.minimum for channel in self.channels)

    @property
    def maximum(self) -> float:
        """The highest of all values."""
        return max(channel.maximum for channel in self.channels)


def network_view(image: Image.Image, normalization: Normalization) -> NetworkView:
    """The numbers of an image of mode L or RGB, which is made grey for one mean and coloured for three."""
    given = _in_its_mode(image, normalization)
    counts = np.asarray(given.histogram(), np.int64).reshape(-1, LEVELS)
    values = normalized_levels(normalization)
    names = _CHANNELS[given.mode]
    return NetworkView(
        (len(names), given.height, given.width),
        "torch.float32",
        tuple(map(_channel, names, values, counts)),
        "" if given.mode == image.mode else {"L": "grey", "RGB": "RGB"}[given.mode],
    )


def normalized_levels(normalization: Normalization) -> NDArray[np.float32]:
    """What 0 to 255 become in each channel, as an array `(C, 256)`; computed as torch does."""
    levels = np.arange(LEVELS, dtype=np.float32) / np.float32(255)
    mean, std = (np.array(numbers, np.float32)[:, None] for numbers in (normalization.mean, normalization.std))
    result: NDArray[np.float32] = (levels - mean) / std
    return result


def shown_as_it_is(image: Image.Image, normalization: Normalization) -> Image.Image:
    """The picture that a viewer makes of the tensor: 0 is black, 1 is white, and what is beyond is cut off."""
    seen = np.clip(np.rint(np.clip(normalized_levels(normalization), 0, 1) * 255), 0, 255)
    return _in_its_mode(image, normalization).point([int(level) for channel in seen for level in channel])


def mapped_back(image: Image.Image, normalization: Normalization) -> Image.Image:
    """The picture of `tensor * std + mean`: the image again."""
    mean, std = (np.array(numbers, np.float32)[:, None] for numbers in (normalization.mean, normalization.std))
    restored = np.rint(np.clip(normalized_levels(normalization) * std + mean, 0, 1) * 255)
    return _in_its_mode(image, normalization).point([int(level) for channel in restored for level in channel])


def first_values(image: Image.Image, normalization: Normalization, size: int = 4) -> NDArray[np.float32]:
    """The tensor's upper left corner, `(C, size, size)` or as much as there is."""
    corner = _in_its_mode(image.crop((0, 0, min(size, image.width), min(size, image.height))), normalization)
    pixels = np.asarray(corner).reshape(corner.height, corner.width, -1).transpose(2, 0, 1)
    values = normalized_levels(normalization)
    return np.stack([channel_values[channel] for channel_values, channel in zip(values, pixels, strict=True)])


def to_code(normalization: Normalization, file: str = "image.png") -> str:
    """A script that reads `file`, makes `tensor` of it, prints these numbers and saves the picture mapped back."""
    colours = "L" if len(normalization.mean) == 1 else "RGB"
    mean, std = list(normalization.mean), list(normalization.std)
    return f"""import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torchvision import transforms

to_input = transforms.Compose([
    transforms.ToTensor(),  # (C, H, W), float32, from 0 to 1
    transforms.Normalize(mean={mean}, std={std}),
])


{inspect.getsource(read_image).rstrip()}


image = read_image({file!r}).convert("{colours}")
tensor = to_input(image)
print(tuple(tensor.shape), tensor.dtype, tensor.min().item(), tensor.max().item())
for channel in tensor:
    print(channel.mean().item(), channel.std(correction=0).item())

mean, std = (torch.tensor(numbers).view(-1, 1, 1) for numbers in ({mean}, {std}))
restored = transforms.ToPILImage()((tensor * std + mean).clamp(0, 1).mul(255).round().byte())
restored.save("restored.png")
"""


def _in_its_mode(image: Image.Image, normalization: Normalization) -> Image.Image:
    mode = "L" if len(normalization.mean) == 1 else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _channel(name: str, values: NDArray[np.float32], counts: NDArray[np.int64]) -> ChannelView:
    exact, count = values.astype(np.float64), counts.sum()
    there = values[counts > 0]
    mean = float((exact * counts).sum() / count)
    variance = float((np.square(exact - mean) * counts).sum() / count)
    return ChannelView(
        name, float(there.min()), float(there.max()), mean, variance**0.5, _edges(exact), _binned(counts)
    )


def _edges(values: NDArray[np.float64]) -> tuple[float, ...]:
    """Between the levels, so that each bin has as many of them."""
    step = (values[-1] - values[0]) / (LEVELS - 1)
    levels = range(0, LEVELS + 1, LEVELS // BINS)
    return tuple(float(values[0] + step * (level - 0.5)) for level in levels)


def _binned(counts: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(int(number) for number in counts.reshape(BINS, -1).sum(axis=1))
