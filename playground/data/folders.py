"""Where data sets lie on the disk."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MNIST_ASSETS = PROJECT / "assets" / "mnist"


def downloads_folder() -> Path:
    """The folder of downloaded data sets: `PLAYGROUND_DOWNLOADS`, else `downloads/` in the project."""
    return Path(os.environ.get("PLAYGROUND_DOWNLOADS") or PROJECT / "downloads").absolute()


def shown(path: Path) -> str:
    """The path as a person should read it: relative to the project where it lies inside."""
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)
