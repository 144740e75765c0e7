"""Fetch the files of a data set over the network, from where torchvision knows them or from a mirror."""

from __future__ import annotations

import gzip
import http.client
import ssl
import tarfile
import urllib.error
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playground.data.errors import DataError
from playground.data.registry import DatasetInfo
from playground.data.torchvision_sets import dataset_class, read_torchvision


@dataclass(frozen=True)
class Mirror:
    """Another place to fetch the files of a data set from, such as one inside a company's network.

    `url` is the address of the folder that holds the files, by their usual names. `checksums` (file name to
    md5) replace the official ones where the mirror has packed the same content anew.
    """

    url: str
    checksums: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme not in ("http", "https"):
            raise DataError(f"A mirror's address must begin with http:// or https://, not {self.url!r}.")


def fetch(info: DatasetInfo, archives: Path, mirror: Mirror | None = None) -> None:
    """Fetch each file of the data set into the folder `archives`, its checksum verified.

    Raises DataError with the reason where no server gives one of the files, OSError where one cannot be
    written.
    """
    for source in _sources(info, mirror):
        _fetch_file(info, source, archives)


def unpack(info: DatasetInfo, archives: Path, root: Path) -> None:
    """Unpack the fetched files into `root` as torchvision expects them there, and read them once as a check.

    Raises DataError where they are not the data set, OSError where they cannot be written.
    """
    target = root / info.unpack_folder
    target.mkdir(parents=True)
    try:
        for file in info.downloads:
            _unpack_file(info, archives / file.name, target)
        for train in (True, False):
            read_torchvision(info, root, train=train)
    except (DataError, *_UNPACKING_ERRORS) as error:
        raise DataError(
            f"{info.label} cannot be used: what the server sent is not this data set; try another mirror."
        ) from error


@dataclass(frozen=True)
class _Source:
    """A file, its checksum, and the addresses of the folders that have it."""

    file: str
    md5: str
    folders: tuple[str, ...]


_NETWORK_ERRORS = (
    urllib.error.URLError,
    http.client.HTTPException,
    TimeoutError,
    ConnectionError,
    ssl.SSLError,
)
_UNPACKING_ERRORS = (
    EOFError,
    KeyError,
    zlib.error,
    gzip.BadGzipFile,
    tarfile.TarError,
    zipfile.BadZipFile,
)


def _sources(info: DatasetInfo, mirror: Mirror | None) -> list[_Source]:
    sources = _official_sources(info)
    if mirror is None:
        return sources
    folder = mirror.url.rstrip("/") + "/"
    return [_Source(source.file, mirror.checksums.get(source.file, source.md5), (folder,)) for source in sources]


def _official_sources(info: DatasetInfo) -> list[_Source]:
    dataset = dataset_class(info)
    match info.torchvision_class:
        case "EMNIST":
            return [_single_source(dataset.url, dataset.md5)]
        case "CIFAR10":
            return [_single_source(dataset.url, dataset.tgz_md5)]
        case _:
            return [_Source(file, md5, tuple(dataset.mirrors)) for file, md5 in dataset.resources]


def _single_source(url: str, md5: str) -> _Source:
    folder, _, file = url.rpartition("/")
    return _Source(file, md5, (f"{folder}/",))


def _fetch_file(info: DatasetInfo, source: _Source, archives: Path) -> None:
    """Fetch the file from the first server that has it; DataError with the last one's reason if none does."""
    from torchvision.datasets.utils import download_url

    for folder in source.folders:
        try:
            download_url(folder + source.file, archives, md5=source.md5)
            return
        # torchvision says with a RuntimeError that the checksum is wrong.
        except (*_NETWORK_ERRORS, RuntimeError) as error:
            failure, reason = error, _reason(error, urlsplit(folder).hostname)
    raise DataError(f"{info.label} cannot be downloaded: {reason}.") from failure


def _reason(error: Exception, host: str | None) -> str:
    match error:
        case urllib.error.HTTPError():
            return f"the server {host} answers {error.code} ({error.reason}); try again later"
        case RuntimeError():
            return f"the server {host} sends a damaged file (its checksum is wrong); try again later"
        case TimeoutError() | http.client.HTTPException():
            return f"the server {host} stopped answering; try again later"
        case _:
            return f"the server {host} cannot be reached; check the network connection and try again"


def _unpack_file(info: DatasetInfo, archive: Path, target: Path) -> None:
    from torchvision.datasets.utils import extract_archive

    if archive.suffix == ".zip":
        for packed in _extract_wanted(info, archive):
            extract_archive(packed, target)
    else:
        extract_archive(archive, target)


def _extract_wanted(info: DatasetInfo, archive: Path) -> list[Path]:
    """The packed files of this data set only: EMNIST's archive holds five more splits, 1.7 GB unpacked."""
    with zipfile.ZipFile(archive) as opened:
        members = [f"gzip/{Path(file).name}.gz" for file in info.files]
        return [Path(opened.extract(member, archive.parent)) for member in members]
