"""Whether the files of a data set are there, and where."""

from __future__ import annotations

from pathlib import Path

from playground.data.errors import DataError
from playground.data.folders import downloads_folder, shown
from playground.data.mnist import missing_files
from playground.data.registry import DatasetInfo, dataset_info


def is_available(name: str, *, assets: Path | None = None, downloads: Path | None = None) -> bool:
    """Whether the files of a data set are there, so that `load` needs no download; does not read them."""
    info = dataset_info(name)
    if info.is_bundled:
        return not missing_files(assets)
    root = dataset_folder(info, downloads)
    return all((root / file).is_file() for file in info.files)


def dataset_folder(info: DatasetInfo, downloads: Path | None = None) -> Path:
    """The folder that a download fills, and that torchvision takes as its root."""
    return (downloads or downloads_folder()) / info.name


def download_destination(info: DatasetInfo, downloads: Path) -> Path:
    """The folder that a download of the data set makes or has made; DataError where it must not make it."""
    if info.is_bundled:
        raise DataError(f"{info.label} comes with the playground; there is nothing to download.")
    destination = dataset_folder(info, downloads)
    if destination.exists() and not is_available(info.name, downloads=downloads):
        raise DataError(f"{shown(destination)} is not a whole {info.label}; delete it and try again.")
    return destination
