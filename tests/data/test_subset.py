from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.data import DataError, ImageData, Subset, select
from tests.data.conftest import made_up_data

DIGIT_SUBSETS = st.builds(
    Subset,
    classes=st.none() | st.lists(st.integers(0, 9), min_size=1, unique=True).map(tuple),
    indices=st.none() | st.lists(st.integers(0, 900), min_size=1, max_size=20, unique=True).map(tuple),
    first=st.none() | st.integers(1, 30),
)


@given(DIGIT_SUBSETS)
def test_selecting_is_filtering_then_indexing_then_cutting(mnist_test: ImageData, subset: Subset) -> None:
    kept = list(range(len(mnist_test)))
    labels = mnist_test.labels.tolist()
    if subset.classes is not None:
        kept = [index for index in kept if labels[index] in subset.classes]
    if subset.indices is not None:
        if max(subset.indices) >= len(kept):
            with pytest.raises(DataError, match="out of range"):
                select(mnist_test, subset)
            return
        kept = [kept[index] for index in subset.indices]
    if subset.first is not None:
        if subset.first > len(kept):
            with pytest.raises(DataError, match="there are only"):
                select(mnist_test, subset)
            return
        kept = kept[: subset.first]

    selected = select(mnist_test, subset)

    assert selected.info is mnist_test.info
    assert torch.equal(selected.labels, mnist_test.labels[kept])
    assert torch.equal(selected.images, mnist_test.images[kept])


@given(DIGIT_SUBSETS)
def test_a_subset_survives_json(subset: Subset) -> None:
    assert Subset.from_dict(json.loads(json.dumps(subset.to_dict()))) == subset


def test_no_restriction_copies_nothing(mnist_test: ImageData) -> None:
    assert select(mnist_test, Subset()) is mnist_test
    first = select(mnist_test, Subset(first=5))
    assert first.images.data_ptr() == mnist_test.images.data_ptr()


def test_only_the_classes_concern_the_test_set() -> None:
    assert Subset(classes=(3, 8), indices=(1, 2), first=1).for_test() == Subset(classes=(3, 8))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"first": 0}, "at least 1"),
        ({"first": -5}, "at least 1"),
        ({"first": 1.5}, "whole number"),
        ({"first": True}, "whole number"),
        ({"indices": [-1]}, "at least 0"),
        ({"indices": [1.0]}, "whole numbers"),
        ({"indices": [True]}, "whole numbers"),
        ({"indices": []}, "empty"),
        ({"indices": [4, 4]}, "twice"),
        ({"indices": "12"}, "list of numbers"),
        ({"indices": 3}, "list of numbers"),
        ({"classes": []}, "empty"),
        ({"classes": [3, 3]}, "twice"),
        ({"classes": [None]}, "whole numbers"),
        ({"last": 5}, "no 'last'"),
        ([1, 2], "named values"),
    ],
)
def test_impossible_values_are_refused_with_a_sentence(values: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Subset.from_dict(values)


@pytest.mark.parametrize(
    ("subset", "message"),
    [
        (Subset(classes=(3, 10)), "MNIST has no class 10; its classes are 0 to 9"),
        (Subset(indices=(0, 10_000)), "Index 10,000 is out of range; .* 0 to 9,999"),
        (Subset(first=10_001), "first 10,001 images were asked for, but there are only 10,000"),
    ],
)
def test_what_the_data_cannot_give_is_refused_with_a_sentence(
    mnist_test: ImageData, subset: Subset, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        select(mnist_test, subset)


def test_a_class_without_images_is_refused() -> None:
    data = select(made_up_data(10), Subset(indices=(1, 2)))
    with pytest.raises(DataError, match="No image belongs to the chosen classes 0, 3"):
        select(data, Subset(classes=(0, 3)))
