"""Data sets that torchvision reads: from a folder that a download has filled."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.data.errors import DataError
from playground.data.folders import shown
from playground.data.registry import DatasetInfo

if TYPE_CHECKING:
    import torch


def read_torchvision(info: DatasetInfo, root: Path, *, train: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Images `(N, C, H, W)` of uint8 and labels `(N,)` of int64 on the CPU.

    Raises DataError where the files under `root` are not the whole, sound data set.
    """
    import torch

    dataset = _open(info, root, train=train)
    images = torch.as_tensor(dataset.data)
    images = images.unsqueeze(1) if images.ndim == 3 else images.permute(0, 3, 1, 2)
    if info.transposed:
        images = images.transpose(2, 3)
    labels = torch.as_tensor(dataset.targets, dtype=torch.int64)
    count = info.size(train=train)
    if images.shape != (count, *info.image_shape) or labels.shape != (count,):
        raise _damaged(info, root)
    return images.contiguous(), labels


def dataset_class(info: DatasetInfo) -> Any:
    """torchvision's class for this data set."""
    import torchvision

    return getattr(torchvision.datasets, info.torchvision_class)


def _open(info: DatasetInfo, root: Path, *, train: bool) -> Any:
    try:
        return dataset_class(info)(root, train=train, **dict(info.torchvision_arguments))
    # What torchvision raises for a file that is cut off, damaged, gone, or of another kind.
    except (
        RuntimeError,
        OSError,
        ValueError,
        TypeError,
        AssertionError,
        EOFError,
        pickle.PickleError,
    ) as error:
        raise _damaged(info, root) from error


def _damaged(info: DatasetInfo, root: Path) -> DataError:
    return DataError(
        f"The files of {info.label} in {shown(root)} are damaged or incomplete; delete that folder and "
        "download the data set again."
    )
