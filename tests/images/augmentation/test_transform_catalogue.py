from __future__ import annotations

import inspect

import pytest
from torch import nn
from torchvision.transforms import v2

from playground.images import SEVEN_AUGMENTATIONS, TRANSFORMS
from playground.images.augmentation.transform import example
from playground.images.augmentation.transform_catalogue import GROUPS
from playground.images.augmentation.transform_modules import build

NOT_HERE = {
    "the base class": {"Transform"},
    "pipelines have their own order, probability and switch": {"Compose", "RandomApply", "RandomChoice", "RandomOrder"},
    "needs a function or a matrix of one's own": {"Lambda", "LinearTransformation"},
    "is for boxes and key points alone": {
        "ClampBoundingBoxes",
        "ClampKeyPoints",
        "ConvertBoundingBoxFormat",
        "SanitizeBoundingBoxes",
        "SanitizeKeyPoints",
        "SetClampingMode",
        "RandomIoUCrop",
    },
    "is for videos": {"UniformTemporalSubsample"},
}


def test_every_transform_of_torchvision_is_here_or_has_a_reason_not_to_be() -> None:
    classes = {name for name, each in vars(v2).items() if inspect.isclass(each) and issubclass(each, nn.Module)}
    # Some are newer than the oldest torchvision that is supported.
    assert classes - set(TRANSFORMS) <= set().union(*NOT_HERE.values())
    assert set(TRANSFORMS) <= classes
    assert not set(TRANSFORMS) & set().union(*NOT_HERE.values())


def test_the_seven_are_those_of_the_notes_in_their_order() -> None:
    assert SEVEN_AUGMENTATIONS == (
        "CenterCrop",
        "RandomCrop",
        "Resize",
        "RandomResizedCrop",
        "RandomHorizontalFlip",
        "RandomRotation",
        "ColorJitter",
    )


@pytest.mark.parametrize("name", TRANSFORMS)
def test_each_has_words_and_an_example_that_torchvision_takes(name: str) -> None:
    known = TRANSFORMS[name]
    assert known.group in GROUPS
    assert known.label
    assert known.explanation.endswith(".")
    assert isinstance(build(example(name)), known.torch_class())
    for parameter in known.parameters():
        assert parameter.explanation.endswith("."), parameter.name


@pytest.mark.parametrize("name", TRANSFORMS)
def test_parameters_are_those_of_the_signature(name: str) -> None:
    declared = inspect.signature(TRANSFORMS[name].torch_class().__init__).parameters
    left_out = {"self", "inplace", "labels_getter", "num_classes"}
    parameters = TRANSFORMS[name].parameters()
    assert [parameter.name for parameter in parameters] == [each for each in declared if each not in left_out]
    for parameter in parameters:
        assert parameter.required == (declared[parameter.name].default is inspect.Parameter.empty)
