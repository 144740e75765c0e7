"""Weights for networks that are compared: drawn once, of a size that keeps the values of deep networks in range."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
import torch
from torch import nn

RANDOM = ("kaiming_uniform_", "kaiming_normal_", "xavier_uniform_", "uniform_", "normal_", "trunc_normal_")


@contextlib.contextmanager
def no_random_weights() -> Iterator[None]:
    """Spares the drawing of weights that a test replaces, which is most of what making a large network takes."""
    with pytest.MonkeyPatch.context() as patch:
        for name in RANDOM:
            patch.setattr(nn.init, name, lambda tensor, *_, **__: tensor)
        yield


def randomise(model: nn.Module) -> None:
    """Weights and statistics that differ everywhere."""
    generator = torch.Generator().manual_seed(0)
    for key, tensor in model.state_dict().items():
        if not tensor.is_floating_point():
            continue
        if tensor.dim() > 1:
            spread = (2 / tensor[0].numel()) ** 0.5
            tensor.normal_(0, spread, generator=generator)
        elif key.endswith(("weight", "running_var")):
            tensor.uniform_(0.5, 1, generator=generator)
        else:
            tensor.uniform_(-0.1, 0.1, generator=generator)
