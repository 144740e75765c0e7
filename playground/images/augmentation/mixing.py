"""MixUp and CutMix: what they make of a batch of images, and of its labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps

from playground.images.augmentation.application import check_seed
from playground.images.augmentation.drawn_numbers import Drawn
from playground.images.augmentation.transform import Transform, transform_type
from playground.images.augmentation.transform_modules import build
from playground.images.errors import ImageError

if TYPE_CHECKING:
    from playground.images.augmentation.regions import Polygon


@dataclass(frozen=True, eq=False)
class Mixed:
    """A mixed batch: its pictures; `labels[i][j]` is the share of image j in picture i; what was drawn, and where.

    `share` is that of each image itself; the rest is its neighbour's, the image before it.
    """

    pictures: tuple[Image.Image, ...]
    labels: tuple[tuple[float, ...], ...]
    share: float
    drawn: tuple[Drawn, ...]
    regions: tuple[Polygon, ...]


def mixed(transform: Transform, images: Sequence[Image.Image], seed: int, side: int = 224) -> Mixed:
    """What MixUp or CutMix makes of a batch of these images, each cut and resized to `side` x `side` pixels.

    The pixels are those that torchvision gives after `torch.manual_seed(seed)` for the batch `(N, 3, side, side)` of
    uint8 as float32 from 0 to 1. Raises ImageError for another transform, or fewer than two images.
    """
    import torch
    from torchvision.transforms.v2 import functional

    from playground.images.augmentation.private_random import PrivateRandomness

    check_seed(seed)
    if transform_type(transform.type).work != "batch":
        raise ImageError(f"{transform.type} does not mix a batch; MixUp and CutMix do.")
    if len(images) < 2:
        raise ImageError("Mixing takes two images or more; choose another one as well.")
    batch = torch.stack([functional.to_dtype(functional.to_image(each), scale=True) for each in squares(images, side)])
    module: Any = build(transform)
    module.num_classes = len(images)
    found = _watched(module)
    with PrivateRandomness(seed):
        outputs, labels = module(batch, torch.arange(len(images)))
    share = found["lam" if "lam" in found else "lam_adjusted"]
    box = found.get("box")
    return Mixed(
        tuple(functional.to_pil_image(each) for each in outputs),
        tuple(tuple(row) for row in labels.tolist()),
        share,
        _drawn(share, box),
        _regions(box),
    )


def _watched(module: Any) -> dict[str, Any]:
    """Where the module writes what it draws."""
    found: dict[str, Any] = {}
    draw = module.make_params

    def make_params(flat_inputs: list[Any]) -> dict[str, Any]:
        found.update(draw(flat_inputs))
        return dict(found)

    module.make_params = make_params
    return found


def squares(images: Sequence[Image.Image], side: int) -> tuple[Image.Image, ...]:
    """The middle of each image as a square in RGB, so that they can be one batch."""
    return tuple(ImageOps.fit(each.convert("RGB"), (side, side), Image.Resampling.BILINEAR) for each in images)


def _drawn(share: float, box: tuple[int, int, int, int] | None) -> tuple[Drawn, ...]:
    shares = Drawn("share of the image", f"{share:.0%}"), Drawn("share of its neighbour", f"{1 - share:.0%}")
    if box is None:
        return shares
    left, top, right, bottom = box
    return (*shares, Drawn("at", f"({left}, {top})"), Drawn("size", f"{bottom - top} × {right - left}"))


def _regions(box: tuple[int, int, int, int] | None) -> tuple[Polygon, ...]:
    if box is None:
        return ()
    left, top, right, bottom = box
    return (((left, top), (right, top), (right, bottom), (left, bottom)),)
