from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from playground.ui.augment.seed import FIRST_SEED
from tests.browser.train_page import PATIENCE_MS, button, tracebacks

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.usefixtures("clean_console")


@pytest.fixture(scope="module")
def url(shared_url: str) -> str:
    return shared_url


def card(name: str) -> str:
    return f".st-key-augment_card_seven_{name}"


def open_augment(page: Page, url: str, tab: str = "") -> None:
    page.goto(url + "/augment")
    page.locator(f"{card('ColorJitter')} img").nth(1).wait_for(timeout=PATIENCE_MS)
    if tab:
        page.get_by_role("tab", name=tab, exact=True).click()


def test_a_change_in_one_card_draws_that_card_alone(page: Page, url: str) -> None:
    open_augment(page, url)
    assert page.locator(".augment-pictures").count() == 7
    assert all(
        page.locator(".augment-pictures img").evaluate_all("images => images.map(image => image.naturalWidth > 0)")
    )
    page.evaluate("document.querySelectorAll('.augment-pictures img').forEach(image => (image.former = image.src))")
    field = page.locator(f"{card('CenterCrop')} .st-key-seven_CenterCrop_0_size_height input")
    field.fill("80")
    field.press("Enter")
    page.locator(card("CenterCrop")).get_by_text("80 × 80").wait_for()
    page.locator(card("CenterCrop")).get_by_text("(186, 110)").wait_for()
    same = "images => images.map(image => image.former === image.src)"
    kept = page.locator(".augment-pictures img").evaluate_all(same)
    assert kept == [False, False, *[True] * 12]
    assert tracebacks(page).count() == 0


def test_a_box_that_is_drawn_moves_along(page: Page, url: str) -> None:
    open_augment(page, url, "Pipeline")
    page.get_by_role("radio", name="Boxes and masks").click()
    layer = page.locator(".mark-canvas-frame svg")
    layer.wait_for(timeout=PATIENCE_MS)
    result = page.locator("[data-testid=stImage] img")
    result.wait_for()
    page.locator(".mark-canvas-frame img").evaluate("image => image.decode()")
    before = result.get_attribute("src")
    drag(page, [(0.2, 0.2), (0.5, 0.5), (0.7, 0.8)])
    assert page.locator(".mark-canvas-frame polygon").count() == 1
    page.wait_for_function(
        "src => document.querySelector('[data-testid=stImage] img').src !== src", arg=result_of(page, before)
    )
    page.get_by_role("button", name="Outline").click()
    drag(page, [(0.3, 0.3), (0.6, 0.3), (0.5, 0.6), (0.3, 0.5)])
    assert page.locator(".mark-canvas-frame polygon").count() == 2
    button_of(page, "Undo").click()
    assert page.locator(".mark-canvas-frame polygon").count() == 1
    # A control that draws the pipeline again leaves the marks where they are.
    button(page, "augment_draw").click()
    page.locator(".st-key-augment_seed input").and_(page.locator(f"[value='{FIRST_SEED + 1}']")).wait_for()
    assert page.locator(".mark-canvas-frame polygon").count() == 1
    button_of(page, "Clear").click()
    page.get_by_text("Draw on the picture").wait_for()
    assert tracebacks(page).count() == 0


def drag(page: Page, places: list[tuple[float, float]]) -> None:
    """Drag over the picture through places, as shares of its width and height."""
    box = page.locator(".mark-canvas-frame svg").bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=5)
    page.mouse.up()


def result_of(page: Page, before: str | None) -> str:
    return page.evaluate("source => new URL(source, document.baseURI).href", before)


def button_of(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.locator(".mark-canvas-tools button").filter(has_text=re.compile(f"^{name}$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_result_at_full_size_is_downloaded(scheme: str, new_page: Callable[..., Page], url: str) -> None:
    page = new_page(color_scheme=scheme)
    open_augment(page, url, "Pipeline")
    page.get_by_role("radio", name="Code and files").click()
    with page.expect_download() as download:
        button(page, "augment_full_size").click()
    assert download.value.suggested_filename == "augmented.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    assert tracebacks(page).count() == 0
