"""What a convolution on the CPU takes for the time that it runs, by the implementation that PyTorch chooses for it.

PyTorch's own kernels lay images out as columns, one for each position of the kernel, which is known to the byte
(aten/src/ATen/native/{ConvolutionMM2d,ConvolutionMM3d,NaiveDilatedConvolution,NaiveConvolutionTranspose2d}.cpp, 2.15).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from playground.inspection.training_cost.convolution import Convolution
from playground.inspection.training_cost.onednn_convolution import onednn_backward, onednn_forward
from playground.inspection.training_cost.workspace import Workspace, exactly

# at::native::ConvBackend (aten/src/ATen/native/ConvUtils.h); its Python enumeration lacks a name for the second.
_ONEDNN = (8, 9)
_OF_BATCH = ("Slow2d", "Slow3d")
_TRANSPOSED = ("SlowTranspose2d", "SlowTranspose3d")
_OF_IMAGE = ("SlowDilated2d", "SlowDilated3d")


def convolution_workspace(func: Any, args: Any, result: Any) -> Workspace:
    """What a convolution or its backward pass takes while it runs."""
    if func is torch.ops.aten.convolution.default:
        return _forward(Convolution(args[0], args[1], result, *args[3:9]))
    return _backward(Convolution(args[1], args[2], args[0], *args[4:10]), result)


def _forward(convolution: Convolution) -> Workspace:
    backend = _backend(convolution)
    if int(backend) in _ONEDNN:
        return onednn_forward(convolution)
    if backend.name not in (*_OF_BATCH, *_TRANSPOSED, *_OF_IMAGE):
        return Workspace(0, None)
    images = 1 if backend.name in _OF_IMAGE else len(convolution.values)
    return exactly(_in_groups(convolution, [convolution.values], [convolution.output], images))


def _backward(convolution: Convolution, gradients: list[torch.Tensor | None]) -> Workspace:
    backend = _backend(convolution)
    if int(backend) in _ONEDNN:
        return onednn_backward(convolution, gradients[0])
    if backend.name not in (*_OF_BATCH, *_TRANSPOSED, *_OF_IMAGE):
        return Workspace(0, None)
    images = len(convolution.values) if backend.name in _OF_BATCH else 1
    columns = _in_groups(convolution, [convolution.values, convolution.output], gradients[:2], images)
    is_summed = gradients[2] is not None and backend.name not in _OF_IMAGE
    return exactly(max(columns, _for_bias(convolution) if is_summed else 0))


def _backend(convolution: Convolution) -> Any:
    """The implementation for these sizes, on this processor, with this number of threads."""
    return torch._C._select_conv_backend(
        convolution.values,
        convolution.weight,
        bias=None,
        bias_sizes=None,
        stride=convolution.stride,
        padding=convolution.padding,
        dilation=convolution.dilation,
        transposed=convolution.transposed,
        output_padding=convolution.output_padding,
        groups=convolution.groups,
    )


def _in_groups(
    convolution: Convolution, taken: list[torch.Tensor], given: list[torch.Tensor | None], images: int
) -> int:
    """The columns of so many images; with groups, copies of each group's part and of all parts of what is given."""
    is_column = convolution.is_pointwise and not convolution.is_strided and not any(convolution.padding)
    columns = 0 if is_column and not convolution.transposed else convolution.columns * images
    if convolution.groups == 1:
        return columns
    return max(columns + _bytes(taken) // convolution.groups, _bytes(given))


def _for_bias(convolution: Convolution) -> int:
    """What a sum in float32 for the gradient of the bias takes more than that of the weight, which comes after it."""
    gradient, groups = convolution.output, convolution.groups
    if gradient.element_size() == 4 or gradient.shape[1] == groups:
        return 0
    return (4 * gradient.numel() - convolution.weight.nbytes) // groups


def _bytes(tensors: Iterable[torch.Tensor | None]) -> int:
    return sum(each.nbytes for each in tensors if each is not None)
