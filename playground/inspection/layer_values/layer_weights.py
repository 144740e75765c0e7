"""The weights of a layer: all that it has itself, for a histogram, and a convolution's kernels as images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import nn


def layer_weights(module: nn.Module) -> torch.Tensor:
    """All weights of the layer itself, not of layers in it, in one dimension; biases are no weights."""
    parameters = module.named_parameters(recurse=False)
    weights = [parameter.detach().flatten() for name, parameter in parameters if "bias" not in name]
    return torch.cat(weights) if len(weights) > 1 else next(iter(weights), torch.empty(0))


def kernel_images(weight: torch.Tensor) -> NDArray[np.float32]:
    """A convolution's weight `(out, in, H, W)` as images `(out, H, W, 3)` if it reads three channels.

    Else each kernel is a grey image, `(out * in, H, W)`, those of one output after each other. The weight may have
    one or three dimensions in place of H and W: one becomes a row, of three each slice is an image.
    """
    kernels = weight.detach().float()
    if kernels.dim() == 3:
        kernels = kernels.unsqueeze(2)
    if kernels.dim() == 4 and kernels.shape[1] == 3:
        images: NDArray[np.float32] = kernels.permute(0, 2, 3, 1).contiguous().numpy()
        return images
    grey: NDArray[np.float32] = kernels.reshape(-1, *kernels.shape[-2:]).contiguous().numpy()
    return grey
