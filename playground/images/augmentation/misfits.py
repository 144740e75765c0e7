"""What a transform cannot work on, told before torchvision is asked, with pipelines that can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PIL import Image

from playground.images.augmentation.output_sizes import four_sides, pair
from playground.images.augmentation.transform import Transform, transform_type
from playground.images.errors import PipelineError, PipelineFix

if TYPE_CHECKING:
    from playground.images.augmentation.pipeline import Pipeline

_SMALLER, _LONGEST = 512, 3_000


def input_misfit(pipeline: Pipeline, index: int, image: Any) -> PipelineError | None:
    """The error if the transform needs a tensor and is given something else; the fixes put ToImage before it."""
    name = pipeline.transforms[index].type
    needs = transform_type(name).needs
    first = first_image(image)
    is_picture = isinstance(first, Image.Image)
    if needs == "image" or (not is_picture and (needs == "tensor" or first.is_floating_point())):
        return None
    before = (Transform("ToImage"),) if is_picture else ()
    if needs == "floats":
        before = (*before, Transform("ToDtype", dtype="float32", scale=True))
    names = " and ".join(transform.type for transform in before)
    given = "a Pillow image" if is_picture else "a tensor of whole numbers"
    return PipelineError(
        f"{name} needs {'a tensor' if needs == 'tensor' else 'a tensor of floats'}, and it is given {given}.",
        index,
        (PipelineFix(f"Put {names} before it", _with(pipeline, index, before)),),
    )


def first_image(image: Any) -> Any:
    """The image, or the first of several, each of which may be several again."""
    while isinstance(image, tuple):
        image = image[0]
    return image


def crop_misfit(pipeline: Pipeline, index: int, size: tuple[int, int]) -> PipelineError | None:
    """The error if a crop is larger than the image of `size`; the fixes pad the image, or resize it first."""
    transform = pipeline.transforms[index]
    if transform.type not in ("RandomCrop", "FiveCrop", "TenCrop"):
        return None
    values = transform.all_parameters
    height, width = size
    if transform.type == "RandomCrop":
        if values["pad_if_needed"]:
            return None
        left, top, right, bottom = four_sides(values["padding"] or 0)
        height, width = height + top + bottom, width + left + right
    crop_height, crop_width = pair(values["size"])
    if crop_height <= height and crop_width <= width:
        return None
    return PipelineError(
        f"{transform.type} cuts out {crop_height:,} × {crop_width:,} pixels (height × width), and the image has only "
        f"{height:,} × {width:,}.",
        index,
        (_padding(pipeline, index, (crop_height - height, crop_width - width)), _resizing(pipeline, index)),
    )


def size_fixes(pipeline: Pipeline, index: int) -> tuple[PipelineFix, ...]:
    """Pipelines in which the transform at `index`, which makes too many pixels, makes fewer."""
    transform = pipeline.transforms[index]
    values: Mapping[str, Any] = transform.all_parameters
    grows = transform.type == "RandomRotation" or (
        transform.type == "RandomZoomOut" and _SMALLER * max(values["side_range"]) < _LONGEST
    )
    if grows:
        return (
            PipelineFix(
                f"Resize the shorter side to {_SMALLER} first",
                _with(pipeline, index, (Transform("Resize", size=_SMALLER),)),
            ),
        )
    side = values.get("size")
    if transform.type == "Resize" and isinstance(side, int) and side < _LONGEST:
        square = Transform("Resize", size=(side, side), interpolation=values["interpolation"])
        return (PipelineFix(f"Resize to a square of {side} × {side}", _with(pipeline, index, (), square)),)
    return ()


def _padding(pipeline: Pipeline, index: int, missing: tuple[int, int]) -> PipelineFix:
    transform = pipeline.transforms[index]
    if transform.type == "RandomCrop":
        return PipelineFix(
            "Pad the image to the crop", _with(pipeline, index, (), transform.with_parameters(pad_if_needed=True))
        )
    across, along = ((max(0, pixels) + 1) // 2 for pixels in reversed(missing))
    return PipelineFix(
        "Pad the image to the crop", _with(pipeline, index, (Transform("Pad", padding=(across, along)),))
    )


def _resizing(pipeline: Pipeline, index: int) -> PipelineFix:
    side = max(pair(pipeline.transforms[index].all_parameters["size"]))
    return PipelineFix(
        f"Resize the shorter side to {side} first", _with(pipeline, index, (Transform("Resize", size=side),))
    )


def _with(pipeline: Pipeline, index: int, before: tuple[Transform, ...], changed: Transform | None = None) -> Pipeline:
    """The pipeline with some transforms before the one at `index`, which may be changed."""
    transforms = pipeline.transforms
    return type(pipeline)((*transforms[:index], *before, changed or transforms[index], *transforms[index + 1 :]))
