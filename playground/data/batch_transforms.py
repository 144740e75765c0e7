"""What the augmentations do to a batch: plain functions of torch alone, which exported scripts contain as they are."""

import math

import torch
from torch.nn.functional import affine_grid, grid_sample, pad


def random_crop(images: torch.Tensor, generator: torch.Generator, padding: int) -> torch.Tensor:
    """Shift each image `(N, C, H, W)` by up to `padding` pixels either way; what comes in is black."""
    count, _, height, width = images.shape
    # All windows of the padded images, as a view: (N, C, 2p+1, 2p+1, H, W).
    windows = pad(images, [padding] * 4).unfold(2, height, 1).unfold(3, width, 1)
    top, left = torch.randint(2 * padding + 1, (2, count), generator=generator, device=images.device).unbind()
    return windows[torch.arange(count, device=images.device), :, top, left]


def random_horizontal_flip(images: torch.Tensor, generator: torch.Generator, p: float) -> torch.Tensor:
    """Mirror each image `(N, C, H, W)` left to right with probability `p`."""
    flipped = torch.rand(len(images), generator=generator, device=images.device) < p
    return torch.where(flipped.view(-1, 1, 1, 1), images.flip(3), images)


def random_rotation(images: torch.Tensor, generator: torch.Generator, degrees: float) -> torch.Tensor:
    """Turn each image `(N, C, H, W)` by up to `degrees` either way, bilinearly, as float32; corners turn black."""
    count, _, height, width = images.shape
    limit = math.radians(degrees)
    angle = (torch.rand(count, generator=generator, device=images.device) * 2 - 1) * limit
    cosine, sine, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    # Grid coordinates run from -1 to 1 in both directions, so the ratio of the sides keeps pixels square.
    first_row = torch.stack([cosine, -sine * (height / width), zero], dim=1)
    second_row = torch.stack([sine * (width / height), cosine, zero], dim=1)
    matrix = torch.stack([first_row, second_row], dim=1)
    grid = affine_grid(matrix, list(images.shape), align_corners=False)
    return grid_sample(images.to(torch.float32), grid, mode="bilinear", align_corners=False)
