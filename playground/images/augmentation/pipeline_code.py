"""A pipeline as a script that runs by itself."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Literal

from playground.images.augmentation.application import check_seed
from playground.images.augmentation.reading import read_image
from playground.images.augmentation.transform import transform_type
from playground.images.augmentation.transform_modules import code

if TYPE_CHECKING:
    from playground.images.augmentation.pipeline import Pipeline

_SAVING = {
    "image": 'output.save("augmented.png")',
    "tensor": 'torch.save(output, "augmented.pt")',
    "images": 'for index, each in enumerate(output):\n    each.save(f"augmented_{index}.png")',
    "tensors": 'torch.save(list(output), "augmented.pt")',
}


def compose(pipeline: Pipeline) -> str:
    """The expression that makes the transforms: `v2.Compose([...])`."""
    expressions = [code(transform) for transform in pipeline.enabled] or ["v2.Identity()"]
    lines = "".join(f"    {expression},\n" for expression in expressions)
    return f"v2.Compose([\n{lines}])"


def script(pipeline: Pipeline, seed: int, file: str) -> str:
    """A script that reads `file`, applies the pipeline with the seed, and saves what comes out."""
    check_seed(seed)
    return "\n".join(
        [
            "import io",
            "from pathlib import Path",
            "",
            "import numpy as np",
            "import torch",
            "from PIL import Image, ImageOps",
            "from torchvision.transforms import v2",
            "",
            f"transform = {compose(pipeline)}",
            "",
            "",
            inspect.getsource(read_image).rstrip(),
            "",
            "",
            f"torch.manual_seed({seed})",
            f"output = transform(read_image({file!r}))",
            _SAVING[output_kind(pipeline)],
            "",
        ]
    )


def output_kind(pipeline: Pipeline) -> Literal["image", "tensor", "images", "tensors"]:
    """What comes out for a Pillow image: that again, a tensor, or several of either."""
    several = any(transform_type(transform.type).work == "several" for transform in pipeline.enabled)
    tensor = False
    for transform in pipeline.enabled:
        if transform.type in ("ToImage", "PILToTensor", "ToTensor"):
            tensor = True
        if transform.type == "ToPILImage":
            tensor = False
    if tensor:
        return "tensors" if several else "tensor"
    return "images" if several else "image"
