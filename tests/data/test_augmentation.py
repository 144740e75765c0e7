from __future__ import annotations

import json
import math
from typing import Any

import pytest
import torch
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as reference

from playground.data import BATCH_AUGMENTATIONS, DataError, augmentation_from_dict, epoch_batches
from playground.data.augmentation import RandomCrop, RandomHorizontalFlip, RandomRotation
from tests.data.conftest import made_up_data

ALL = pytest.mark.parametrize("name", BATCH_AUGMENTATIONS)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@ALL
@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 12, 20)])
def test_same_seed_same_pixels_and_shape_kept(name: str, dtype: torch.dtype, shape: tuple[int, int, int]) -> None:
    images = made_up_data(64, shape).images.to(dtype)
    before = images.clone()
    augment = BATCH_AUGMENTATIONS[name]()
    global_state = torch.get_rng_state()
    result = augment(images, seeded(1))
    assert result.shape == images.shape
    assert torch.equal(result, augment(images, seeded(1)))
    assert not torch.equal(result, augment(images, seeded(2)))
    assert torch.equal(images, before)
    assert torch.equal(torch.get_rng_state(), global_state)


@ALL
def test_an_entry_explains_itself_and_survives_json(name: str) -> None:
    kind = BATCH_AUGMENTATIONS[name]
    assert kind.__name__ == name
    assert kind.label
    assert kind.explanation.endswith(".")
    assert "\n" not in kind.explanation
    assert augmentation_from_dict(json.loads(json.dumps(kind().to_dict()))) == kind()


@ALL
def test_an_epoch_is_augmented_the_same_way_each_time(name: str) -> None:
    data = made_up_data(40, (1, 8, 8))
    augmentation = [BATCH_AUGMENTATIONS[name]()]
    first = [x for x, _ in epoch_batches(data, 16, seed=1, augmentation=augmentation)]
    again = [x for x, _ in epoch_batches(data, 16, seed=1, augmentation=augmentation)]
    plain = [x for x, _ in epoch_batches(data, 16, seed=1)]
    assert all(map(torch.equal, first, again))
    assert not any(map(torch.equal, first, plain))


def test_a_crop_is_one_of_torchvisions_crops_of_the_padded_image_and_every_one_occurs() -> None:
    image = made_up_data(1, (3, 5, 7)).images[0]
    padded = reference.pad(image, [2])
    crops = torch.stack([reference.crop(padded, top, left, 5, 7) for top in range(5) for left in range(5)]).flatten(1)
    results = RandomCrop(padding=2)(image.repeat(1000, 1, 1, 1), seeded(0)).flatten(1)
    matches = (results[:, None] == crops[None]).all(2)
    assert torch.equal(matches.sum(1), torch.ones(1000, dtype=torch.int64))
    # 40 are expected of each of the 25.
    assert matches.sum(0).min() > 10


def test_a_flip_mirrors_the_expected_part_of_the_images() -> None:
    images = made_up_data(2000, (1, 3, 4)).images
    for p in (0.0, 0.25, 1.0):
        results = RandomHorizontalFlip(p)(images, seeded(0))
        flipped = (results == reference.hflip(images)).flatten(1).all(1)
        assert torch.equal(results[~flipped], images[~flipped])
        assert flipped.double().mean() == pytest.approx(p, abs=0.05)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 21, 40)])
def test_a_rotation_is_torchvisions_by_an_angle_within_the_limit(shape: tuple[int, int, int]) -> None:
    count, (_, height, width) = 40, shape
    rotate = RandomRotation(degrees=30)
    # A ramp, turned, shows the angle: its slopes are the cosine and the sine.
    ramp = torch.arange(float(width)).expand(count, 1, height, width)
    turned = rotate(ramp, seeded(5))[:, 0]
    row, column = height // 2, width // 2
    across = turned[:, row, column + 1] - turned[:, row, column]
    down = turned[:, row + 1, column] - turned[:, row, column]
    degrees = [math.degrees(math.atan2(-y, x)) for x, y in zip(across.tolist(), down.tolist(), strict=True)]
    assert max(degrees) <= 30.001
    assert max(degrees) > 20
    assert min(degrees) >= -30.001
    assert min(degrees) < -20

    images = made_up_data(count, shape).images
    expected = torch.stack(
        [
            reference.rotate(image.float(), angle, InterpolationMode.BILINEAR)
            for image, angle in zip(images, degrees, strict=True)
        ]
    )
    torch.testing.assert_close(rotate(images, seeded(5)), expected, atol=0.05, rtol=0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": "RandomCrop", "padding": -1}, "padding must be a whole number"),
        ({"name": "RandomCrop", "padding": 1.5}, "padding must be a whole number"),
        ({"name": "RandomHorizontalFlip", "p": 1.1}, "between 0 and 1"),
        ({"name": "RandomHorizontalFlip", "p": "often"}, "between 0 and 1"),
        ({"name": "RandomRotation", "degrees": -1}, "between 0 and 180"),
        ({"name": "RandomRotation", "degrees": float("nan")}, "between 0 and 180"),
        ({"name": "RandomRotation", "angle": 3}, "RandomRotation has no parameter 'angle'; it has degrees"),
        ({"name": "Mosaic"}, "no augmentation 'Mosaic'; choose one of RandomCrop"),
        ({}, "no augmentation None"),
    ],
)
def test_a_wrong_description_is_refused_with_a_sentence(values: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        augmentation_from_dict(values)
