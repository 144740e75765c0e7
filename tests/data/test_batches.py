from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.transforms import Compose, Normalize, ToTensor

from playground.data import (
    DATASETS,
    DataError,
    DatasetInfo,
    ImageData,
    batch_count,
    epoch_batches,
    evaluation_batches,
    normalize,
)
from tests.data.conftest import made_up_data

SHAPES = st.tuples(st.sampled_from([1, 3]), st.integers(1, 6), st.integers(1, 6))


def torchvision_normalized(images: torch.Tensor, info: DatasetInfo) -> torch.Tensor:
    transform = Compose([ToTensor(), Normalize(info.mean, info.std)])
    return torch.stack([transform(image.permute(1, 2, 0).numpy()) for image in images])


@given(
    count=st.integers(1, 40),
    batch_size=st.integers(1, 50),
    shape=SHAPES,
    seed=st.integers(-(2**62), 2**62),
    epoch=st.integers(0, 1000),
    shuffle=st.booleans(),
    channels_last=st.booleans(),
)
def test_an_epoch_has_every_image_exactly_once_normalised_as_torchvision_does(
    count: int,
    batch_size: int,
    shape: tuple[int, int, int],
    seed: int,
    epoch: int,
    shuffle: bool,
    channels_last: bool,
) -> None:
    data = made_up_data(count, shape)
    batches = list(
        epoch_batches(data, batch_size, seed=seed, epoch=epoch, shuffle=shuffle, channels_last=channels_last)
    )
    labels = torch.cat([y for _, y in batches])
    assert sorted(labels.tolist()) == list(range(count))
    if not shuffle:
        assert labels.tolist() == list(range(count))
    assert [len(y) for _, y in batches[:-1]] == [batch_size] * (len(batches) - 1)
    assert len(batches) == batch_count(count, batch_size)
    memory_format = torch.channels_last if channels_last else torch.contiguous_format
    assert all(x.dtype == torch.float32 and x.is_contiguous(memory_format=memory_format) for x, _ in batches)
    expected = torchvision_normalized(data.images[labels], data.info)
    torch.testing.assert_close(torch.cat([x for x, _ in batches]), expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("info", DATASETS.values(), ids=list(DATASETS))
def test_every_pixel_value_of_every_data_set_is_normalised_as_torchvision_does(info: DatasetInfo) -> None:
    channels = info.image_shape[0]
    pixels = torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16).repeat(1, channels, 1, 1)
    expected = torchvision_normalized(pixels, info)
    for images in (pixels.clone(), pixels.float()):
        torch.testing.assert_close(normalize(images, info), expected, atol=1e-6, rtol=0)
        assert torch.equal(images, pixels.to(images.dtype))


@given(count=st.integers(1, 40), batch_size=st.integers(1, 40))
def test_an_incomplete_last_batch_can_be_dropped(count: int, batch_size: int) -> None:
    data = made_up_data(count)
    if batch_size > count:
        with pytest.raises(DataError, match="larger than the"):
            epoch_batches(data, batch_size, seed=0, drop_last=True)
        return
    sizes = [len(y) for _, y in epoch_batches(data, batch_size, seed=0, drop_last=True)]
    assert sizes == [batch_size] * batch_count(count, batch_size, drop_last=True)


def order(data: ImageData, **choice: Any) -> list[int]:
    return torch.cat([y for _, y in epoch_batches(data, 10, **choice)]).tolist()


def test_order_depends_on_seed_and_epoch_alone() -> None:
    data = made_up_data(100)
    torch.manual_seed(0)
    first = order(data, seed=3, epoch=1)
    state = torch.get_rng_state()
    assert order(data, seed=3, epoch=1) == first
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(1)
    assert order(data, seed=3, epoch=1) == first
    others = [order(data, seed=3, epoch=2), order(data, seed=4, epoch=1), order(data, seed=4, epoch=0)]
    assert first not in others
    assert sorted(map(tuple, others)) == sorted(set(map(tuple, others)))


def test_batches_share_no_memory_with_the_data_set_or_each_other() -> None:
    data = made_up_data(20)
    before = data.images.clone()
    batches = [*epoch_batches(data, 10, seed=0), *evaluation_batches(data, 10)]
    copies = [x.clone() for x, _ in batches]
    batches[0][0].zero_()
    assert torch.equal(data.images, before)
    assert all(torch.equal(x, copy) for (x, _), copy in zip(batches[1:], copies[1:], strict=True))


@pytest.mark.parametrize("channels_last", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_channels_last_is_a_matter_of_strides_only(channels: int, channels_last: bool) -> None:
    data = made_up_data(6, (channels, 4, 5))
    strides = (channels * 20, 1, channels * 5, channels) if channels_last else (channels * 20, 20, 5, 1)
    (trained, _), (evaluated, _) = (
        next(epoch_batches(data, 6, seed=0, shuffle=False, channels_last=channels_last)),
        next(evaluation_batches(data, channels_last=channels_last)),
    )
    assert trained.stride() == evaluated.stride() == strides
    assert torch.equal(trained, evaluated)


def test_evaluation_keeps_the_order_and_every_image(mnist_test: ImageData) -> None:
    batches = list(evaluation_batches(mnist_test, 3000))
    assert [len(y) for _, y in batches] == [3000, 3000, 3000, 1000]
    assert torch.equal(torch.cat([y for _, y in batches]), mnist_test.labels)
    expected = torchvision_normalized(mnist_test.images[-50:], mnist_test.info)
    torch.testing.assert_close(batches[-1][0][-50:], expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("batch_size", [0, -1, 1.5, True, "100"])
def test_an_impossible_batch_size_is_refused_at_the_call(batch_size: Any) -> None:
    data = made_up_data(3)
    for call in (
        lambda: epoch_batches(data, batch_size, seed=0),
        lambda: evaluation_batches(data, batch_size),
    ):
        with pytest.raises(DataError, match="batch size must be a whole number"):
            call()
