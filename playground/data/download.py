"""Download a data set with torchvision: `python -m playground.data.download fashion_mnist`.

Everything happens in a temporary folder beside the destination, which one rename publishes at the end, so
that a data set is either whole or not there.
"""

from __future__ import annotations

import argparse
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from playground.data.availability import download_destination, is_available
from playground.data.errors import DataError
from playground.data.fetching import Mirror, fetch, unpack
from playground.data.folders import downloads_folder, shown
from playground.data.partial_folder import ARCHIVES, partial_folder, remove_stale_folders
from playground.data.registry import DATASETS, DatasetInfo, dataset_info

_SILENT_SECONDS = 30
"""For how long a server may send nothing before the download fails."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: prints one sentence, on success and on failure; 0 if the data set is there."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _exit)
    socket.setdefaulttimeout(_SILENT_SECONDS)
    try:
        mirror = Mirror(options.mirror, dict(options.md5)) if options.mirror else None
        folder = download(options.name, options.folder, mirror)
    except DataError as error:
        print(error)
        return 1
    except KeyboardInterrupt:
        print("The download was cancelled; nothing was kept.")
        return 130
    print(f"{dataset_info(options.name).label} is ready in {shown(folder)}.")
    return 0


def download(name: str, downloads: Path | None = None, mirror: Mirror | None = None) -> Path:
    """Fetch, unpack and check a data set, and return its folder; does nothing if it is there already.

    Raises DataError where there is nothing to download and for whatever goes wrong on the way, such as no
    network, a damaged file or a full disk; nothing is left behind then.
    """
    info = dataset_info(name)
    downloads = downloads or downloads_folder()
    destination = download_destination(info, downloads)
    if is_available(name, downloads=downloads):
        return destination
    try:
        remove_stale_folders(downloads, name)
        with partial_folder(downloads, name) as partial:
            fetch(info, partial / ARCHIVES, mirror)
            unpack(info, partial / ARCHIVES, partial / "unpacked")
            _publish(info, partial / "unpacked", destination)
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f"{info.label} cannot be saved in {shown(downloads)}: {reason}.") from error
    return destination


def _publish(info: DatasetInfo, unpacked: Path, destination: Path) -> None:
    try:
        unpacked.rename(destination)
    except OSError:
        # Another download of the same set was faster; its files are as good.
        if not is_available(info.name, downloads=destination.parent):
            raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m playground.data.download", description="Download a data set.")
    parser.add_argument("name", choices=[name for name, info in DATASETS.items() if not info.is_bundled])
    parser.add_argument("--folder", type=Path, help="where to put it (default: downloads)")
    parser.add_argument("--mirror", metavar="URL", help="fetch the files from this folder on the network")
    parser.add_argument(
        "--md5",
        metavar="FILE=MD5",
        type=_checksum,
        action="append",
        default=[],
        help="the checksum of a file of the mirror, where it is not the official one",
    )
    return parser


def _checksum(text: str) -> tuple[str, str]:
    file, separator, md5 = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form FILE=MD5")
    return file, md5


def _exit(*_: object) -> NoReturn:
    # As an exception, so that the temporary folder is removed on the way out.
    sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
