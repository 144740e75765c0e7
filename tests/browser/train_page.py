"""What a person sees and does on the Train page."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PATIENCE_MS = 60_000

# Runs that take a moment, and such that do not end by themselves while a test looks at them.
QUICK = {"network": "Logistic regression", "first": "2000", "epochs": "2"}
ENDLESS = {
    "network": "MLP 784-500-10",
    "first": "2000",
    "epochs": "10000",
    "learning_rate": "0.00001",
    "schedule": "Constant",
}

CURVE = """
    () => {
        const node = document.querySelector(".st-key-loss_chart .live-chart");
        if (!node?.data?.length) return null;
        const { range, autorange } = node._fullLayout.xaxis;
        return { steps: node.data[0].x, losses: node.data[0].y, range, autorange };
    }
"""


def address(url: str, path: str = "/train", **query: str) -> str:
    return f"{url}{path}?{urlencode(query)}"


def button(page: Page, key: str) -> Locator:
    # Streamlit draws a button with a help text twice, for a mouse and for a finger, and hides one.
    return page.locator(f".st-key-{key} button:visible")


def start(page: Page) -> str:
    """Press Start and return the id of the run that the page then shows."""
    before = page.url
    button(page, "start").click()
    page.wait_for_url(lambda url: url != before and "run=" in url)
    return run_id(page)


def run_id(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["run"][0]


def wait_for_status(page: Page, status: str) -> None:
    """Wait until the page says how its run stands."""
    page.locator(".stMarkdownBadge").first.filter(has_text=status).wait_for(timeout=PATIENCE_MS)


def curve(page: Page) -> Any:
    """The loss curve, as soon as there is one: its steps, its losses, and the range of steps in view."""
    return page.wait_for_function(CURVE, timeout=PATIENCE_MS).json_value()


def last_step(page: Page) -> int:
    return int(curve(page)["steps"][-1])


def wait_for_step(page: Page, step: int = 0) -> None:
    """Wait until the loss curve goes beyond this step."""
    page.wait_for_function(
        f"(step) => (({CURVE})()?.steps ?? []).some((shown) => shown > step)", arg=step, timeout=PATIENCE_MS
    )


def drag_across_the_loss(page: Page) -> None:
    """Zoom into the middle of the loss curve with the mouse."""
    box = page.locator(".st-key-loss_chart .live-chart .nsewdrag").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - box["width"] / 4, y - box["height"] / 4)
    page.mouse.down()
    page.mouse.move(x + box["width"] / 4, y + box["height"] / 4, steps=5)
    page.mouse.up()
    page.wait_for_function(f"!({CURVE})().autorange")


def wait_for_torch(page: Page) -> None:
    """Wait for the layer table; the page that shows it instead of a sentence is drawn anew, once a server."""
    page.get_by_test_id("stDataFrame").wait_for(timeout=PATIENCE_MS)


def sentences(page: Page) -> Locator:
    """The boxes in which the page says what is wrong or what has happened."""
    return page.get_by_test_id("stAlert")


def tracebacks(page: Page) -> Locator:
    return page.get_by_test_id("stException")


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)
