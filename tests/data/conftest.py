"""What the tests of `playground.data` share: MNIST as loaded, and small made-up data."""

from __future__ import annotations

import dataclasses
import gzip
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import settings

from playground.data import DATASETS, ImageData, load

# How long an example takes says nothing here: the first use of torch and a busy machine are slow.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture(scope="session")
def mnist_test() -> ImageData:
    return load("mnist", train=False)


def made_up_data(count: int, shape: tuple[int, int, int] = (1, 4, 5), seed: int = 0) -> ImageData:
    """Random images whose labels are their own indices, so that a batch says where it came from."""
    channels = shape[0]
    info = dataclasses.replace(
        DATASETS["mnist"],
        image_shape=shape,
        classes=tuple(map(str, range(count))),
        mean=tuple(0.1 + 0.2 * channel for channel in range(channels)),
        std=tuple(0.4 - 0.1 * channel for channel in range(channels)),
    )
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, *shape), dtype=torch.uint8, generator=generator)
    return ImageData(images, torch.arange(count), info)


def idx_bytes(array: np.ndarray) -> bytes:
    """An IDX file of unsigned bytes, not packed."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def write_idx_gz(path: Path, array: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(idx_bytes(array), compresslevel=1))


def numbered_images(count: int) -> np.ndarray:
    """`(count, 28, 28)` uint8, packing well; no two neighbours are equal, nor is one its own transpose."""
    return ((np.arange(count)[:, None] + np.arange(784)) % 251).astype(np.uint8).reshape(count, 28, 28)


def damaged_copy(source: Path, target: Path, how: str) -> None:
    """Copy an asset, damaged in one of the ways in which files get damaged; see `DAMAGES`."""
    content = source.read_bytes()
    middle = len(content) // 2
    match how:
        case "flipped byte":
            target.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        case "truncated":
            target.write_bytes(content[:middle])
        case "empty":
            target.write_bytes(b"")
        case "not gzip":
            target.write_bytes(gzip.decompress(content))
        case "changed pixel":
            pixels = bytearray(gzip.decompress(content))
            pixels[-1] ^= 1
            target.write_bytes(gzip.compress(bytes(pixels), compresslevel=1))
        case "longer":
            target.write_bytes(gzip.compress(gzip.decompress(content) + b"\0", compresslevel=1))
        case "other shape":
            target.write_bytes(gzip.compress(idx_bytes(np.zeros((3, 28, 28), np.uint8))))
        case "wrong deflate":
            target.write_bytes(content[:10] + zlib.compress(b"x" * 100))
        case "folder":
            target.mkdir()
        case "missing":
            pass
        case _:
            raise ValueError(how)


DAMAGES = (
    "flipped byte",
    "truncated",
    "empty",
    "not gzip",
    "changed pixel",
    "longer",
    "other shape",
    "wrong deflate",
    "folder",
    "missing",
)
