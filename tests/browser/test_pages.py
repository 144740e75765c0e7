from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from playground.ui.navigation import PAGES, PageInfo
from tests.browser.conftest import ROOT, Server
from tests.browser.train_page import (
    PATIENCE_MS,
    address,
    button,
    sentences,
    start,
    tracebacks,
    wait_for_status,
    wait_for_torch,
)

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.usefixtures("clean_console")

CHANNELS = "(property) => getComputedStyle(document.querySelector('.stApp'))[property].match(/\\d+/g).map(Number)"
WIDEST = "() => Math.max(...[...document.querySelectorAll('html, .stMain')].map((node) => node.scrollWidth))"


@pytest.fixture
def url(shared_url: str) -> str:
    return shared_url


@pytest.mark.parametrize("first", PAGES, ids=lambda info: info.title)
def test_each_page_can_be_the_first_of_a_fresh_server(app: Callable[..., Server], page: Page, first: PageInfo) -> None:
    fresh = app()
    page.goto(fresh.url + path(first))
    heading(page, first).wait_for()
    page.wait_for_function("(title) => document.title.startsWith(title)", arg=first.title)
    assert page.url == fresh.url + path(first)
    assert tracebacks(page).count() == 0
    page.close()
    fresh.stop()


def test_every_page_leads_to_every_page(page: Page, url: str) -> None:
    page.goto(url)
    for info in (*PAGES, *reversed(PAGES)):
        page.get_by_test_id("stSidebar").get_by_role("link", name=info.title, exact=True).click()
        heading(page, info).wait_for()
        assert urlsplit(page.url).path == path(info)
        assert tracebacks(page).count() == 0


def test_the_layer_table_follows_when_torch_is_there(page: Page, url: str) -> None:
    page.goto(url + "/train")
    button(page, "start").wait_for()
    wait_for_torch(page)
    assert tracebacks(page).count() == 0


@pytest.mark.parametrize("info", PAGES, ids=lambda info: info.title)
def test_a_page_fits_a_narrow_window_and_is_light_or_dark_as_the_system(page: Page, url: str, info: PageInfo) -> None:
    page.goto(url + path(info))
    heading(page, info).wait_for()
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    background, text = brightness(page)
    assert background > 240 > 70 > text

    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"({CHANNELS})('backgroundColor')[0] < 128")
    background, text = brightness(page)
    assert background < 40 < 200 < text

    page.set_viewport_size({"width": 420, "height": 900})
    page.wait_for_function(f"({WIDEST})() <= 420")
    assert tracebacks(page).count() == 0


def test_a_refresh_keeps_the_settings(page: Page, url: str) -> None:
    page.goto(url + "/train")
    epochs = page.locator(".st-key-epochs input")
    epochs.fill("7")
    epochs.press("Enter")
    page.wait_for_url("**epochs=7*")
    page.locator(".st-key-optimizer").get_by_role("combobox").click()
    page.get_by_role("option", name="SGD", exact=True).click()
    page.wait_for_url("**learning_rate=0.1*")
    page.reload()
    button(page, "start").wait_for()
    assert epochs.input_value() == "7"
    assert page.locator(".st-key-learning_rate input").input_value() == "0.1"
    assert page.locator(".st-key-optimizer input").input_value() == "SGD"


def test_a_bad_value_is_said_where_it_is_typed(page: Page, url: str) -> None:
    page.goto(url + "/train")
    for key, bad in (("learning_rate", "0"), ("epochs", "0"), ("batch_size", "-1")):
        field = page.locator(f".st-key-{key} input")
        field.fill(bad)
        field.press("Enter")
        sentences(page).filter(has_text=key.replace("_", " ")).wait_for()
        assert button(page, "start").is_disabled()
        field.fill("1")
        field.press("Enter")
        sentences(page).wait_for(state="detached")
        assert button(page, "start").is_enabled()
    assert tracebacks(page).count() == 0


def test_nonsense_in_the_address_is_answered_in_a_sentence(page: Page, url: str) -> None:
    for name, value in (("run", "../.."), ("run", "none"), ("learning_rate", "1e10"), ("batch_size", "-1")):
        page.goto(address(url, **{name: value}))
        button(page, "start").wait_for()
        sentences(page).wait_for()
        assert tracebacks(page).count() == 0
    page.goto(address(url, epochs="1e400", seed="nan", learning_rate="abc"))
    button(page, "start").wait_for()
    assert page.locator(".st-key-epochs input").input_value() == "3"
    assert sentences(page).count() == tracebacks(page).count() == 0


def test_a_network_that_does_not_fit_is_said_and_a_click_makes_it_fit(page: Page, url: str) -> None:
    page.goto(address(url, dataset="CIFAR-10"))
    sentences(page).filter(has_text="LeNet").wait_for(timeout=PATIENCE_MS)
    assert button(page, "start").is_disabled()
    page.locator("[class*=st-key-fix_] button:visible").first.click()
    sentences(page).wait_for(state="detached")
    wait_for_torch(page)
    assert button(page, "start").is_enabled()
    assert tracebacks(page).count() == 0


def test_a_damaged_asset_is_said_with_what_restores_it(app: Callable[..., Server], page: Page, tmp_path: Path) -> None:
    for part in ("app.py", "pages", "playground", "assets", ".streamlit"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    (tmp_path / "assets/mnist/train-labels-idx1-ubyte.gz").write_bytes(b"damaged")
    # Runs of its own: another server on the same runs, with sound assets, would take the run off its hands.
    env = {"PYTHONPATH": str(tmp_path), "PLAYGROUND_RUNS": str(tmp_path / "runs")}
    damaged = app(tmp_path / "app.py", env=env, cwd=tmp_path)
    page.goto(damaged.url + "/train")
    start(page)
    wait_for_status(page, "failed")
    said = sentences(page).filter(has_text="train-labels-idx1-ubyte.gz")
    said.wait_for()
    assert "git restore assets/mnist" in said.inner_text()
    assert tracebacks(page).count() == 0
    page.close()
    damaged.stop()


def path(info: PageInfo) -> str:
    """The page's address below that of the server."""
    return "/" if info.script == "app.py" else f"/{Path(info.script).stem}"


def heading(page: Page, info: PageInfo) -> Locator:
    return page.get_by_role("heading", name=info.heading, exact=True)


def brightness(page: Page) -> list[float]:
    """How bright the page and its text are, from 0 to 255."""
    return [sum(page.evaluate(CHANNELS, name)[:3]) / 3 for name in ("backgroundColor", "color")]
