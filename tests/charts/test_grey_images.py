from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from playground.charts.grey_images import grey_images

IMAGES = hnp.arrays(np.float32, st.sampled_from([(3, 2, 4), (2, 2, 2, 3), (1, 1, 1)]), elements=st.floats(width=32))


@given(IMAGES)
def test_each_image_goes_from_black_to_white_and_keeps_its_order(values: np.ndarray) -> None:
    images = grey_images(values)
    assert images.shape == values.shape
    assert images.dtype == np.uint8
    for image, numbers in zip(images, values, strict=True):
        finite = np.isfinite(numbers)
        shown, known = image[finite], numbers[finite]
        if known.size and known.min() < known.max():
            assert (shown.min(), shown.max()) == (0, 255)
            order = np.argsort(known, kind="stable")
            assert (np.diff(shown[order].astype(int)) >= 0).all()
        else:
            assert (image == 0).all()
        assert (image[~finite] == 0).all()


def test_together_the_lowest_of_all_is_black_and_the_highest_white() -> None:
    values = np.array([[[0.0, 1.0]], [[2.0, 4.0]]], np.float32)
    assert grey_images(values).tolist() == [[[0, 255]], [[0, 255]]]
    assert grey_images(values, together=True).tolist() == [[[0, 64]], [[128, 255]]]


def test_an_image_of_one_value_is_black() -> None:
    assert (grey_images(np.full((1, 2, 2), 7, np.float32)) == 0).all()
    assert grey_images(np.zeros((0, 2, 2), np.float32)).shape == (0, 2, 2)
