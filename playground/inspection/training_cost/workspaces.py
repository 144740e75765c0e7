"""What the libraries below PyTorch take for themselves: oneDNN on the CPU, cuBLAS on CUDA."""

from __future__ import annotations

from typing import Any

import torch

from playground.inspection.training_cost.onednn_lstm import lstm_copies

# PyTorch's default, :4096:2:16:8 in KiB, and that for Hopper (aten/src/ATen/cuda/CublasHandlePool.cpp).
_CUBLAS = (2 * 4096 + 8 * 16) * 1024
_CUBLAS_ON_HOPPER = 32 * 2**20


def onednn_copies(func: Any, args: Any, result: Any) -> int:
    """The bytes that oneDNN takes for the time of a convolution or of a layer of an LSTM, 0 for other operations."""
    return blocked_copies(func, args, result) + lstm_copies(func, args, result)


def blocked_copies(func: Any, args: Any, result: Any) -> int:
    """The bytes of the copies that oneDNN makes for the time of a convolution, 0 for other operations.

    It computes on channels in blocks of 16 (with AVX-512) or 8, so that a feature map of 6 channels takes the
    room of 16. Forward that is a copy of the output, backward of the output's gradient and of the input, or of
    both gradients. Seen in the allocations of torch 2.15 for tensors that are not channels_last.
    """
    if func is torch.ops.aten.convolution.default:
        return _blocked(result)
    if func is torch.ops.aten.convolution_backward.default:
        output_gradient, values, _ = args[:3]
        return _blocked(output_gradient) + max(_blocked(values), _blocked(result[0]) - _bytes(result[0]))
    return 0


def cublas_workspace() -> int:
    """The bytes that cuBLAS takes for matrix products: by PyTorch's setting, or for a GPU that is not here."""
    if torch.cuda.is_available() and hasattr(torch.backends.cuda, "cublas_workspace_size"):
        return int(torch.backends.cuda.cublas_workspace_size())
    is_hopper = torch.cuda.is_available() and torch.cuda.get_device_capability()[0] == 9
    return _CUBLAS_ON_HOPPER if is_hopper else _CUBLAS


def _blocked(tensor: torch.Tensor | None) -> int:
    if tensor is None or tensor.dim() < 3 or tensor.shape[1] == 1:
        return 0
    block = 16 if "AVX512" in torch.backends.cpu.get_cpu_capability() else 8
    channels = tensor.shape[1]
    return _bytes(tensor) // channels * (-(-channels // block) * block)


def _bytes(tensor: torch.Tensor | None) -> int:
    return 0 if tensor is None else tensor.numel() * tensor.element_size()
