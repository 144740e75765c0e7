from __future__ import annotations

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image

from playground.data import DATASETS, load, normalize
from playground.images import NORMALIZATIONS, ImageError, load_sample
from playground.inspection.layer_values.input_batch import (
    image_batch,
    image_normalization,
    random_batch,
    takes_images,
)
from playground.networks import presets


def test_a_digit_is_the_input_that_training_gives() -> None:
    test = load("mnist", train=False)
    batch = image_batch(
        Image.fromarray(test.images[3, 0].numpy()), (1, 28, 28), image_normalization(presets.load("cnn"), (1, 28, 28))
    )
    assert torch.allclose(batch, normalize(test.images[3:4], test.info), atol=1e-6)


@pytest.mark.parametrize("name", ["resnet50", "vit_b_16", "fcn_resnet50"])
def test_a_model_of_torchvision_is_given_what_its_transforms_give(name: str) -> None:
    transforms = torchvision.models.get_model_weights(name).DEFAULT.transforms()
    # At the size to which the transforms resize, they only normalise what they do not crop.
    crop = getattr(transforms, "crop_size", transforms.resize_size)[0]
    side = transforms.resize_size[0]
    image = load_sample("astronaut").resize((side, side))
    expected = transforms(image)
    edge = (side - crop) // 2
    batch = image_batch(image, (3, side, side), image_normalization(name, (3, side, side)))
    cropped = batch[0, :, edge : edge + crop, edge : edge + crop]
    assert torch.allclose(cropped, expected, atol=1e-5)


def test_a_detector_normalises_by_itself() -> None:
    assert image_normalization("fasterrcnn_resnet50_fpn", (3, 520, 520)) is None
    batch = image_batch(load_sample("coffee"), (3, 50, 50), None)
    assert 0 <= batch.min() < batch.max() <= 1


def test_a_spec_is_normalised_by_its_data_set_else_by_its_channels() -> None:
    spec = presets.load("cnn")
    fashion = image_normalization(spec, (1, 28, 28), "fashion_mnist")
    assert fashion is not None
    assert fashion.mean == DATASETS["fashion_mnist"].mean
    mnist = image_normalization(spec, (1, 28, 28))
    assert mnist is not None
    assert (mnist.name, mnist.std) == ("MNIST", (0.3081,))
    assert image_normalization(spec, (3, 28, 28), "mnist") == NORMALIZATIONS["imagenet"]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((1, 28, 28), True), ((3, 8, 9), True), ((2, 8, 8), False), ((784,), False), ((), False), ((3, 8), False)],
)
def test_which_shapes_are_images(shape: tuple[int, ...], expected: bool) -> None:
    assert takes_images(shape) is expected
    if not expected:
        with pytest.raises(ImageError):
            image_batch(load_sample("coffee"), shape, None)


def test_random_values_are_the_same_for_a_seed_and_whole_for_a_vocabulary() -> None:
    state = torch.get_rng_state()
    assert torch.equal(random_batch((5, 3)), random_batch((5, 3)))
    assert not torch.equal(random_batch((5, 3)), random_batch((5, 3), seed=1))
    words = random_batch((200,), vocabulary=7)
    assert np.array_equal(words.unique().numpy(), np.arange(7))
    assert torch.equal(torch.get_rng_state(), state)
