"""The bundled MNIST: four IDX files, read straight from the assets with their checksums verified."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from playground.data.errors import DataError
from playground.data.folders import MNIST_ASSETS, shown
from playground.data.idx import read_idx

if TYPE_CHECKING:
    import torch

# md5 of the unpacked files; assets/mnist/README.md lists the same.
_CHECKSUMS = {
    "train-images-idx3-ubyte.gz": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte.gz": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte.gz": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte.gz": "27ae3e4e09519cfbb04c329615203637",
}


def read_mnist(*, train: bool, assets: Path | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Images `(N, 28, 28)` and labels `(N,)` of MNIST, both uint8 on the CPU.

    They are read once a process and shared: do not change them in place.
    Raises DataError that names the file and how to restore it where one is missing or damaged.
    """
    folder = assets or MNIST_ASSETS
    part, count = ("train", 60_000) if train else ("t10k", 10_000)
    images = _read(folder / f"{part}-images-idx3-ubyte.gz", (count, 28, 28))
    labels = _read(folder / f"{part}-labels-idx1-ubyte.gz", (count,))
    return images, labels


@functools.cache
def _read_once(path: Path, shape: tuple[int, ...], _modified: int) -> torch.Tensor:
    return read_idx(path, shape=shape, md5=_CHECKSUMS[path.name])


def missing_files(assets: Path | None = None) -> list[str]:
    """The names of the asset files that are not there."""
    folder = assets or MNIST_ASSETS
    return [name for name in _CHECKSUMS if not (folder / name).is_file()]


def _read(path: Path, shape: tuple[int, ...]) -> torch.Tensor:
    try:
        return _read_once(path, shape, path.stat().st_mtime_ns if path.exists() else 0)
    except DataError as error:
        raise DataError(
            f"The MNIST file {shown(path)} cannot be used because {error}; restore it with "
            "`git restore assets/mnist` or from a fresh copy of the project."
        ) from error
