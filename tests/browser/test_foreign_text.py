"""What a stranger wrote, in a real browser: it is there to read, and nothing is made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import Server
from tests.browser.train_page import PATIENCE_MS, address, sentences, tracebacks
from tests.hostile_text import HOSTILE, TEXTS, can_be_read, hostile_networks, link

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.usefixtures("clean_console")

# What Streamlit makes of Markdown beside paragraphs, bold text and code.
MADE = (
    "a, img, em, del, h1, h2, h3, ul, ol, li, table, blockquote, pre, hr, input, .katex, [role=img], .stMarkdownBadge"
)
SHOWN = f"""
    () => Object.fromEntries([...document.querySelectorAll("[class*=st-key-]")].map((node) => {{
        const markdown = node.querySelector("[data-testid=stMarkdownContainer], [data-testid=stCaptionContainer]");
        const key = [...node.classList].find((name) => name.startsWith("st-key-")).slice("st-key-".length);
        return [key, markdown && [markdown.textContent, markdown.querySelectorAll("{MADE}").length]];
    }}))
"""
# Links to another place, and pictures that do not come with the page.
FOREIGN = """
    () => [...document.querySelectorAll("a[href], img[src]")]
        .map((node) => node.href ?? node.src)
        .filter((address) => !address.startsWith(location.origin) && !address.startsWith("data:"))
"""
READ = next(network for network in hostile_networks() if can_be_read(network))
UNREAD = next(network for network in hostile_networks() if not can_be_read(network))


def test_every_text_reads_as_it_was_written(server: Callable[..., Server], page: Page) -> None:
    page.goto(server("tests/browser/apps/foreign_texts.py").url)
    page.get_by_text("All are there.").wait_for(timeout=PATIENCE_MS)
    # Some elements, and mathematics and emoji, are drawn by code that is fetched when it is needed.
    page.wait_for_function(f"() => Object.values(({SHOWN})()).every(Boolean)", timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")
    shown: dict[str, list[Any]] = page.evaluate(SHOWN)
    for index, text in enumerate(TEXTS):
        for place in ("box", "button", "metric"):
            assert shown[f"{place}-{index}"] == [text, 0]
        for place in ("bold", "red", "code"):
            assert shown[f"{place}-{index}"] == [f"< {text} >", 0]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/inspect", {"inspected": HOSTILE}),
        ("/inspect", {"inspected": "own", "own": link(UNREAD)}),
        ("/inspect", {"inspected": "own", "own": link(READ)}),
        ("/build", {"network": link(UNREAD)}),
        ("/build", {"network": link(READ)}),
        ("/train", {"network": f"{READ['name']}, your own", "own": link(READ)}),
        ("/augment", {"pipeline": f'{{"version": 1, "transforms": [{{"type": "{HOSTILE}"}}]}}'}),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value),
)
def test_an_address_makes_no_link_and_asks_nobody(
    shared_url: str, page: Page, path: str, query: dict[str, str]
) -> None:
    page.goto(address(shared_url, path, **query))
    sentences(page).filter(has_text="![i](https://evil.example/i.png)").first.wait_for(timeout=PATIENCE_MS)
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(FOREIGN) == []
    assert page.locator(".katex").count() == tracebacks(page).count() == 0
