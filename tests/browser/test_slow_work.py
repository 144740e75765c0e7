"""Work in the sandbox that takes long: the page says so, and gives way to whatever the person does next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Server
from tests.browser.train_page import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.usefixtures("clean_console")


@pytest.fixture(scope="module")
def url(server: Callable[..., Server]) -> str:
    return server("tests/browser/apps/slow_work.py").url


def test_slow_work_says_how_long_it_takes_and_can_be_cancelled_and_tried_again(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_text("It takes a while to inspect this").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("This was cancelled before it was done.").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("It takes a while to inspect this").wait_for(timeout=PATIENCE_MS)


def test_what_the_person_does_next_overtakes_slow_work(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_text("It takes a while to inspect this").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Something else").click()
    page.get_by_text("Pressed", exact=True).wait_for(timeout=PATIENCE_MS)
    page.get_by_text("It takes a while to inspect this").wait_for(state="detached", timeout=PATIENCE_MS)
