from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.train_page import PATIENCE_MS, button, tracebacks

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.usefixtures("clean_console")


@pytest.fixture(scope="module")
def url(shared_url: str) -> str:
    return shared_url


def test_a_selected_row_shows_its_formula_and_leads_to_its_receptive_field_and_feature_maps(
    page: Page, url: str
) -> None:
    page.goto(url + "/inspect")
    table = page.locator("[data-testid=stDataFrame]:visible").first
    table.wait_for(timeout=PATIENCE_MS)
    select_first_row(page)
    page.get_by_text("h' = floor((224 - 7 + 2*3) / 2) + 1 = 112").wait_for()
    assert "nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)" in page.locator(
        ".st-key-layer_panel"
    ).inner_text().replace("\n", "")

    button(page, "open_field").click()
    page.get_by_role("tabpanel", name="Receptive field").get_by_text("a position sees 7 × 7 pixels").wait_for()
    page.get_by_role("tab", name="Layers").click()
    table.wait_for()
    select_first_row(page)
    button(page, "open_insides").click()
    page.get_by_role("heading", name="What conv1 gives").wait_for(timeout=PATIENCE_MS)
    assert tracebacks(page).count() == 0


def test_a_folded_block_opens_alone_and_folds_again(page: Page, url: str) -> None:
    page.goto(url + "/inspect?inspected=lenet")
    page.locator("[data-testid=stDataFrame]:visible").first.wait_for(timeout=PATIENCE_MS)
    page.locator(".st-key-inspected_depth button").filter(has_text="1").click()
    # The table is drawn anew, with three rows.
    page.wait_for_function("document.querySelector('[data-testid=stDataFrame]').getBoundingClientRect().height < 160")
    select_first_row(page)
    page.locator(".st-key-layer_panel").get_by_text("Sequential").first.wait_for()
    button(page, "open_block").click()
    button(page, "open_block").wait_for(state="hidden")
    select_first_row(page)
    page.locator(".st-key-layer_panel").get_by_text("nn.Conv2d(1, 6, kernel_size=5)").wait_for()
    button(page, "fold_block").click()
    button(page, "fold_block").wait_for(state="hidden")
    assert tracebacks(page).count() == 0


def test_every_view_of_a_torchvision_model_opens_without_a_traceback(page: Page, url: str) -> None:
    page.goto(url + "/inspect?inspected=torchvision.mobilenet_v3_small")
    page.get_by_text("2,542,856").first.wait_for(timeout=PATIENCE_MS)
    for name in ("Graph", "Insides", "Receptive field", "Memory", "Compare", "Calculators", "torchinfo", "Layers"):
        page.get_by_role("tab", name=name).click()
        page.locator(".stApp[data-test-script-state=notRunning]").wait_for(timeout=PATIENCE_MS)
        page.wait_for_timeout(300)
        assert tracebacks(page).count() == 0, name


def test_the_search_for_the_largest_batch_says_how_far_it_is_and_can_be_cancelled(page: Page, url: str) -> None:
    page.goto(url + "/inspect?inspected=resnet18")
    page.get_by_role("tab", name="Memory").click(timeout=PATIENCE_MS)
    page.get_by_text("Peak of a training step").wait_for(timeout=PATIENCE_MS)
    button(page, "find_largest").click()
    page.get_by_text("Trying a batch of").wait_for()
    button(page, "find_largest_cancel").click()
    button(page, "find_largest_cancel").wait_for(state="detached", timeout=PATIENCE_MS)
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for(timeout=PATIENCE_MS)
    assert page.get_by_text("fits into").count() == 0
    assert page.get_by_text("Trying a batch of").count() == 0
    button(page, "find_largest").click()
    page.get_by_text("fits into").wait_for(timeout=PATIENCE_MS)


def select_first_row(page: Page) -> None:
    """Click into the column of boxes, which the browser draws on a canvas."""
    box = page.locator("[data-testid=stDataFrame]:visible").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 18, box["y"] + 52)
    page.locator(".st-key-layer_panel").wait_for()
