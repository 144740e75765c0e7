"""Transforms that count in pixels, made for a reduced picture so that it looks as the full one does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

    from playground.images.augmentation.transform import Transform


def scale(module: nn.Module, transform: Transform, factor: float, size: tuple[int, int]) -> None:
    """Make what is counted in pixels of the full image count in pixels of the reduced one."""
    if factor == 1 or transform.type not in _SCALES:
        return
    _SCALES[transform.type](module, factor, size)


def _scale_blur(module: Any, factor: float, _size: tuple[int, int]) -> None:
    kernels = list(module.kernel_size)

    def transform(image: Any, drawn: dict[str, Any]) -> Any:
        from torchvision.transforms.v2 import functional

        smaller = [2 * round((kernel - 1) / 2 / factor) + 1 for kernel in kernels]
        return functional.gaussian_blur(image, smaller, [sigma / factor for sigma in drawn["sigma"]])

    module.transform = transform


def _scale_noise(module: Any, factor: float, _size: tuple[int, int]) -> None:
    # The mean of n independent values spreads less, by the root of n.
    module.sigma = module.sigma / factor


def _scale_elastic(module: Any, factor: float, size: tuple[int, int]) -> None:
    """The same displacement, from the same draws: averaged to the reduced size before it is smoothed."""
    import torch
    from torchvision.transforms.v2 import functional, query_size

    def make_params(flat_inputs: list[Any]) -> dict[str, Any]:
        small = query_size(flat_inputs)
        parts = []
        for alpha, sigma, length in zip(module.alpha, module.sigma, reversed(size), strict=True):
            drawn = torch.nn.functional.interpolate(torch.rand(1, 1, *size), small, mode="area") * 2 - 1
            if sigma > 0:
                kernel = 2 * int(4 * sigma / factor + 0.5) + 1
                drawn = functional.gaussian_blur(drawn, [kernel, kernel], [each / factor for each in module.sigma])
            parts.append(drawn * alpha / length)
        return {"displacement": torch.concat(parts, 1).permute([0, 2, 3, 1])}

    module.make_params = make_params


def _scale_mixture(module: Any, factor: float, size: tuple[int, int]) -> None:
    """Shifts are drawn, and told, in pixels of the full image."""
    operate = module._apply_image_or_video_transform

    def in_full(magnitudes: Callable[[int, int, int], Any]) -> Callable[[int, int, int], Any]:
        return lambda bins, _height, _width: magnitudes(bins, *size)

    def apply(image: Any, transform_id: str, magnitude: float, **settings: Any) -> Any:
        return operate(
            image, transform_id, magnitude / factor if "Translate" in transform_id else magnitude, **settings
        )

    for space in ("_AUGMENTATION_SPACE", "_PARTIAL_AUGMENTATION_SPACE"):
        operations = getattr(module, space)
        setattr(module, space, {name: (in_full(each), signed) for name, (each, signed) in operations.items()})
    module._apply_image_or_video_transform = apply


_SCALES: dict[str, Callable[[Any, float, tuple[int, int]], None]] = {
    "GaussianBlur": _scale_blur,
    "GaussianNoise": _scale_noise,
    "ElasticTransform": _scale_elastic,
    "AugMix": _scale_mixture,
}
