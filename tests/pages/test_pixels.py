"""The Pixels page: what it shows is what its code gives, whatever the image."""

from __future__ import annotations

import base64
import contextlib
import html
import json
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from playground.images.opencv import GROUPS, OPERATIONS, Chain, Operation
from playground.images.pixels import WALKS, StoredPhoto, Walk, WalkSettings
from playground.ui.pixels import result as pixels_result
from playground.ui.pixels.photo import LONGEST_SIDE, encoded
from playground.ui.pixels.region import Region
from playground.ui.pixels.running import RunningChain
from tests.images.bad_files import encoded as file_of
from tests.pages.conftest import ROOT, assert_no_traceback, field, open_page, sentences

CHELSEA = ROOT / "assets" / "images" / "chelsea.png"
OPERATIONS_VIEW = "OpenCV operations"
SMALL_IMAGES = {
    "one pixel": Image.new("RGB", (1, 1), "red"),
    "grey": Image.fromarray(np.arange(48, dtype=np.uint8).reshape(6, 8)),
    "flat": Image.new("RGB", (40, 1), "blue"),
}


@pytest.fixture(scope="module")
def chelsea() -> StoredPhoto:
    return StoredPhoto(Image.open(CHELSEA), "chelsea.png")


def opened(view: str, image: Image.Image | None = None) -> AppTest:
    """The page with this tab open, on Chelsea or on an image of one's own."""
    page = open_page("pages/pixels.py")
    page.session_state["pixels_view"] = view
    if image is None:
        page.run()
    else:
        page.file_uploader[0].set_value([("own.png", file_of(image, "PNG"), "")]).run()
    assert_no_traceback(page)
    return page


def choose(page: AppTest, key: str, value: str) -> None:
    page.segmented_control(key=key).set_value(value).run()
    assert_no_traceback(page)


def cards(page: AppTest) -> list[str]:
    """What is said on each card, as text."""
    bodies = [element.proto.body for element in page.get("html") if "pixels-step" in element.proto.body]
    return [html.unescape(re.sub("<[^>]+>", " ", body)) for body in bodies if "<style>" not in body]


def captions(page: AppTest) -> list[str]:
    return [caption.value for caption in page.caption]


def pictures(page: AppTest) -> dict[str, Any]:
    """What the slider between before and after is given."""
    (slider,) = [each for each in page.get("bidi_component") if "before" in each.proto.json]
    return json.loads(slider.proto.json)


def walked(name: str, photo: StoredPhoto, **settings: Any) -> Walk:
    return WALKS[name].of(photo, WalkSettings(**settings))


@pytest.mark.parametrize("name", WALKS)
def test_each_step_has_its_code_shape_and_type(name: str, chelsea: StoredPhoto) -> None:
    page = opened(WALKS[name].label)
    walk = walked(name, chelsea, **({"row": 48, "column": 80} if name == "layouts" else {}))
    assert [code.value for code in page.code] == [*(step.code for step in walk.steps), walk.to_code().strip()]
    for card, step in zip(cards(page), walk.steps, strict=True):
        assert f"[{', '.join(map(str, step.value.shape))}] {' '.join(step.axes)}" in re.sub(r"\s+", " ", card)
        assert str(step.value.dtype) in card
        for expression, value in step.expressions:
            assert f"{expression} = {value}" in card
        assert any(step.explanation in caption for caption in captions(page))


@pytest.mark.parametrize("image", SMALL_IMAGES.values(), ids=list(SMALL_IMAGES))
@pytest.mark.parametrize("view", [*(walk.label for walk in WALKS.values()), OPERATIONS_VIEW])
def test_every_tab_takes_images_of_any_shape(view: str, image: Image.Image) -> None:
    page = opened(view, image)
    assert page.code
    assert not page.error


def test_the_size_of_the_input_counts_for_the_walks_that_have_it() -> None:
    page = opened("Resize")
    field(page, "pixels_width").set_value(50)
    field(page, "pixels_height").set_value(20).run()
    assert_no_traceback(page)
    assert "[20, 50, 3]" in cards(page)[0]
    assert "[50, 20, 3]" in cards(page)[2]
    page.session_state["pixels_view"] = "Layout"
    page.run()
    assert "[20, 50, 3]" in cards(page)[0]
    assert field(page, "pixels_row").value == 10


