"""The Pixels page in a browser: pictures that follow the controls, and what takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.browser.train_page import PATIENCE_MS, tracebacks, wait_for
from tests.images.bad_files import encoded

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.usefixtures("clean_console")

LOADED = "(image) => image.complete && image.naturalWidth > 0"


@pytest.fixture(scope="module")
def url(shared_url: str) -> str:
    return shared_url


def open_view(page: Page, url: str, view: str) -> None:
    page.goto(url + "/pixels")
    page.get_by_role("tab", name=view, exact=True).click()


def choose(page: Page, key: str, label: str) -> None:
    page.locator(f".st-key-{key} button").get_by_text(label, exact=True).click()


def after(page: Page) -> str:
    """The address of the picture after the operation, which holds its pixels."""
    return page.locator(".compare-slider-after").get_attribute("src") or ""


def wait_for_another(page: Page, before: str) -> str:
    page.locator(f'.compare-slider-after:not([src="{before}"])').wait_for(timeout=PATIENCE_MS, state="attached")
    return after(page)


def test_a_walk_shows_a_picture_with_shape_and_histogram_for_each_step(page: Page, url: str) -> None:
    open_view(page, url, "To tensor")
    # torch and torchvision are imported meanwhile.
    page.locator(".pixels-step").last.wait_for(timeout=3 * PATIENCE_MS)
    cards = page.locator(".pixels-step")
    # Those of the walk before go a moment after these have come.
    wait_for(lambda: cards.count() == 6, "six steps")
    for index in range(6):
        card = cards.nth(index)
        assert card.locator("img").evaluate(LOADED)
        assert "N C H W" in card.inner_text()
        assert card.locator("[role=img]").first.bounding_box()
    height = page.locator(".st-key-pixels_height input")
    height.fill("40")
    height.press("Enter")
    page.get_by_text("[1, 3, 40, 160]").first.wait_for()
    assert tracebacks(page).count() == 0


def test_the_picture_and_the_code_follow_the_operation(page: Page, url: str) -> None:
    open_view(page, url, "OpenCV operations")
    page.locator(".compare-slider-after").wait_for(timeout=PATIENCE_MS)
    eroded = after(page)
    choose(page, "opencv_operation_Morphology", "Top-hat")
    hat = wait_for_another(page, eroded)
    page.get_by_text("cv2.MORPH_TOPHAT").wait_for()
    page.locator(".st-key-opencv_top_hat_size input").press("ArrowRight")
    wait_for_another(page, hat)
    page.get_by_text("The kernel, 7 × 7").wait_for()
    assert page.locator("[role=img][aria-label^='Kernel of Top-hat'] > div").count() == 49
    choose(page, "pixels_region", "64 pixels")
    page.get_by_text("64 × 64 pixels as they are").wait_for()
    with page.expect_download() as download:
        page.locator(".st-key-pixels_result_file button").click()
    with Image.open(download.value.path()) as result:
        assert result.size == (451, 300)
    assert tracebacks(page).count() == 0


def test_what_takes_long_is_previewed_and_gives_way_to_the_next_choice(page: Page, url: str) -> None:
    open_view(page, url, "OpenCV operations")
    page.locator(".compare-slider-after").wait_for(timeout=PATIENCE_MS)
    photograph = encoded(Image.new("RGB", (5000, 5000), "gray"), "JPEG")
    file = {"name": "large.jpg", "mimeType": "image/jpeg", "buffer": photograph}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("Computed on all 5,000 × 5,000 pixels").wait_for(timeout=PATIENCE_MS)
    choose(page, "opencv_group", "Blur")
    choose(page, "opencv_operation_Blur", "Bilateral filter")
    choose(page, "opencv_colours", "colours")
    preview = page.get_by_text("of the picture reduced 6.2 times, with kernels reduced as well, until all 25 million")
    preview.wait_for(timeout=PATIENCE_MS)
    choose(page, "opencv_operation_Blur", "Box blur")
    page.get_by_text("Computed on all 5,000 × 5,000 pixels").wait_for(timeout=PATIENCE_MS)
    page.get_by_text("cv2.blur").wait_for()
    preview.wait_for(state="detached")
    assert tracebacks(page).count() == 0
