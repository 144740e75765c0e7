"""Choosing images: whatever is uploaded, the good ones are there, and each bad one has its sentence."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from playground.images import SAMPLES
from playground.ui.images import own_images as own_images
from playground.ui.images.chosen_image import decoded_images
from tests.images.bad_files import bad_files, encoded
from tests.pages.conftest import ROOT, assert_no_traceback, open_page, sentences

RED = encoded(Image.new("RGB", (40, 30), "red"), "PNG")


def open_choice() -> AppTest:
    page = AppTest.from_file(ROOT / "tests/browser/apps/chosen_images.py", default_timeout=60).run()
    assert_no_traceback(page)
    return page


def upload(page: AppTest, *files: tuple[str, bytes]) -> None:
    page.file_uploader[0].set_value([(name, data, "") for name, data in files]).run()
    assert_no_traceback(page)


def chosen(page: AppTest) -> list[str]:
    """What the script is given, first to last."""
    return [text.value.removeprefix("Chosen: ") for text in page.markdown if text.value.startswith("Chosen: ")]


def lines(page: AppTest) -> str:
    return "\n".join(caption.value for caption in page.caption).replace("\\", "")


def test_at_first_there_is_a_sample_and_no_camera() -> None:
    page = open_choice()
    assert chosen(page) == ["Chelsea, a cat, 451 x 300"]
    assert not page.camera_input
    page.pills(key="images_samples_True").set_value(list(SAMPLES)).run()
    assert len(chosen(page)) == 3
    page.pills(key="images_samples_True").set_value([]).run()
    assert chosen(page) == []
    assert_no_traceback(page)


def test_a_file_of_ones_own_takes_the_place_of_the_sample_and_says_what_was_converted() -> None:
    page = open_choice()
    exif = Image.Exif()
    exif[0x0112] = 6
    upload(page, ("IMG_1_a.jpg", encoded(Image.new("RGB", (40, 30), "red"), "JPEG", exif=exif)))
    assert chosen(page) == ["IMG_1_a.jpg, 30 x 40"]
    assert "IMG_1_a.jpg** · JPEG, 30 × 40, RGB · turned 90° clockwise, as EXIF orientation 6 says" in lines(page)
    upload(page, ("later.png", RED))
    assert chosen(page) == ["later.png, 40 x 30", "IMG_1_a.jpg, 30 x 40"], "the uploader was ready for the next"
    page.button[0].click().run()
    assert chosen(page) == ["IMG_1_a.jpg, 30 x 40"]


def test_the_extension_says_nothing() -> None:
    page = open_choice()
    upload(page, ("photo.txt", RED), ("photo", RED), ("photo.png", encoded(Image.new("L", (9, 9)), "BMP")))
    assert "photo.png** · BMP, 9 × 9, grey" in lines(page)
    assert chosen(page) == ["photo, 40 x 30", "photo.png, 9 x 9"], "two of them are one file"


def test_bad_files_are_told_and_do_not_stand_in_the_way_of_good_ones() -> None:
    page = open_choice()
    bad = [(file.name, file.data) for file in bad_files()]
    upload(page, ("first.png", RED), *bad, ("last.png", encoded(Image.new("L", (8, 8)), "PNG")))
    assert chosen(page) == ["first.png, 40 x 30", "last.png, 8 x 8"]
    (told,) = (box.replace("\\", "") for box in sentences(page))
    for file in bad_files():
        assert f"**{file.name}**: " in told
        assert file.words in told
    page.button(key="images_dismiss").click().run()
    assert sentences(page) == []
    assert chosen(page) == ["first.png, 40 x 30", "last.png, 8 x 8"]


def test_fifty_files_come_at_once_and_no_more() -> None:
    page = open_choice()
    many = [(f"{index}.png", encoded(Image.new("RGB", (20, 20), (index, 0, 0)), "PNG")) for index in range(53)]
    upload(page, *many)
    assert len(chosen(page)) == own_images.MOST_FILES == 50
    assert any("50.png and 2 more left out" in sentence for sentence in sentences(page))
    page.button(key="images_dismiss").click().run()
    assert sentences(page) == []
    page.button(key="images_remove_all").click().run()
    assert chosen(page) == ["Chelsea, a cat, 451 x 300"]


def test_more_bytes_than_are_kept_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_images, "MOST_BYTES", 2 * len(RED))
    page = open_choice()
    noise = encoded(Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)), "PNG")
    upload(page, ("noise.png", noise), ("red.png", RED))
    assert chosen(page) == ["red.png, 40 x 30"]
    assert any("noise.png left out" in sentence for sentence in sentences(page))


def test_a_file_is_decoded_once_whatever_else_is_clicked(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_choice()
    data = encoded(Image.new("RGB", (61, 43), "green"), "PNG")
    upload(page, ("green.png", data))

    def again(_: bytes) -> None:
        raise AssertionError("decoded again")

    monkeypatch.setattr("playground.images.decoded_images.decode", again)
    page.text_input[0].set_value("typed").run()
    assert_no_traceback(page)
    assert chosen(page) == ["green.png, 61 x 43"]
    upload(page, ("the same.png", data))
    assert chosen(page) == ["the same.png, 61 x 43"]
    assert decoded_images().pixels >= 61 * 43


def test_photos_are_images_of_ones_own_and_stay_when_the_camera_is_closed() -> None:
    page = open_choice()
    page.toggle(key="images_camera").set_value(True).run()
    for size in ((64, 48), (32, 24)):
        photo = encoded(Image.new("RGB", size, "blue"), "JPEG")
        page.camera_input[0].set_value(("shot.jpg", photo, "image/jpeg")).run()
        assert_no_traceback(page)
    page.toggle(key="images_camera").set_value(False).run()
    assert chosen(page) == ["photo 2, 32 x 24", "photo 1, 64 x 48"]


def test_of_several_images_one_is_chosen_and_a_new_one_is_shown() -> None:
    def draw() -> None:
        import streamlit as st

        from playground.ui.images.image_upload import choose_one_image

        image = choose_one_image("images")
        st.markdown(f"Chosen: {image and image.name}")

    page = AppTest.from_function(draw, default_timeout=60).run()
    assert chosen(page) == ["Chelsea, a cat"]
    upload(page, ("a.png", RED))
    assert chosen(page) == ["a.png"]
    page.pills(key="images_samples_False").set_value(["coffee"]).run()
    page.selectbox[0].select_index(1).run()
    assert chosen(page) == ["A cup of coffee"]
    upload(page, ("b.png", encoded(Image.new("L", (5, 5)), "PNG")))
    assert chosen(page) == ["b.png"]
    assert_no_traceback(page)


def test_files_of_one_name_are_told_apart() -> None:
    page = open_choice()
    for side in (5, 6, 7):
        upload(page, ("image.png", encoded(Image.new("L", (side, side)), "PNG")))
    assert chosen(page) == ["image.png (3), 7 x 7", "image.png (2), 6 x 6", "image.png, 5 x 5"]


def test_images_follow_to_the_next_page() -> None:
    page = open_page("pages/augment.py")
    upload(page, ("mine.png", RED))
    page.switch_page("pages/pixels.py").run()
    assert_no_traceback(page)
    assert "mine.png** · PNG, 40 × 30, RGB" in lines(page)


@pytest.mark.parametrize("script", ["pages/augment.py", "pages/pixels.py"])
def test_the_pages_take_whatever_is_an_image_and_refuse_the_rest(script: str) -> None:
    page = open_page(script)
    for image in (Image.new("L", (1, 1), 7), Image.new("RGB", (1, 50), "red"), Image.new("LA", (2_500, 50), (3, 4))):
        upload(page, ("an image.png", encoded(image, "PNG")))
    upload(page, *((file.name, file.data) for file in bad_files()))
    assert "strip too thin" in "".join(sentences(page))
    assert lines(page).count("**an image.png") == 3
