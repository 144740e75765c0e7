from __future__ import annotations

import numpy as np
from PIL import Image, ImageColor

from playground.images.augmentation.applied import Marks
from playground.images.augmentation.marking import COLOURS, with_marks, with_regions
from tests.images.augmentation.examples import assert_same, picture

GREY = Image.new("RGB", (100, 60), (200, 200, 200))


def test_what_is_outside_of_a_region_is_darker() -> None:
    found = np.asarray(with_regions(GREY, [((100, 100), (300, 100), (300, 200), (100, 200))], 0.2))
    assert (found[25:35, 25:55] == 200).all()
    assert (found[:16] == 90).all()
    assert (found[:, 65:] == 90).all()
    assert not (found[20, 20:60] == 200).any()


def test_a_region_may_lie_outside_of_the_picture() -> None:
    found = with_regions(GREY, [((-50, -50), (500, -50), (500, 500), (-50, 500))], 1)
    assert_same(found, GREY)


def test_without_regions_a_picture_stays_as_it_is() -> None:
    image = picture(20, 30, "L")
    assert with_regions(image, [], 1) is image


def test_boxes_and_masks_are_in_their_colours() -> None:
    mask = np.zeros((60, 100), np.bool_)
    mask[30:, :] = True
    found = np.asarray(with_marks(GREY, Marks(((10.0, 5.0, 50.0, 25.0), None), (mask,))))
    assert tuple(found[5, 30]) == ImageColor.getrgb(COLOURS[0])
    assert tuple(found[24, 30]) == ImageColor.getrgb(COLOURS[0])
    assert tuple(found[15, 30]) == (200, 200, 200)
    towards = np.sign(np.array(ImageColor.getrgb(COLOURS[2])) - 200)
    assert (np.sign(found[45, 50].astype(int) - 200) == towards).all()
    assert (np.asarray(GREY) == 200).all()
