"""The slider between two pictures in a real browser: pixels on both sides of the line, by mouse, keys and touch."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.browser.conftest import Server

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.usefixtures("clean_console")

RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 128, 0)


@pytest.fixture(scope="module")
def url(server: Callable[..., Server]) -> str:
    return server("tests/browser/apps/compared_pictures.py").url


def open_slider(page: Page, url: str) -> Locator:
    page.goto(url)
    slider = page.locator(".compare-slider")
    slider.wait_for()
    slider.evaluate("(node) => Promise.all([...node.querySelectorAll('img')].map((image) => image.decode()))")
    return slider


def colours(slider: Locator) -> list[tuple[int, ...]]:
    """The colours at a tenth, at 35, 65 and 90 percent of the width, below the labels and the handle."""
    shot = Image.open(io.BytesIO(slider.screenshot())).convert("RGB")
    return [shot.getpixel((int(shot.width * share), int(shot.height * 0.9))) for share in (0.1, 0.35, 0.65, 0.9)]


def test_the_line_is_dragged_and_each_side_shows_its_picture(page: Page, url: str) -> None:
    slider = open_slider(page, url)
    box = slider.bounding_box()
    assert box is not None
    assert box["width"] == 400
    assert box["width"] / box["height"] == pytest.approx(1.5, rel=0.02)
    assert colours(slider) == [RED, RED, BLUE, BLUE]
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 120, steps=4)
    page.mouse.up()
    assert colours(slider) == [RED, BLUE, BLUE, BLUE]
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 120)
    assert colours(slider) == [RED, BLUE, BLUE, BLUE], "the button is up"
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + 120)
    assert colours(slider) == [RED, RED, RED, BLUE]


def test_keys_move_it_and_a_screen_reader_knows_where_it_is(page: Page, url: str) -> None:
    slider = open_slider(page, url)
    handle = page.get_by_role("slider", name="Red and blue")
    handle.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    assert handle.input_value() == "70"
    assert handle.get_attribute("aria-valuetext") == "70 % Red, 30 % blue"
    assert colours(slider) == [RED, RED, RED, BLUE]
    page.keyboard.press("Home")
    assert colours(slider) == [BLUE] * 4


def test_a_finger_moves_it(new_page: Callable[..., Page], url: str) -> None:
    page = new_page(viewport={"width": 390, "height": 800})
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    slider = open_slider(page, url)
    box = slider.bounding_box()
    assert box is not None
    assert box["width"] < 390, "it fits"
    finger = {"x": box["x"] + box["width"] * 0.2, "y": box["y"] + box["height"] * 0.7}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert colours(slider) == [RED, BLUE, BLUE, BLUE]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_stays_where_it_is_when_the_picture_changes(new_page: Callable[..., Page], url: str, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    slider = open_slider(page, url)
    page.get_by_role("slider").focus()
    page.keyboard.press("End")
    for _ in range(4):
        page.keyboard.press("PageDown")
    assert page.get_by_role("slider").input_value() == "60"
    page.get_by_text("green", exact=True).first.click()
    page.get_by_role("slider", name="Red and green").wait_for()
    slider.evaluate("(node) => Promise.all([...node.querySelectorAll('img')].map((image) => image.decode()))")
    assert colours(slider) == [RED, RED, GREEN, GREEN]
