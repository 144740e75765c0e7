"""Faults of operations that make images larger or smaller: sizes, modes, and windows larger than the image."""

from __future__ import annotations

from playground.networks.diagnosis import Diagnosis, fixes, short
from playground.networks.fixes import InsertStep
from playground.networks.operation_rules import argument, is_operation, set_to
from playground.networks.propagate import Fault
from playground.networks.spec import NetworkSpec, Shape, Step, Value, by

_FOR_IMAGES = ("interpolate_like", "pad_like", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d")
_POOLS = {"max_pool1d": 1, "avg_pool1d": 1, "max_pool2d": 2, "avg_pool2d": 2}
_MODES = {3: "linear", 4: "bilinear", 5: "trilinear"}


def images_expected(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Rows or sequences where images are expected."""
    if not any(is_operation(fault, name) for name in _FOR_IMAGES) or fault.step is None:
        return None
    ranks = [len(shape) for shape in fault.inputs]
    # One image without a batch is pooled, too.
    place = next((place for place, rank in enumerate(ranks) if rank != 4 and (rank != 3 or len(ranks) > 1)), None)
    if place is None:
        return None
    shape = fault.inputs[place]
    wanted = (*shape[1:], *(1,) * (4 - len(shape)))
    step = Step(operation="reshape", arguments={"shape": wanted})
    return Diagnosis(
        f"This works on images, (N, C, H, W), but it is given {by(shape)}.",
        fixes(
            *([(f"reshape to {by(wanted)}", InsertStep(fault.path, fault.step, place, step))] if len(shape) < 4 else [])
        ),
    )


def no_size(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A resize to no size, or to two."""
    if not is_operation(fault, "interpolate"):
        return None
    size, factor = argument(fault, "size"), argument(fault, "scale_factor")
    if size is None and factor is None:
        return Diagnosis("Resize needs a size or a scale_factor.", fixes(set_to(fault, "scale_factor", 2)))
    if size is not None and factor is not None:
        return Diagnosis(
            "Resize takes a size or a scale_factor, not both.",
            fixes(set_to(fault, "size", None), set_to(fault, "scale_factor", None)),
        )
    return None


def mode_of_other_dimensions(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A resize by a mode for more or fewer dimensions, or with align_corners where there are no corners."""
    if not is_operation(fault, "interpolate") and not is_operation(fault, "interpolate_like"):
        return None
    mode, rank = argument(fault, "mode"), len(fault.inputs[0])
    if argument(fault, "align_corners") is not None and mode in ("nearest", "area", "nearest-exact"):
        return Diagnosis(
            f"align_corners is for modes that compute between pixels, and mode is {mode}.",
            fixes(set_to(fault, "align_corners", None), set_to(fault, "mode", _MODES.get(rank, "nearest"))),
        )
    return Diagnosis(
        f"Resize by {mode} to this size does not work on {by(fault.inputs[0])}.",
        fixes(*(set_to(fault, "mode", other) for other in ("nearest", _MODES.get(rank, "nearest")))),
    )


def channels_of_the_shuffle(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Channels that cannot be made into pixels."""
    if not is_operation(fault, "pixel_shuffle") or len(fault.inputs[0]) < 3:
        return None
    factor, channels = argument(fault, "upscale_factor"), fault.inputs[0][-3]
    others = [each for each in (4, 3, 2, 1) if channels % each**2 == 0]
    return Diagnosis(
        f"upscale_factor {factor} needs channels that are a multiple of {factor} x {factor}; there are {channels}.",
        fixes(*(set_to(fault, "upscale_factor", each) for each in others[:2])),
    )


def window_larger_than_image(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A pooling whose window is larger than the image, or whose padding is wider than half of it."""
    dimensions = next((count for name, count in _POOLS.items() if is_operation(fault, name)), None)
    if dimensions is None or len(fault.inputs[0]) <= dimensions:
        return None
    kernel, padding = (_sides(argument(fault, name), dimensions) for name in ("kernel_size", "padding"))
    image = fault.inputs[0][-dimensions:]
    if any(2 * wide > side for wide, side in zip(padding, kernel, strict=True)):
        half = short(tuple(side // 2 for side in kernel))
        return Diagnosis(
            f"The padding {short(padding)} is more than half of the window, {by(kernel)}.",
            fixes(set_to(fault, "padding", half), set_to(fault, "padding", 0)),
        )
    fitting = short(tuple(min(pair) for pair in zip(kernel, image, strict=True)))
    return Diagnosis(
        f"The window of {by(kernel)} is larger than the image of {by(image)}.",
        fixes(set_to(fault, "kernel_size", fitting)),
    )


def _sides(value: Value, dimensions: int) -> Shape:
    """The numbers of an argument, one a dimension, which may be given as one number."""
    numbers = tuple(each for each in value if isinstance(each, int)) if isinstance(value, tuple) else ()
    return numbers if len(numbers) == dimensions else (value if isinstance(value, int) else 1,) * dimensions
