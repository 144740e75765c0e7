"""What cuBLAS takes for itself on CUDA."""

from __future__ import annotations

import torch

# PyTorch's default, :4096:2:16:8 in KiB, and that for Hopper (aten/src/ATen/cuda/CublasHandlePool.cpp).
_CUBLAS = (2 * 4096 + 8 * 16) * 1024
_CUBLAS_ON_HOPPER = 32 * 2**20


def cublas_workspace() -> int:
    """The bytes that cuBLAS takes for matrix products: by PyTorch's setting, or for a GPU that is not here."""
    if torch.cuda.is_available() and hasattr(torch.backends.cuda, "cublas_workspace_size"):
        return int(torch.backends.cuda.cublas_workspace_size())
    is_hopper = torch.cuda.is_available() and torch.cuda.get_device_capability()[0] == 9
    return _CUBLAS_ON_HOPPER if is_hopper else _CUBLAS
