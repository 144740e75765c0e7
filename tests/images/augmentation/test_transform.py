from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from playground.images import TRANSFORMS, ImageError, Transform
from playground.images.augmentation.transform import example
from playground.images.augmentation.transform_modules import build


def test_transforms_are_values() -> None:
    one = Transform("CenterCrop", size=[200, 200])
    assert one == Transform("CenterCrop", size=(200, 200))
    assert len({one, Transform("CenterCrop", size=(200, 200)), Transform("CenterCrop", size=200)}) == 2
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    with pytest.raises(AttributeError):
        one.probability = 0.5  # type: ignore[misc]


def test_what_torchvision_takes_by_itself_is_left_out() -> None:
    assert Transform("RandomRotation", degrees=30, interpolation="nearest", expand=False).parameters == {"degrees": 30}
    assert Transform("RandomRotation", degrees=30) == Transform("RandomRotation", degrees=30, fill=0)
    assert Transform("RandomRotation", degrees=30).all_parameters["interpolation"] == "nearest"


def test_one_is_not_true() -> None:
    with pytest.raises(ImageError, match="pad_if_needed of RandomCrop is 0; it takes true or false"):
        Transform("RandomCrop", size=10, pad_if_needed=0)
    with pytest.raises(ImageError, match="size of CenterCrop is True"):
        Transform("CenterCrop", size=True)


def test_changes_give_another_transform() -> None:
    one = Transform("CenterCrop", size=200)
    assert one.with_parameters(size=100) == Transform("CenterCrop", size=100)
    assert one.with_probability(0.5) == Transform("CenterCrop", size=200, probability=0.5)
    assert one.switched(False) == Transform("CenterCrop", size=200, enabled=False)
    assert one == Transform("CenterCrop", size=200)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_its_text_makes_it_again(name: str) -> None:
    transform = example(name).switched(False)
    assert eval(repr(transform)) == transform


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("Rotate", {}, r"no transform 'Rotate'.*RandomRotation"),
    ("CenterCrops", {}, "Did you mean CenterCrop"),
    ("CenterCrop", {}, "CenterCrop needs size"),
    ("CenterCrop", {"width": 3}, r"no parameter 'width'; its parameters are: size"),
    ("CenterCrop", {"size": -5}, "size of CenterCrop is -5; it must be from 1 to"),
    ("CenterCrop", {"size": 0}, "from 1 to"),
    ("CenterCrop", {"size": 2.5}, "a whole number or 2 whole numbers"),
    ("CenterCrop", {"size": (1, 2, 3)}, "a whole number or 2 whole numbers"),
    ("CenterCrop", {"size": "large"}, "a whole number"),
    ("CenterCrop", {"size": 10**9}, "from 1 to 25,000"),
    ("RandomResizedCrop", {"size": 8, "scale": (1.0, 0.08)}, r"upside down.*Write \(0.08, 1.0\)"),
    ("RandomResizedCrop", {"size": 8, "ratio": (2, 0.5)}, r"ratio .*upside down.*Write \(0.5, 2\)"),
    ("RandomResizedCrop", {"size": 8, "scale": 0.5}, "an interval of 2 numbers"),
    ("RandomResizedCrop", {"size": 8, "scale": (0.5, 1.5)}, "from 0 to 1"),
    ("RandomResizedCrop", {"size": 8, "ratio": (0, 1)}, "from 0.01 to 100"),
    ("RandomRotation", {"degrees": -10}, "from 0 to 360"),
    ("RandomRotation", {"degrees": (20, 10)}, "upside down"),
    ("RandomRotation", {"degrees": float("nan")}, "from -360 to 360"),
    ("RandomRotation", {"degrees": float("inf")}, "from -360 to 360"),
    ("RandomRotation", {"degrees": 5, "interpolation": "lanczos"}, "one of nearest, bilinear, bicubic"),
    ("RandomAffine", {"degrees": 5, "shear": (1, 2, 4, 3)}, "upside down"),
    ("RandomAffine", {"degrees": 5, "translate": (2, 0)}, "from 0 to 1"),
    ("ColorJitter", {"hue": 0.7}, "from -0.5 to 0.5"),
    ("ColorJitter", {"hue": -0.2}, "from 0 to 0.5"),
    ("ColorJitter", {"brightness": -1}, "from 0 to 100"),
    ("GaussianBlur", {"kernel_size": 4}, "must be odd"),
    ("Grayscale", {"num_output_channels": 2}, "odd"),
    ("Resize", {"size": (10, 10), "max_size": 20}, "only with one number"),
    ("Resize", {"size": 10, "max_size": 10}, "larger than the size"),
    ("Resize", {"size": None}, "needs a size"),
    ("RandomResize", {"min_size": 5, "max_size": 5}, "must be larger than"),
    ("RandAugment", {"magnitude": 31}, "below num_magnitude_bins"),
    ("Normalize", {"mean": (0, 0, 0), "std": (1,)}, "for each channel"),
    ("Normalize", {"mean": (0,), "std": (0,)}, "std of Normalize"),
    ("ToDtype", {"dtype": "float33"}, "one of float32"),
    ("RandomHorizontalFlip", {"p": 1.1}, "from 0 to 1"),
    ("ColorJitter", {"probability": 2}, "probability of ColorJitter is 2"),
    ("ColorJitter", {"enabled": 1}, "must be true or false"),
    ("ToImage", {"probability": 0.5}, "cannot be left to chance"),
    ("FiveCrop", {"size": 5, "probability": 0.5}, "cannot be left to chance"),
]


@pytest.mark.parametrize(("name", "parameters", "words"), WRONG)
def test_what_cannot_work_is_told_in_a_sentence(name: str, parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(ImageError, match=words) as raised:
        Transform(name, **parameters)
    assert str(raised.value).endswith((".", "?"))


# Whose numbers depend on each other.
TOGETHER = ("Resize", "RandomResize", "RandAugment", "Normalize")


@pytest.mark.parametrize("name", TRANSFORMS)
def test_what_the_catalogue_allows_torchvision_takes(name: str) -> None:
    for parameter in TRANSFORMS[name].parameters():
        kind = parameter.kind
        if kind.base == "truth":
            values: list[Any] = [True, False]
        elif kind.base == "choice":
            values = list(kind.choices)
        elif name in TOGETHER:
            values = []
        else:
            ends = [kind.smallest] if kind.odd else [kind.smallest, kind.largest]
            values = [end for end in ends if kind.alone and (end >= 0 or name == "GaussianNoise")]
            values += [tuple(ends[-1:] * length) for length in kind.lengths]
        for value in values:
            build(example(name).with_parameters(**{parameter.name: value}))
