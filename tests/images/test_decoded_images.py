from __future__ import annotations

import threading

import numpy as np
import pytest
from PIL import Image

from playground.images import ImageError, decode_image
from playground.images.decoded_images import DecodedImages, digest
from tests.images.bad_files import encoded

FILES = [encoded(Image.new("RGB", (100, 100), (40 * index, 0, 0)), "PNG") for index in range(6)]


def test_a_file_is_decoded_once() -> None:
    images = DecodedImages()
    first = images.image(digest(FILES[1]), FILES[1])
    assert images.image(digest(bytes(FILES[1])), b"not looked at") is first
    assert np.array_equal(np.asarray(first), np.asarray(decode_image(FILES[1])))


def test_no_more_pixels_are_kept_than_agreed() -> None:
    images = DecodedImages(most_pixels=25_000)
    kept = {index: images.image(digest(file), file) for index, file in enumerate(FILES)}
    assert images.pixels == 20_000
    assert images.image(digest(FILES[5]), FILES[5]) is kept[5]
    assert images.image(digest(FILES[0]), FILES[0]) is not kept[0]
    assert images.image(digest(FILES[5]), FILES[5]) is kept[5], "asked for last, it stays"


def test_one_image_is_kept_however_large() -> None:
    images = DecodedImages(most_pixels=10)
    assert images.image(digest(FILES[2]), FILES[2]) is images.image(digest(FILES[2]), FILES[2])


def test_what_a_file_is_outlives_its_pixels() -> None:
    images = DecodedImages(most_pixels=10_000)
    for file in FILES:
        assert images.description(digest(file), file) == "PNG, 100 × 100, RGB"
    assert images.description(digest(FILES[0]), b"not looked at") == "PNG, 100 × 100, RGB"
    clear = encoded(Image.new("LA", (7, 1_000), (0, 0)).resize((70, 1_000)), "PNG")
    assert images.description(digest(clear), clear) == "PNG, 70 × 1,000, grey · transparency laid on white"


def test_a_bad_file_is_refused_each_time_by_the_same_sentence() -> None:
    images = DecodedImages()
    for data in (b"text", b"not looked at"):
        for ask in (images.image, images.description):
            with pytest.raises(ImageError, match="no image that can be read"):
                ask(digest(b"text"), data)


def test_threads_that_ask_at_once_get_one_image() -> None:
    images, got = DecodedImages(), []
    threads = [threading.Thread(target=lambda: got.append(images.image(digest(FILES[3]), FILES[3]))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(image) for image in got}) == 1
