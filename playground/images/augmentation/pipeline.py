"""A pipeline: transforms in order, as plain data that is applied, printed as code and stored as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.images.augmentation.transform import Transform, transform_type
from playground.images.errors import ImageError

if TYPE_CHECKING:
    from PIL import Image

MOST_TRANSFORMS = 50


@dataclass(frozen=True, init=False)
class Pipeline:
    """Transforms that are applied to an image one after the other. Raises ImageError for what cannot be in one."""

    transforms: tuple[Transform, ...]

    def __init__(self, transforms: Iterable[Transform] = ()) -> None:
        found = tuple(transforms)
        if len(found) > MOST_TRANSFORMS:
            raise ImageError(f"The pipeline has {len(found)} transforms; at most {MOST_TRANSFORMS} are taken here.")
        for transform in found:
            if not isinstance(transform, Transform):
                raise ImageError(f"A pipeline is made of transforms; {str(transform)[:60]!r} is none.")
            if transform_type(transform.type).work == "batch":
                raise ImageError(
                    f"{transform.type} mixes the images of a batch, so it comes after the pipeline of single images."
                )
        object.__setattr__(self, "transforms", found)

    @property
    def enabled(self) -> tuple[Transform, ...]:
        """The transforms that are applied."""
        return tuple(transform for transform in self.transforms if transform.enabled)

    def apply(self, image: Image.Image, seed: int) -> Any:
        """What `torch.manual_seed(seed)` and `v2.Compose` of the transforms give for this image, value for value.

        A Pillow image; or a tensor after ToImage, ToTensor or PILToTensor; or a tuple after FiveCrop or TenCrop.
        torch's global generator is left alone, so that several threads may do it at once. Raises PipelineError with
        the index of the transform that cannot work, before an image of more than 25 million pixels is made.
        """
        from playground.images.augmentation.application import run

        return run(self, image, seed)

    def to_code(self, seed: int = 0, file: str = "image.jpg") -> str:
        """A script that runs by itself: it reads the file, applies the pipeline with this seed, saves the result."""
        from playground.images.augmentation.pipeline_code import script

        return script(self, seed, file)

    def to_json(self) -> str:
        """The pipeline as JSON text."""
        from playground.images.augmentation.pipeline_json import write_json

        return write_json(self)

    @classmethod
    def from_json(cls, text: str) -> Pipeline:
        """The pipeline in a JSON text; ImageError with the place of the first thing that is not understood."""
        from playground.images.augmentation.pipeline_json import read_json

        return read_json(text)
