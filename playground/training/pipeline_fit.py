"""Whether a pipeline suits the images of a data set: a network takes them in one size, with and without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PIL import Image

from playground.images import TRANSFORMS, ImageError, Pipeline, PipelineError, PipelineFix, Transform

_MODES = {1: "L", 3: "RGB"}
_CHANNELS = {"L": "1 channel", "RGB": "3 channels"}
# Kinds of transforms after which there is no single image.
_NO_IMAGE = ("tensor", "several")
# Some pipelines give another size only now and then.
_DRAWS = 8
# A fix can show the next misfit: a size, then channels.
_MOST_STEPS = 5


@dataclass(frozen=True)
class PipelineMisfit:
    """Why images cannot be trained on after a pipeline, as one sentence, and pipelines with which they can."""

    message: str
    fixes: tuple[PipelineFix, ...] = ()


def check_pipeline(pipeline: Pipeline, image_shape: tuple[int, ...]) -> PipelineMisfit | None:
    """What keeps a pipeline from augmenting training images `(C, H, W)`; None if nothing does.

    It has to give images of the same size and channels, since test images do not go through it. After each of the
    fixes nothing does.
    """
    misfit = _first_misfit(pipeline, image_shape)
    if misfit is None:
        return None
    fixes = (_completed(fix, image_shape, _MOST_STEPS) for fix in misfit.fixes)
    return replace(misfit, fixes=tuple(fix for fix in fixes if fix))


def _completed(fix: PipelineFix, image_shape: tuple[int, ...], steps: int) -> PipelineFix | None:
    """The fix together with the first fix of each misfit that shows up next; None if that does not make it suit."""
    misfit = _first_misfit(fix.pipeline, image_shape)
    if misfit is None:
        return fix
    if not misfit.fixes or steps == 0:
        return None
    following = misfit.fixes[0]
    both = PipelineFix(f"{fix.text} and {following.text}", following.pipeline)
    return _completed(both, image_shape, steps - 1)


def _first_misfit(pipeline: Pipeline, image_shape: tuple[int, ...]) -> PipelineMisfit | None:
    if not pipeline.enabled:
        return None
    channels, height, width = image_shape
    image = Image.new(_MODES[channels], (width, height))
    for seed in range(_DRAWS):
        misfit = _misfit(pipeline, image, seed)
        if misfit:
            return misfit
    return None


def _misfit(pipeline: Pipeline, image: Image.Image, seed: int) -> PipelineMisfit | None:
    try:
        output = pipeline.apply(image, seed)
    except PipelineError as error:
        return PipelineMisfit(f"The pipeline does not work on the data set's images: {error}", error.fixes)
    except ImageError as error:
        return PipelineMisfit(f"The pipeline does not work on the data set's images: {error}")
    if not isinstance(output, Image.Image):
        return _no_image(pipeline, output)
    if output.size != image.size:
        fix = _ending(pipeline, Transform("Resize", size=(image.height, image.width)))
        return PipelineMisfit(
            f"The pipeline makes {_size(output)} pixels of {_size(image)}; in training, images keep their size, "
            "since test images do not go through it.",
            (fix,),
        )
    if output.mode != image.mode:
        fix = _ending(pipeline, Transform("Grayscale" if image.mode == "L" else "RGB"))
        return PipelineMisfit(
            f"The pipeline gives images of {_CHANNELS.get(output.mode, output.mode)}; those of the data set have "
            f"{_CHANNELS[image.mode]}.",
            (fix,),
        )
    return None


def _no_image(pipeline: Pipeline, output: Any) -> PipelineMisfit:
    kept = [transform for transform in pipeline.transforms if TRANSFORMS[transform.type].work not in _NO_IMAGE]
    fix = PipelineFix("leave out what gives several images or tensors", Pipeline(kept))
    if isinstance(output, tuple):
        return PipelineMisfit("The pipeline gives several images for one; training takes one.", (fix,))
    return PipelineMisfit(
        "The pipeline gives tensors; training makes them itself, with the data set's own mean and std.", (fix,)
    )


def _ending(pipeline: Pipeline, transform: Transform) -> PipelineFix:
    return PipelineFix(f"add {_written(transform)} at the end", Pipeline([*pipeline.transforms, transform]))


def _written(transform: Transform) -> str:
    return f"{transform.type}({', '.join(str(value) for value in transform.parameters.values())})"


def _size(image: Image.Image) -> str:
    return f"{image.height} x {image.width}"