def test_a_row_beyond_the_image_becomes_its_last() -> None:
    page = opened("Layout")
    field(page, "pixels_row").set_value(90).run()
    field(page, "pixels_height").set_value(30).run()
    assert_no_traceback(page)
    assert field(page, "pixels_row").value == 29


def test_means_and_deviations_are_set_by_sliders_and_by_presets(chelsea: StoredPhoto) -> None:
    page = opened("Normalize")
    assert "mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]" in page.code[-1].value
    page.slider(key="pixels_mean_red").set_value(0.25).run()
    assert "mean, std = [0.25, 0.456, 0.406]" in page.code[-1].value
    page.button(key="pixels_preset_0").click().run()
    assert_no_traceback(page)
    assert page.code[-1].value == walked("normalizing", chelsea, mean=(0.5,) * 3, std=(0.5,) * 3).to_code().strip()


def test_a_grey_image_has_one_mean() -> None:
    page = opened("Normalize", SMALL_IMAGES["grey"])
    assert [slider.label for slider in page.slider] == ["Mean of grey", "Standard deviation of grey"]
    assert "mean, std = [0.1307], [0.3081]" in page.code[-1].value


@pytest.mark.parametrize("group", GROUPS)
def test_every_operation_shows_its_code_parameters_and_kernel(group: str) -> None:
    page = opened(OPERATIONS_VIEW)
    choose(page, "opencv_group", group)
    for name, entry in OPERATIONS.items():
        if entry.group != group:
            continue
        choose(page, f"opencv_operation_{group}", entry.label)
        first = (Operation("otsu"),) if group == "Morphology" else ()
        assert page.code[0].value == Chain((*first, Operation(name))).to_code("chelsea.png").strip()
        assert entry.explanation in captions(page)
        labels = {widget.label for kind in (page.slider, page.selectbox) for widget in kind}
        assert {parameter.label for parameter in entry.parameters.values()} <= labels
        has_kernel = any(text.value.startswith("**The kernel**") for text in page.markdown)
        assert has_kernel == (entry.kernel is not None)
        assert not sentences(page)


def test_the_shown_pixels_are_those_of_the_shown_code(tmp_path: Path) -> None:
    page = opened(OPERATIONS_VIEW)
    page.selectbox(key="opencv_erosion_shape").set_value("cv2.MORPH_ELLIPSE")
    page.slider(key="opencv_erosion_size").set_value(9).run()
    assert_no_traceback(page)
    (tmp_path / "chelsea.png").write_bytes(CHELSEA.read_bytes())
    with contextlib.chdir(tmp_path):
        exec(page.code[0].value, {})
    expected = cv2.imread(str(tmp_path / "result.png"), cv2.IMREAD_UNCHANGED)
    shown = base64.b64decode(pictures(page)["after"].partition(",")[2])
    assert np.array_equal(cv2.imdecode(np.frombuffer(shown, np.uint8), cv2.IMREAD_UNCHANGED), expected)


def test_the_threshold_of_otsu_is_told() -> None:
    page = opened(OPERATIONS_VIEW)
    grey = cv2.cvtColor(cv2.imread(str(CHELSEA), 1), cv2.COLOR_BGR2GRAY)
    threshold, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)
    assert f"Otsu's method took the threshold **{threshold:g}**." in captions(page)


def test_without_a_threshold_colours_can_be_worked_on() -> None:
    page = opened(OPERATIONS_VIEW)
    choose(page, "opencv_group", "Blur")
    choose(page, "opencv_colours", "colours")
    assert "COLOR_BGR2GRAY" not in page.code[0].value
    choose(page, "opencv_first_Blur", "Fixed")
    assert "COLOR_BGR2GRAY" in page.code[0].value


def test_a_detail_shows_the_pixels_as_they_are() -> None:
    page = opened(OPERATIONS_VIEW)
    choose(page, "pixels_region", "32 pixels")
    page.slider(key="pixels_from_column").set_value(100).run()
    page.slider(key="pixels_from_row").set_value(50).run()
    assert_no_traceback(page)
    assert "32 × 32 pixels as they are, from column 100 and row 50 on." in captions(page)


