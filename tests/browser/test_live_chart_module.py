"""live_chart.js as Streamlit calls it: for each figure the default export, whose result is called to clean up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.conftest import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Into a node of its own on a page that has loaded the module.
DRAW = """
    async (figures) => {
        const address = performance
            .getEntriesByType("resource").map((entry) => entry.name).find((name) => name.includes("/live_chart.js"));
        const { default: draw } = await import(address);
        const parentElement = document.createElement("div");
        parentElement.style = "width: 400px; height: 300px";
        document.body.append(parentElement);
        window.parentElement = parentElement;
        window.cleanups = figures.map((figure) =>
            draw({ data: new TextEncoder().encode(JSON.stringify(figure)), parentElement }));
    }
"""


def test_the_cleanup_of_an_overtaken_figure_leaves_the_chart(page: Page, server: Callable[..., Server]) -> None:
    page.goto(server("tests/browser/apps/growing_curves.py").url)
    page.wait_for_selector(".live-chart .js-line")
    figures = [{"data": [{"x": [1, 2], "y": [1, last]}], "layout": {}} for last in (2, 3)]
    page.evaluate(DRAW, figures)
    page.wait_for_function("parentElement.querySelector('.live-chart')?.data?.[0].y[1] === 3")
    page.evaluate("() => { window.node = parentElement.firstChild; cleanups[0](); }")
    assert page.evaluate("parentElement.firstChild === node && node.data[0].y[1] === 3")

    # The component leaves the page: its node goes first, then both cleanups run.
    page.evaluate("() => { parentElement.remove(); cleanups.forEach((cleanup) => cleanup()); }")
    assert page.evaluate("parentElement.childElementCount === 0 && node.data === undefined")
