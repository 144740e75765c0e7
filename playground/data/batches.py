"""Batches from a resident data set: shuffled, augmented and normalised on its device.

This is the hot path of training. Per batch it takes one index_select, one conversion to float32, one
multiplication and one addition in place: 29 us for 100 MNIST images on one CPU core, against 118 us for the
same written as `((images[indices].float() / 255) - mean) / std`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from playground.data.errors import DataError
from playground.data.image_data import ImageData
from playground.data.registry import DatasetInfo

if TYPE_CHECKING:
    import torch

    Batch = tuple[torch.Tensor, torch.Tensor]
    Augmentation = Callable[[torch.Tensor, torch.Generator], torch.Tensor]


def epoch_batches(
    data: ImageData,
    batch_size: int,
    *,
    seed: int,
    epoch: int = 0,
    shuffle: bool = True,
    drop_last: bool = False,
    augmentation: Sequence[Augmentation] = (),
    channels_last: bool = False,
) -> Iterator[Batch]:
    """Each image of `data` once: batches of x `(n, C, H, W)` float32, normalised, and y `(n,)` int64.

    An augmentation takes the batch of pixel values, `(n, C, H, W)`, and a generator on their device.
    Order and augmentation depend on `seed` and `epoch` and the kind of device, on nothing else; so an epoch
    can be repeated. x is contiguous, in the channels-last memory format if asked for.
    Raises DataError, at the call, for a batch size below 1 and where `drop_last` leaves no batch.
    """
    import torch

    batch_count(len(data), batch_size, drop_last=drop_last)
    generator = torch.Generator(data.device).manual_seed(_epoch_seed(seed, epoch))
    if shuffle:
        order = torch.randperm(len(data), generator=generator, device=data.device)
    else:
        order = torch.arange(len(data), device=data.device)
    if drop_last:
        order = order[: len(data) // batch_size * batch_size]
    return _batches(data, torch.split(order, batch_size), augmentation, generator, channels_last)


def evaluation_batches(data: ImageData, batch_size: int = 1000, *, channels_last: bool = False) -> Iterator[Batch]:
    """Each image of `data` once, in order, as `epoch_batches` gives them, without any randomness."""
    import torch

    batch_count(len(data), batch_size)
    scale, offset = _scale_and_offset(data.info, data.device)
    parts = zip(torch.split(data.images, batch_size), torch.split(data.labels, batch_size), strict=True)
    return ((_normalize(images, scale, offset, channels_last), labels) for images, labels in parts)


def batch_count(size: int, batch_size: int, *, drop_last: bool = False) -> int:
    """How many batches an epoch over `size` images has; DataError where it has none."""
    if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
        raise DataError(f"The batch size must be a whole number of at least 1, not {batch_size!r}.")
    if size == 0:
        raise DataError("There are no images to make batches of.")
    if drop_last and batch_size > size:
        raise DataError(
            f"The batch size {batch_size:,} is larger than the {size:,} images, and an incomplete batch "
            "is dropped; choose a smaller batch size."
        )
    return size // batch_size if drop_last else -(-size // batch_size)


def normalize(images: torch.Tensor, info: DatasetInfo, *, channels_last: bool = False) -> torch.Tensor:
    """`(x / 255 - mean) / std` in a new float32 tensor, for pixel values x of 0 to 255, `(N, C, H, W)`."""
    scale, offset = _scale_and_offset(info, images.device)
    return _normalize(images, scale, offset, channels_last)


def _batches(
    data: ImageData,
    parts: Sequence[torch.Tensor],
    augmentation: Sequence[Augmentation],
    generator: torch.Generator,
    channels_last: bool,
) -> Iterator[Batch]:
    scale, offset = _scale_and_offset(data.info, data.device)
    for indices in parts:
        images = data.images.index_select(0, indices)
        for augment in augmentation:
            images = augment(images, generator)
        yield _normalize(images, scale, offset, channels_last), data.labels.index_select(0, indices)


def _scale_and_offset(info: DatasetInfo, device: torch.device) -> Batch:
    """The two tensors `(C, 1, 1)` with `x * scale + offset == (x / 255 - mean) / std`."""
    import torch

    mean = torch.tensor(info.mean, dtype=torch.float64).view(-1, 1, 1)
    std = torch.tensor(info.std, dtype=torch.float64).view(-1, 1, 1)
    scale, offset = 1 / (255 * std), -mean / std
    return scale.to(device, torch.float32), offset.to(device, torch.float32)


def _normalize(images: torch.Tensor, scale: torch.Tensor, offset: torch.Tensor, channels_last: bool) -> torch.Tensor:
    import torch

    # Two passes in place beat one fused addcmul on the CPU: broadcasting `(C, 1, 1)` makes that one slow.
    x = images.to(torch.float32, copy=True).mul_(scale).add_(offset)
    # `to`, since `contiguous` leaves the strides of single-channel images as they are. Converting after
    # the arithmetic is 3 times as fast as doing it in channels-last order.
    return x.to(memory_format=torch.channels_last) if channels_last else x.contiguous()


def _epoch_seed(seed: int, epoch: int) -> int:
    """A seed for each pair; two runs whose seeds are neighbours share no epoch of the first million."""
    return (seed * 1_000_003 + epoch) % 2**63
