from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from torchvision.transforms import functional

from playground.data import load
from playground.images import SAMPLES, ImageError, image_to_array, load_sample
from playground.images.samples import _FOLDER


def test_a_square_image_is_resized_as_torchvision_resizes_it() -> None:
    astronaut = load_sample("astronaut")
    expected = functional.to_tensor(functional.resize(astronaut, [96, 96], functional.InterpolationMode.BILINEAR))
    assert np.array_equal(image_to_array(astronaut, (3, 96, 96)), expected.numpy())


@pytest.mark.parametrize(("shape", "box"), [((3, 100, 100), (100, 0, 500, 400)), ((3, 30, 90), (0, 100, 600, 300))])
def test_of_other_proportions_the_middle_is_taken(shape: tuple[int, int, int], box: tuple[int, ...]) -> None:
    coffee = load_sample("coffee")
    assert coffee.size == (600, 400)
    expected = coffee.resize((shape[2], shape[1]), Image.Resampling.BILINEAR, box)
    assert np.array_equal(image_to_array(coffee, shape).transpose(1, 2, 0), np.float32(expected) / 255)


def test_a_digit_stays_what_it_is() -> None:
    digit = load("mnist", train=False).images[0, 0].numpy()
    pixels = image_to_array(Image.fromarray(digit), (1, 28, 28))
    assert np.array_equal(pixels[0], np.float32(digit) / 255)
    in_colours = image_to_array(Image.fromarray(digit), (3, 28, 28))
    assert (in_colours == pixels).all()


def test_colours_become_grey_as_pillow_makes_them() -> None:
    astronaut = load_sample("astronaut")
    expected = np.float32(astronaut.convert("L")) / 255
    assert np.array_equal(image_to_array(astronaut, (1, 512, 512))[0], expected)


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1)])
def test_thin_images_fill_the_shape(size: tuple[int, int]) -> None:
    assert (image_to_array(Image.new("L", size, 255), (3, 224, 224)) == 1).all()


@pytest.mark.parametrize("shape", [(2, 8, 8), (3, 8), (784,), ()])
def test_another_shape_is_no_image(shape: tuple[int, ...]) -> None:
    with pytest.raises(ImageError, match="1 or 3 channels"):
        image_to_array(Image.new("L", (8, 8)), shape)


def test_the_samples_are_the_files_of_the_assets() -> None:
    assert sorted(SAMPLES) == sorted(path.stem for path in _FOLDER.glob("*.png"))
    for name in SAMPLES:
        assert load_sample(name).mode == "RGB"


def test_a_missing_sample_is_told() -> None:
    with pytest.raises(ImageError, match="restore"):
        load_sample("missing")
