"""A graph in a real browser: it takes the page's colours, is zoomed and dragged, and its file opens by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

APP = "tests/browser/apps/zoomed_graph.py"


@pytest.fixture(scope="module")
def url(server: Callable[..., Server]) -> str:
    return server(APP).url


def open_graph(page: Page, url: str) -> None:
    page.goto(url)
    page.locator(".zoom-picture svg").wait_for()


def view(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.locator(".zoom-picture-view").evaluate(
        """(node) => ({
            left: node.scrollLeft, top: node.scrollTop, height: node.firstElementChild.clientHeight,
            label: node.firstElementChild.getAttribute("aria-label"),
        })"""
    )
    return found


@pytest.mark.usefixtures("clean_console")
def test_the_graph_is_zoomed_and_dragged_and_stays_so_when_the_page_runs_again(page: Page, url: str) -> None:
    open_graph(page, url)
    before = view(page)
    page.get_by_role("button", name="Larger").click()
    larger = view(page)
    assert larger["height"] > before["height"]
    box = page.locator(".zoom-picture-view").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 400)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 300, steps=4)
    page.mouse.up()
    dragged = view(page)
    assert dragged["top"] == pytest.approx(larger["top"] + 100, abs=2)
    page.get_by_role("button", name="Rerun").click()
    page.wait_for_timeout(500)
    assert view(page) == dragged
    page.get_by_role("button", name="The whole picture").click()
    assert view(page)["height"] < box["height"]


@pytest.mark.usefixtures("clean_console")
def test_another_picture_begins_anew(page: Page, url: str) -> None:
    open_graph(page, url)
    assert view(page)["label"] == "A graph of 20 layers"
    page.get_by_role("button", name="Larger").click()
    page.get_by_text("3", exact=True).click()
    page.locator(".zoom-picture svg[aria-label='A graph of 3 layers']").wait_for()
    assert view(page)["top"] == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_texts_have_the_colour_of_the_page(new_page: Callable[..., Page], url: str, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    open_graph(page, url)
    of_page = page.get_by_text("Rerun").evaluate("(node) => getComputedStyle(node).color")
    assert page.locator(".zoom-picture svg text").first.evaluate("(node) => getComputedStyle(node).fill") == of_page


def test_the_download_opens_by_itself(page: Page, url: str, tmp_path: Path) -> None:
    open_graph(page, url)
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG").click()
    assert download.value.suggested_filename == "graph.svg"
    download.value.save_as(tmp_path / "graph.svg")
    page.goto((tmp_path / "graph.svg").as_uri())
    assert page.evaluate("document.documentElement.tagName") == "svg"
    assert page.locator("text", has_text="Layer").count() == 20
