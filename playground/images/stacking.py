"""Why images of different sizes are no batch, in torch's own words, and the transforms after which they are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.images.augmentation.pipeline import Pipeline
from playground.images.augmentation.transform import Transform
from playground.images.errors import ImageError

if TYPE_CHECKING:
    import torch
    from PIL import Image

NOTES_SIZES = ((320, 320), (192, 192))
"""Heights and widths of the two images of the course's notes."""
MOST_SIDE = 1024
EPOCHS = 2


@dataclass(frozen=True)
class Cure:
    """What is done to each image before it goes into a batch, by a name, with what comes of it."""

    name: str
    explanation: str
    transforms: tuple[Transform, ...]


@dataclass(frozen=True, eq=False)
class StackedBatches:
    """The shape of each image's tensor, and of the batch of each epoch a tensor `(N, C, H, W)` of float32.

    Without batches, `error` is what torch's DataLoader said.
    """

    shapes: tuple[tuple[int, ...], ...]
    batches: tuple[torch.Tensor, ...]
    error: str


def cures(side: int = 224) -> tuple[Cure, ...]:
    """The ways to one size, the first of them to do nothing; `side` is that of the squares they make."""
    if not 1 <= side <= MOST_SIDE:
        raise ImageError(f"The side of the squares is {side}; choose one from 1 to {MOST_SIDE}.")
    return (
        Cure("Nothing", "The images stay as they are.", ()),
        Cure(
            "RandomResizedCrop",
            "On-line augmentation: each epoch cuts another part of each image and resizes it to the same square. "
            "This is for training.",
            (Transform("RandomResizedCrop", size=(side, side)),),
        ),
        Cure(
            "Resize + CenterCrop",
            "The shorter side is made a little longer than the square, whose middle is cut out: the same each time. "
            "This is for testing.",
            (Transform("Resize", size=_a_little_more(side)), Transform("CenterCrop", size=(side, side))),
        ),
        Cure(
            "Resize to a square",
            "Both sides are set. Nothing is cut off, but what is not square is distorted.",
            (Transform("Resize", size=(side, side)),),
        ),
        Cure(
            "Resize alone",
            "One number sets the shorter side only: squares become equal, other shapes do not.",
            (Transform("Resize", size=side),),
        ),
    )


def stack_batches(images: Sequence[Image.Image], cure: Cure, seed: int = 0) -> StackedBatches:
    """Hand the images to a DataLoader as one batch, in two epochs. torch's global generator is left alone.

    Raises ImageError where a transform cannot work on an image.
    """
    pipeline = _to_tensors(cure)
    samples = _Samples(images, pipeline, seed)
    shapes = tuple(tuple(samples[index].shape) for index in range(len(images)))
    try:
        return StackedBatches(shapes, tuple(_batch(images, pipeline, seed, epoch) for epoch in range(EPOCHS)), "")
    except RuntimeError as error:
        return StackedBatches(shapes, (), str(error))


def to_code(sizes: Sequence[tuple[int, int]], cure: Cure, seed: int = 0) -> str:
    """A script that does the same with images `(height, width)` of random pixels, and stops where torch stops."""
    from playground.images.augmentation.pipeline_code import compose

    return f"""import torch
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2


class Images(Dataset):
    def __init__(self, images, transform):
        self.images, self.transform = images, transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.transform(self.images[index])


torch.manual_seed({seed})
# Images as PIL reads them from files; these have random pixels.
images = [v2.ToPILImage()(torch.rand(3, height, width)) for height, width in {list(sizes)}]
# The last two are what ToTensor() does.
transform = {compose(_to_tensors(cure))}
loader = DataLoader(Images(images, transform), batch_size=len(images))
for epoch in range({EPOCHS}):
    for batch in loader:
        print(tuple(batch.shape))
"""


class _Samples:
    """A data set as torch wants it: the images as tensors, each by a seed of its own."""

    def __init__(self, images: Sequence[Image.Image], pipeline: Pipeline, first_seed: int) -> None:
        self._images, self._pipeline, self._first_seed = images, pipeline, first_seed

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, index: int) -> Any:
        return self._pipeline.apply(self._images[index], self._first_seed + index)


def _batch(images: Sequence[Image.Image], pipeline: Pipeline, seed: int, epoch: int) -> torch.Tensor:
    import torch
    from torch.utils.data import DataLoader

    samples: Any = _Samples(images, pipeline, seed + epoch * len(images))
    # A loader without a generator of its own draws from the global one.
    loader = DataLoader(samples, batch_size=len(images), generator=torch.Generator())
    batch: torch.Tensor = next(iter(loader))
    return batch


def _to_tensors(cure: Cure) -> Pipeline:
    return Pipeline((*cure.transforms, Transform("ToImage"), Transform("ToDtype", dtype="float32", scale=True)))


def _a_little_more(side: int) -> int:
    """256 for 224, as torchvision's own weights have it."""
    return round(side * 256 / 224)
