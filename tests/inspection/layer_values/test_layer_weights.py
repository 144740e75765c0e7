from __future__ import annotations

import numpy as np
import torch
from torch import nn

from playground.inspection.layer_values.layer_weights import kernel_images, layer_weights


def test_the_weights_are_all_parameters_but_the_biases() -> None:
    block = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
    assert torch.equal(layer_weights(block[0]), block[0].weight.flatten())
    assert layer_weights(block[1]).numel() == 0
    assert layer_weights(block).numel() == 0, "those of its layers are not its own"
    lstm = nn.LSTM(2, 3)
    assert layer_weights(lstm).numel() == lstm.weight_ih_l0.numel() + lstm.weight_hh_l0.numel()


def test_kernels_of_three_channels_are_colour_images() -> None:
    weight = nn.Conv2d(3, 5, (2, 4)).weight
    images = kernel_images(weight)
    assert images.shape == (5, 2, 4, 3)
    assert np.array_equal(images[3, 1, 2], weight[3, :, 1, 2].detach().numpy())


def test_other_kernels_are_grey() -> None:
    weight = nn.Conv2d(1, 6, 5).weight
    assert np.array_equal(kernel_images(weight), weight[:, 0].detach().numpy())
    weight = nn.Conv2d(4, 6, 5).weight
    assert np.array_equal(kernel_images(weight)[2 * 4 + 3], weight[2, 3].detach().numpy())
    assert kernel_images(nn.Conv1d(2, 3, 7).weight).shape == (6, 1, 7)
    assert kernel_images(nn.Conv3d(3, 2, (5, 4, 6)).weight).shape == (2 * 3 * 5, 4, 6)