def test_a_kernel_larger_than_the_image_is_told() -> None:
    page = opened(OPERATIONS_VIEW, Image.new("RGB", (40, 3), "red"))
    assert sentences(page) == [
        "Erosion: the 5 x 5 kernel is larger than the image of 40 x 3 pixels, so what lies beyond the border counts as "
        "much as the image; choose a smaller kernel or a larger image."
    ]


@pytest.mark.parametrize(("size", "width"), [((400, 300), 760), ((300, 400), 525), ((20, 900), 48), ((900, 20), 760)])
def test_a_high_image_is_no_wider_than_a_screen_is_high(size: tuple[int, int], width: int) -> None:
    page = opened(OPERATIONS_VIEW, Image.new("L", size, 7))
    assert pictures(page)["width"] == width


def test_a_file_name_is_shown_as_it_is() -> None:
    page = open_page("pages/pixels.py")
    page.file_uploader[0].set_value([("a_*b*_[c].png", file_of(Image.new("L", (3, 2)), "PNG"), "")]).run()
    assert_no_traceback(page)
    shown = next(text.value for text in page.markdown if "pixels (width" in text.value)
    assert shown.replace("\\", "") == "**a_*b*_[c].png**: 3 × 2 pixels (width × height), grey"
    assert "\\*b\\*" in shown


def test_an_image_that_cannot_be_read_leaves_the_page_with_a_sentence() -> None:
    page = open_page("pages/pixels.py")
    page.file_uploader[0].set_value([("thin.png", file_of(Image.new("L", (1, 20_000)), "PNG"), "")]).run()
    assert_no_traceback(page)
    assert any("thin" in sentence for sentence in sentences(page))


def test_what_takes_long_ends_with_the_same_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = opened(OPERATIONS_VIEW)
    monkeypatch.setattr(pixels_result, "_PATIENCE_SECONDS", 0.0)
    page = opened(OPERATIONS_VIEW)
    assert pictures(page) == pictures(quick)
    assert not any("Preview" in caption for caption in captions(page))


def test_a_chain_beside_the_page_can_be_given_up(chelsea: StoredPhoto) -> None:
    chain = Chain((Operation("otsu"), Operation("erosion")))
    running = RunningChain(chain, "chelsea", chelsea)
    assert running.wait(60)
    assert np.array_equal(running.result().result, chain.run(chelsea.bgr))
    large = StoredPhoto(Image.new("RGB", (3000, 4000)), "large.png")
    given_up = RunningChain(Chain((Operation("median_blur", size=31),) * 40, in_colour=True), "large", large)
    given_up.give_up()
    assert not given_up.wait(0.5)
    assert given_up.share < 1


def test_a_chain_beside_the_page_can_be_paused() -> None:
    large = StoredPhoto(Image.new("RGB", (3000, 4000)), "large.png")
    running = RunningChain(Chain((Operation("median_blur", size=31),)), "large", large)
    with running.paused():
        assert not running.wait(1.5), "at most the band that was being worked on"
        assert running.share < 1
    assert running.wait(60)


def test_what_goes_wrong_in_a_chain_is_raised_where_it_is_asked_for() -> None:
    running = RunningChain(Chain((Operation("otsu"),)), "none", None)  # type: ignore[arg-type]
    assert running.wait(60)
    with pytest.raises(AttributeError):
        running.result()


@pytest.mark.parametrize("size", [(1, 1), (20_000, 400), (7, 3), (5_000, 3_000), (400, 20_000)])
def test_a_picture_fits_the_browser(size: tuple[int, int]) -> None:
    picture = cv2.imdecode(np.frombuffer(encoded(np.zeros(size[::-1], np.uint8)), np.uint8), cv2.IMREAD_UNCHANGED)
    assert min(picture.shape) >= 1
    assert max(picture.shape) <= LONGEST_SIDE
    assert max(picture.shape) >= min(320, max(size))


def test_a_region_of_a_reduced_image_is_the_same_place() -> None:
    pixels = np.arange(12_000).reshape(100, 120)
    region = Region((120, 100), 60, 50, 30, 20)
    assert np.array_equal(region.of(pixels), pixels[50:70, 60:90])
    reduced = pixels[::2, ::2]
    assert np.array_equal(region.of(reduced), reduced[25:35, 30:45])
    assert Region((120, 100), 119, 99, 1, 1).of(reduced).size == 1
