"""A download in a process of its own, to start, watch and cancel."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Literal

from playground.data.availability import download_destination, is_available
from playground.data.fetching import Mirror
from playground.data.folders import PROJECT, downloads_folder
from playground.data.partial_folder import ARCHIVES, find_partial_folder
from playground.data.registry import DatasetInfo, dataset_info

Status = Literal["running", "finished", "failed", "cancelled"]

_PATIENCE_SECONDS = 5
"""How long a cancelled download may take to clean up before it is killed."""


def start_download(name: str, *, downloads: Path | None = None, mirror: Mirror | None = None) -> Download:
    """Start to download a data set into `downloads` (default: `downloads_folder()`), and return at once.

    If it is there already, the download just finishes. Raises DataError where there is nothing to download.
    """
    info = dataset_info(name)
    folder = (downloads or downloads_folder()).absolute()
    download_destination(info, folder)
    command = [sys.executable, "-m", "playground.data.download", name, "--folder", str(folder)]
    if mirror:
        command += ["--mirror", mirror.url]
        command += [f"--md5={file}={md5}" for file, md5 in mirror.checksums.items()]
    # The process prints one sentence at its end, which fits into the pipe; torchvision's bars are dropped.
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return Download(info, folder, process)


class Download:
    """A running or ended download; can be read at any time, on any thread."""

    def __init__(self, info: DatasetInfo, downloads: Path, process: subprocess.Popen[str]) -> None:
        self.info = info
        self._downloads = downloads
        self._process = process
        self._cancelled = False
        self._ending = threading.Lock()
        self._last_words: str | None = None

    @property
    def status(self) -> Status:
        """Where the download stands."""
        if self._process.poll() is None:
            return "running"
        self._end()
        if is_available(self.info.name, downloads=self._downloads):
            return "finished"
        return "cancelled" if self._cancelled else "failed"

    @property
    def progress(self) -> float:
        """The part that has been fetched, 0 to 1; below 1 until the data set can be used."""
        status = self.status
        if status != "running":
            return float(status == "finished")
        # Unpacking and checking are still to come when all bytes are there.
        return min(self._fetched_bytes() / self.info.download_size, 0.99)

    @property
    def message(self) -> str:
        """One sentence for a person: how far it is, or how it ended."""
        match self.status:
            case "running":
                total = self.info.download_size / 1e6
                return f"Downloading {self.info.label}: {self._fetched_bytes() / 1e6:.1f} of {total:.1f} MB."
            case "cancelled":
                return f"The download of {self.info.label} was cancelled; nothing was kept."
            case "finished":
                return f"{self.info.label} is ready."
            case "failed":
                return self._last_words or (
                    f"The download of {self.info.label} ended unexpectedly "
                    f"(exit code {self._process.returncode}); start it again."
                )

    def cancel(self) -> None:
        """Stop the download and remove what it has fetched; does nothing once it has ended."""
        if self._process.poll() is None:
            self._cancelled = True
            self._process.terminate()
            try:
                self._process.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._end()

    def _end(self) -> None:
        """Once, after the process has ended: keep its sentence, and clean up where it was killed."""
        with self._ending:
            if self._last_words is None:
                self._last_words = self._process.communicate()[0].strip()
                left_over = self._partial_folder()
                if left_over:
                    shutil.rmtree(left_over, ignore_errors=True)

    def _fetched_bytes(self) -> int:
        partial = self._partial_folder()
        if partial is None:
            return 0
        return sum(_size(partial / ARCHIVES / file.name) for file in self.info.downloads)

    def _partial_folder(self) -> Path | None:
        return find_partial_folder(self._downloads, self.info.name, self._process.pid)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
