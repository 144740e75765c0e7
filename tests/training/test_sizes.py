"""How many images a run has: what is refused, and that whoever follows the advice is refused no second time for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import DATASETS, DatasetInfo, Subset, load, select
from playground.training import ConfigError, TrainConfig
from playground.training.sizes import check_sizes, selected_images

COUNTS = st.integers(1, 12) | st.integers(1, 60_000)
NEEDS = st.sampled_from([None, "fc (BatchNorm1d)"])


def advised(config: TrainConfig, error: ConfigError) -> Iterator[TrainConfig]:
    """The settings after each of the ways in which the error can be followed to the letter."""
    *_, advice = re.split("; ", str(error))
    numbers = [float(number.replace(",", "")) for number in re.findall(r"[0-9][0-9,.e-]*[0-9]|[0-9]", advice)]
    assert numbers, advice
    for number in numbers:
        match error.field:
            case "batch_size":
                yield replace(config, batch_size=int(number))
            case "validation":
                yield replace(config, validation=number)
            case "subset":
                yield replace(config, subset=Subset(first=int(number)))


def refusal(config: TrainConfig, needs_two: str | None) -> ConfigError | None:
    try:
        check_sizes(config, selected_images(config), needs_two)
    except ConfigError as error:
        return error
    return None


def follow(config: TrainConfig, needs_two: str | None, followed: tuple[str, ...] = ()) -> None:
    """Follow what is advised, in every way, until nothing is refused; nothing is advised twice."""
    error = refusal(config, needs_two)
    if error is None:
        return
    assert error.field not in followed, f"{error} was followed, and refused again"
    assert "at most 0" not in str(error)
    for better in advised(config, error):
        follow(better, needs_two, (*followed, error.field))


@given(COUNTS, COUNTS, st.just(0.0) | st.floats(0, 0.9), NEEDS)
def test_advice_that_is_followed_is_accepted_by_all_that_is_checked(
    first: int, batch_size: int, validation: float, needs_two: str | None
) -> None:
    follow(TrainConfig(subset=Subset(first=first), batch_size=batch_size, validation=validation), needs_two)


@pytest.mark.parametrize(
    ("first", "batch_size", "validation", "needs_two", "words"),
    [
        (1, 1, 0.0, "fc (BatchNorm1d)", "1 image is left for training, and fc (BatchNorm1d) needs at least 2 in a "),
        (2, 1, 0.5, "fc (BatchNorm1d)", "choose 0 for no validation."),
        (3, 1, 0.6, "fc (BatchNorm1d)", "choose 0 for no validation or a fraction such as 0.33."),
        (1, 1, 0.9, None, "holds out 1 of 1 image, and both parts need at least one; choose 0 for no validation."),
        (
            10,
            1,
            0.01,
            None,
            "holds out 0 of 10 images, and both parts need at least one; choose 0 for no validation or ",
        ),
        (101, 100, 0.0, "fc (BatchNorm1d)", "the last batch has 1 image; fc (BatchNorm1d) needs at least 2"),
        (101, 100, 0.0, None, None),
        (100, 101, 0.0, None, "choose at most 100."),
    ],
)
def test_what_cannot_be_split_or_batched_is_said(
    first: int, batch_size: int, validation: float, needs_two: str | None, words: str | None
) -> None:
    config = TrainConfig(subset=Subset(first=first), batch_size=batch_size, validation=validation)
    if words is None:
        check_sizes(config, first, needs_two)
        return
    with pytest.raises(ConfigError) as caught:
        check_sizes(config, first, needs_two)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "subset",
    [
        Subset(),
        Subset(classes=(3,)),
        Subset(classes=(0, 7, 9)),
        Subset(classes=(5,), first=5421),
        Subset(indices=(5, 3, 100)),
        Subset(classes=(1,), indices=(6741, 2), first=1),
    ],
)
def test_the_images_are_counted_without_reading_them(subset: Subset) -> None:
    assert selected_images(TrainConfig(subset=subset)) == len(select(load("mnist", train=True), subset))


@pytest.mark.parametrize("info", DATASETS.values(), ids=list(DATASETS))
def test_all_classes_together_are_the_training_images(info: DatasetInfo) -> None:
    config = TrainConfig(dataset=info.name, subset=Subset(classes=tuple(range(len(info.classes)))))
    assert selected_images(config) == info.train_size


@pytest.mark.parametrize(
    ("subset", "words"),
    [
        (Subset(first=60_001), "MNIST has 60,000 training images; choose at most so many as the first."),
        (Subset(classes=(0,), first=7000), "MNIST has 5,923 training images after the choice of classes or indices; "),
        (Subset(indices=(4, 5), first=3), "MNIST has 2 training images after the choice"),
        (Subset(classes=(3, 10)), "MNIST has no class 10; choose among its classes 0 to 9."),
    ],
)
def test_more_than_there_is_is_refused(subset: Subset, words: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(words)) as caught:
        selected_images(TrainConfig(subset=subset))
    assert caught.value.field == "subset"
