"""Reader for IDX, the format MNIST is published in (https://yann.lecun.com/exdb/mnist/), packed with gzip.

An IDX file is two zero bytes, a byte for the element type (8: unsigned byte), a byte for the number of
dimensions, each dimension as a big-endian 32-bit integer, then the elements.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from playground.data.errors import DataError

if TYPE_CHECKING:
    import torch

_UNSIGNED_BYTE = 8


def read_idx(path: Path, *, shape: tuple[int, ...], md5: str) -> torch.Tensor:
    """The uint8 tensor in a gzip-packed IDX file of this shape and this checksum of the unpacked bytes.

    Raises DataError with the reason where the file is anything else.
    """
    import torch

    content = _unpack(path)
    _check_header(content, shape)
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
        raise DataError("its checksum is wrong")
    # A bytearray, because torch would warn about memory that it must not write to.
    return torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=_header_size(shape)).view(shape)


def _unpack(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise DataError("it is missing") from None
    except gzip.BadGzipFile as error:
        raise DataError(f"it is not a sound gzip file: {error}") from error
    except (EOFError, zlib.error) as error:
        raise DataError("it ends too early or its packed bytes are damaged") from error
    except OSError as error:
        raise DataError(f"it cannot be read: {error.strerror}") from error


def _check_header(content: bytes, shape: tuple[int, ...]) -> None:
    header = struct.pack(f">BBBB{len(shape)}I", 0, 0, _UNSIGNED_BYTE, len(shape), *shape)
    if content[: len(header)] != header:
        raise DataError(f"it is not an IDX file of unsigned bytes with the shape {shape}")
    expected = len(header) + math.prod(shape)
    if len(content) != expected:
        raise DataError(f"it has {len(content):,} bytes instead of {expected:,}")


def _header_size(shape: tuple[int, ...]) -> int:
    return 4 + 4 * len(shape)
