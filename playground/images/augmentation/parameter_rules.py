"""Which values of a transform's parameters go together, where torchvision is silent or says it late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from playground.images.errors import ImageError

_Values = Mapping[str, Any]


def check_together(transform: str, values: _Values) -> None:
    """Raise ImageError if the values, defaults included, exclude each other."""
    if transform in _RULES:
        _RULES[transform](values)


def _resize(values: _Values) -> None:
    size, longest = values["size"], values["max_size"]
    if size is None and longest is None:
        raise ImageError("Resize needs a size, or a max_size for the longer side.")
    if isinstance(size, tuple) and longest is not None:
        raise ImageError("Resize takes max_size only with one number as size, since (height, width) says both sides.")
    if isinstance(size, int) and longest is not None and longest <= size:
        raise ImageError(f"max_size of Resize is {longest}; it must be larger than the size of {size}.")


def _random_resize(values: _Values) -> None:
    if values["min_size"] >= values["max_size"]:
        raise ImageError(
            f"RandomResize draws from min_size up to one less than max_size; {values['max_size']} must be larger than "
            f"{values['min_size']}."
        )


def _rand_augment(values: _Values) -> None:
    magnitude, bins = values["magnitude"], values["num_magnitude_bins"]
    if magnitude >= bins:
        raise ImageError(f"magnitude of RandAugment is {magnitude}; it must be below num_magnitude_bins, {bins}.")


def _normalize(values: _Values) -> None:
    if len(values["mean"]) != len(values["std"]):
        raise ImageError(
            "mean and std of Normalize must have a number for each channel: as many of one as of the other."
        )


def _random_affine(values: _Values) -> None:
    shear = values["shear"]
    if isinstance(shear, tuple) and any(low > high for low, high in zip(shear[::2], shear[1::2], strict=True)):
        raise ImageError(f"shear of RandomAffine is {shear}, which is upside down: the smaller number comes first.")


def _jitter(values: _Values) -> None:
    if isinstance(values["hue"], int | float) and values["hue"] < 0:
        raise ImageError(f"hue of ColorJitter is {values['hue']}; one number must be from 0 to 0.5.")


def _rotation(transform: str) -> Callable[[_Values], None]:
    def rule(values: _Values) -> None:
        if isinstance(values["degrees"], int | float) and values["degrees"] < 0:
            raise ImageError(f"degrees of {transform} is {values['degrees']}; one number must be from 0 to 360.")

    return rule


def _affine(values: _Values) -> None:
    _rotation("RandomAffine")(values)
    if isinstance(values["shear"], int | float) and values["shear"] < 0:
        raise ImageError(f"shear of RandomAffine is {values['shear']}; one number must be from 0 to 89.")
    _random_affine(values)


_RULES: Mapping[str, Callable[[_Values], None]] = {
    "Resize": _resize,
    "RandomResize": _random_resize,
    "RandAugment": _rand_augment,
    "Normalize": _normalize,
    "RandomAffine": _affine,
    "RandomRotation": _rotation("RandomRotation"),
    "ColorJitter": _jitter,
}
