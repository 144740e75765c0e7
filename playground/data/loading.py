"""Load a data set into one tensor on a device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from playground.data.availability import dataset_folder, is_available
from playground.data.errors import DataError
from playground.data.folders import shown
from playground.data.image_data import ImageData
from playground.data.mnist import read_mnist
from playground.data.registry import DatasetInfo, dataset_info
from playground.data.torchvision_sets import read_torchvision

if TYPE_CHECKING:
    import torch


def load(
    name: str,
    *,
    train: bool,
    device: str | torch.device = "cpu",
    assets: Path | None = None,
    downloads: Path | None = None,
) -> ImageData:
    """The whole training or test set, resident on `device`: images `(N, C, H, W)` uint8, labels `(N,)` int64.

    `assets` and `downloads` stand in for the folders `assets/mnist` and `downloads`.
    Raises DataError for an unknown name, a data set that is not downloaded yet, and damaged files.
    """
    import torch

    info = dataset_info(name)
    if info.is_bundled:
        images, labels = read_mnist(train=train, assets=assets)
        images = images.unsqueeze(1)
    else:
        images, labels = read_torchvision(info, _downloaded(info, downloads), train=train)
    return ImageData(images.to(device), labels.to(device, torch.int64), info)


def _downloaded(info: DatasetInfo, downloads: Path | None) -> Path:
    root = dataset_folder(info, downloads)
    if not is_available(info.name, downloads=downloads):
        raise DataError(
            f"{info.label} is not in {shown(root)}; download it first "
            f"({info.download_size / 1e6:.0f} MB): python -m playground.data.download {info.name}"
        )
    return root
