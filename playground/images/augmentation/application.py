"""How a pipeline runs: torchvision's own modules one after the other, watched while they draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image

from playground.images.augmentation.misfits import crop_misfit, first_image, input_misfit, size_fixes
from playground.images.augmentation.output_sizes import TooManyPixelsError, check_sizes
from playground.images.augmentation.transform import transform_type
from playground.images.augmentation.transform_modules import build, by_chance
from playground.images.errors import ImageError, PipelineError

if TYPE_CHECKING:
    from torch import nn

    from playground.images.augmentation.pipeline import Pipeline
    from playground.images.augmentation.transform import Transform


@dataclass
class Step:
    """What one transform did: whether chance let it, what it drew, and the sizes `(height, width)` around it."""

    index: int
    transform: Transform
    size: tuple[int, int]
    happened: bool = False
    drawn: Mapping[str, Any] = field(default_factory=dict)
    operations: list[tuple[str, float]] = field(default_factory=list)


def run(
    pipeline: Pipeline,
    image: Any,
    seed: int,
    marks: tuple[Any, ...] = (),
    on_step: Callable[[Step, Any, tuple[Any, ...]], None] | None = None,
) -> Any:
    """The image after the pipeline; see `Pipeline.apply`.

    `marks` are tv_tensors of boxes and masks, which move along. `on_step` is told of each enabled transform when it is
    done, with the image and the marks as they are then; the marks are gone where torchvision cannot move them.
    """
    from playground.images.augmentation.private_random import PrivateRandomness

    check_seed(seed)
    with PrivateRandomness(seed):
        for index, transform in enumerate(pipeline.transforms):
            if not transform.enabled:
                continue
            step = Step(index, transform, size_of(image))
            image, marks = run_one(pipeline, step, image, marks)
            if on_step:
                on_step(step, image, marks)
    return image


def check_seed(seed: int) -> None:
    """Raise ImageError for what is no seed."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
        raise ImageError(f"The seed is {str(seed)[:40]}; it must be a whole number from 0 to 2**63 - 1.")


def size_of(image: Any) -> tuple[int, int]:
    """Height and width of an image, or of the first of several."""
    first = first_image(image)
    return (first.height, first.width) if isinstance(first, Image.Image) else (first.shape[-2], first.shape[-1])


def run_one(
    pipeline: Pipeline,
    step: Step,
    image: Any,
    marks: tuple[Any, ...],
    prepare: Callable[[nn.Module], None] | None = None,
) -> tuple[Any, tuple[Any, ...]]:
    """The image and the marks after a step, which is filled in; `prepare` may change torchvision's module first."""
    misfit = input_misfit(pipeline, step.index, image) or crop_misfit(pipeline, step.index, step.size)
    if misfit:
        raise misfit
    known = transform_type(step.transform.type)
    together = marks if known.moves_boxes else ()
    try:
        built = build(step.transform)
        if prepare:
            prepare(built)
        module = _watched(built, step)
        output = module((image, *together)) if together else module(image)
    except TooManyPixelsError as error:
        raise PipelineError(str(error), step.index, size_fixes(pipeline, step.index)) from error
    except ImageError as error:
        raise PipelineError(str(error), step.index) from error
    except (ValueError, TypeError, RuntimeError, AssertionError, ArithmeticError, LookupError) as error:
        height, width = step.size
        raise PipelineError(
            f"{step.transform.type} cannot work on this image of {height:,} × {width:,} pixels (height × width): "
            f"{_first_line(error)}",
            step.index,
        ) from error
    if together:
        return output[0], tuple(output[1:])
    return output, marks if known.keeps_place or not step.happened else ()


def _first_line(error: Exception) -> str:
    """What torch says, without the trace that it may add."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def _watched(module: nn.Module, step: Step) -> nn.Module:
    """The module with its probability, writing into `step` what it draws, and stopped before it makes too much."""
    if transform_type(step.transform.type).work == "policy":
        _watch_operations(module, step)
    else:
        _watch_numbers(module, step)
    return by_chance(module, step.transform)


def _watch_numbers(module: nn.Module, step: Step) -> None:
    draw: Callable[[list[Any]], dict[str, Any]] = module.make_params  # type: ignore[assignment] # a method of v2's

    def make_params(flat_inputs: list[Any]) -> dict[str, Any]:
        drawn = draw(flat_inputs)
        step.happened, step.drawn = True, drawn
        check_sizes(step.transform, step.size, drawn)
        return drawn

    module.make_params = make_params  # type: ignore[assignment] # as above


def _watch_operations(module: nn.Module, step: Step) -> None:
    operate: Callable[..., Any] = module._apply_image_or_video_transform  # type: ignore[assignment] # of v2's policies

    def apply(image: Any, transform_id: str, magnitude: float, **settings: Any) -> Any:
        step.operations.append((transform_id, magnitude))
        return operate(image, transform_id, magnitude, **settings)

    def begin(*_: Any) -> None:
        step.happened = True

    module._apply_image_or_video_transform = apply  # type: ignore[assignment] # as above
    module.register_forward_pre_hook(begin)
