"""Pipelines and pictures that the tests of this folder share."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image
from torchvision.transforms import v2

from playground.images import TRANSFORMS, Pipeline
from playground.images.augmentation.transform import example
from playground.images.augmentation.transform_modules import build

SINGLE = [name for name, known in TRANSFORMS.items() if known.work != "batch"]
"""The transforms that a pipeline of single images can have."""

_BEFORE = {"image": (), "tensor": ("ToImage",), "floats": ("ToImage", "ToDtype")}


def example_pipeline(name: str) -> Pipeline:
    """The example of a transform, after what makes the tensor that it needs."""
    return Pipeline([*map(example, _BEFORE[TRANSFORMS[name].needs]), example(name)])


def picture(height: int, width: int, mode: str = "RGB", seed: int = 0) -> Image.Image:
    """A picture of smooth shapes with some noise, so that colours, edges and places can be told apart."""
    generator = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    channels = [128 + 100 * np.sin(rows / (5 + 3 * index) + columns / (9 - 2 * index)) for index in range(3)]
    values = np.stack(channels, axis=2) + generator.normal(0, 10, (height, width, 3))
    image = Image.fromarray(values.clip(0, 255).astype(np.uint8))
    return image if mode == "RGB" else image.convert(mode)


def as_torchvision_gives_it(pipeline: Pipeline, image: Image.Image, seed: int) -> Any:
    """The oracle: torch's global generator and `v2.Compose`."""
    modules = [
        v2.RandomApply([build(transform)], p=transform.probability) if transform.probability < 1 else build(transform)
        for transform in pipeline.enabled
    ]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return v2.Compose(modules)(image) if modules else image


def assert_same(output: Any, expected: Any) -> None:
    """The same type and values, whatever a transform gives."""
    assert type(output) is type(expected)
    if isinstance(output, tuple):
        assert len(output) == len(expected)
        for one, other in zip(output, expected, strict=True):
            assert_same(one, other)
    elif isinstance(output, Image.Image):
        assert (output.mode, output.size) == (expected.mode, expected.size)
        assert output.tobytes() == expected.tobytes()
    else:
        assert output.dtype == expected.dtype
        assert torch.equal(output, expected)
