"""What a transform drew, in words: "angle: 37.2 degrees"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.images.augmentation.output_sizes import sizes_made
from playground.images.augmentation.regions import regions

if TYPE_CHECKING:
    from playground.images.augmentation.application import Step

_Texts = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Drawn:
    """A drawn or computed number: what it is and its value, for people."""

    name: str
    text: str


def drawn_numbers(step: Step) -> tuple[Drawn, ...]:
    """What the step drew, the most important first; whether it happened at all before that, where that is chance.

    Places are (x, y), sizes height × width.
    """
    return tuple(Drawn(name, text) for name, text in _texts(step))


def _texts(step: Step) -> _Texts:
    kind = step.transform.type
    if kind in _OUTCOMES:
        yield _OUTCOMES[kind], "yes" if step.happened else "no"
    elif step.transform.probability < 1 or _is_chance(step) or not step.happened:
        yield "applied", "yes" if step.happened else "no"
    if step.happened:
        yield from (_TEXTS[kind](step) if kind in _TEXTS else _operations(step))


def _is_chance(step: Step) -> bool:
    # Of RandomPhotometricDistort it is the probability of each change.
    return "p" in step.transform.all_parameters and step.transform.type != "RandomPhotometricDistort"


def _crop(step: Step) -> _Texts:
    ((left, top), _, (right, bottom), _) = regions(step)[0]
    yield "crop at", f"({left:,}, {top:,})"
    if step.transform.type == "RandomResizedCrop":
        height, width = step.size
        yield "cut out", f"{bottom - top:,} × {right - left:,}"
        yield "share of the area", f"{(right - left) * (bottom - top) / (height * width):.0%}"


def _resize(step: Step) -> _Texts:
    height, width = sizes_made(step.transform, step.size, step.drawn)[-1]
    yield "size", f"{height:,} × {width:,}"
    across, along = width / step.size[1], height / step.size[0]
    same = abs(across - along) < 0.01 * across
    yield "factor", f"{across:.3g}" if same else f"{across:.3g} across, {along:.3g} down"


def _padding(step: Step) -> _Texts:
    height, width = sizes_made(step.transform, step.size, step.drawn)[-1]
    yield "size", f"{height:,} × {width:,}"
    if step.transform.type == "RandomZoomOut":
        left, top, _, _ = step.drawn["padding"]
        yield "image at", f"({left:,}, {top:,})"


def _rotation(step: Step) -> _Texts:
    yield "angle", _degrees(step.drawn["angle"])


def _affine(step: Step) -> _Texts:
    drawn = step.drawn
    yield "angle", _degrees(drawn["angle"])
    yield "shift", "({:,}, {:,})".format(*drawn["translate"])
    yield "factor", f"{drawn['scale']:.3g}"
    yield "slant", ", ".join(_degrees(shear) for shear in drawn["shear"])


def _elastic(step: Step) -> _Texts:
    height, width = step.size
    # The displacement is in units in which half of the image is 1.
    shift = step.drawn["displacement"].abs().amax(dim=(0, 1, 2))
    yield "largest shift", f"{float(shift[0]) * width / 2:.1f} across, {float(shift[1]) * height / 2:.1f} down"


def _colours(step: Step) -> _Texts:
    names = ("brightness", "contrast", "saturation", "hue")
    drawn = step.drawn
    order = [names[index] for index in drawn["fn_idx"].tolist()] if "fn_idx" in drawn else list(names)
    for name in order:
        if drawn[f"{name}_factor"] is not None:
            yield name, f"{drawn[f'{name}_factor']:+.3f}" if name == "hue" else f"× {drawn[f'{name}_factor']:.2f}"
    if drawn.get("channel_permutation") is not None:
        yield "channels", _channels(drawn["channel_permutation"].tolist())


def _permutation(step: Step) -> _Texts:
    yield "channels", _channels(step.drawn["permutation"].tolist())


def _blur(step: Step) -> _Texts:
    yield "sigma", f"{step.drawn['sigma'][0]:.2f} pixels"


def _jpeg(step: Step) -> _Texts:
    yield "quality", str(step.drawn["quality"])


def _erasing(step: Step) -> _Texts:
    if not regions(step):
        yield "erased", "nothing, since no rectangle fitted in 10 tries"
        return
    ((left, top), _, (right, bottom), _) = regions(step)[0]
    yield "at", f"({left:,}, {top:,})"
    yield "size", f"{bottom - top:,} × {right - left:,}"


def _operations(step: Step) -> _Texts:
    for number, (name, magnitude) in enumerate(step.operations, 1):
        yield f"operation {number}", f"{name} {magnitude:+.2f}" if magnitude else name


_OUTCOMES = {"RandomHorizontalFlip": "flipped", "RandomVerticalFlip": "flipped"}

_TEXTS: dict[str, Callable[[Step], _Texts]] = {
    **dict.fromkeys(("CenterCrop", "RandomCrop", "RandomResizedCrop"), _crop),
    **dict.fromkeys(("Resize", "RandomResize", "ScaleJitter", "RandomShortestSize"), _resize),
    **dict.fromkeys(("Pad", "RandomZoomOut"), _padding),
    "RandomRotation": _rotation,
    "RandomAffine": _affine,
    "ElasticTransform": _elastic,
    **dict.fromkeys(("ColorJitter", "RandomPhotometricDistort"), _colours),
    "RandomChannelPermutation": _permutation,
    "GaussianBlur": _blur,
    "JPEG": _jpeg,
    "RandomErasing": _erasing,
}


def _degrees(angle: float) -> str:
    return f"{angle:.1f} degrees"


def _channels(order: list[int]) -> str:
    names = ("red", "green", "blue")
    return ", ".join(names[index] for index in order) if len(order) == len(names) else str(order)
