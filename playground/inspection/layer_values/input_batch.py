"""A batch of one sample for a network: an image, normalised as the network asks, or random values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.data import DATASETS
from playground.images import NORMALIZATIONS, Normalization, image_to_array

if TYPE_CHECKING:
    import torch
    from PIL import Image

    from playground.networks import NetworkSpec
    from playground.networks.spec import Shape


def takes_images(shape: Shape) -> bool:
    """Whether a sample of this shape can be an image `(C, H, W)`, grey or coloured."""
    return len(shape) == 3 and shape[0] in (1, 3)


def image_normalization(network: NetworkSpec | str, shape: Shape, dataset: str | None = None) -> Normalization | None:
    """How the network's images `(C, H, W)` are normalised; None for a model of torchvision that does it by itself.

    That of the data set that its weights were trained on; for a torchvision model's name that of the published
    weights; else MNIST's for grey images and ImageNet's for coloured ones.
    """
    if isinstance(network, str):
        return _published(network)
    if dataset is not None and DATASETS[dataset].image_shape[0] == shape[0]:
        return _of_dataset(dataset)
    return NORMALIZATIONS["imagenet"] if shape[0] == 3 else _of_dataset("mnist")


def image_batch(image: Image.Image, shape: Shape, normalized: Normalization | None) -> torch.Tensor:
    """The image as a batch `(1, C, H, W)` of float32; raises ImageError if the shape is not that of an image."""
    import torch

    pixels = torch.from_numpy(image_to_array(image, shape)).unsqueeze(0)
    if normalized is None:
        return pixels
    mean, std = (torch.tensor(values).view(-1, 1, 1) for values in (normalized.mean, normalized.std))
    return (pixels - mean) / std


def random_batch(shape: Shape, vocabulary: int | None = None, seed: int = 0) -> torch.Tensor:
    """A batch `(1, *shape)` from the standard normal distribution; with a vocabulary, of whole numbers below it."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    if vocabulary is None:
        return torch.randn((1, *shape), generator=generator)
    return torch.randint(vocabulary, (1, *shape), generator=generator)


def _of_dataset(name: str) -> Normalization:
    info = DATASETS[name]
    return Normalization(info.label, info.mean, info.std)


def _published(name: str) -> Normalization | None:
    import torchvision

    transforms = torchvision.models.get_model_weights(name).DEFAULT.transforms()
    if not hasattr(transforms, "mean"):
        return None
    return Normalization(NORMALIZATIONS["imagenet"].name, tuple(transforms.mean), tuple(transforms.std))
