"""Images from a real browser: chosen, dropped and pasted; the camera stays closed until it is asked for."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from playground.ui.images.chosen_image import LARGEST_UPLOAD_MB
from tests.browser.conftest import Server
from tests.images.bad_files import encoded

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.usefixtures("clean_console")

COUNT_CAMERA_REQUESTS = """
window.cameraRequests = 0;
navigator.mediaDevices.getUserMedia = () => { window.cameraRequests += 1; return new Promise(() => {}); };
"""
NAMED = b"large.bmp"
HAND_OVER = """([base64, kind, selector]) => {
    const transfer = new DataTransfer();
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    transfer.items.add(new File([bytes], `${kind}.png`, { type: "image/png" }));
    const options = { bubbles: true, cancelable: true };
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: transfer, ...options })
        : new DragEvent("drop", { dataTransfer: transfer, ...options });
    document.querySelector(selector).dispatchEvent(event);
}"""


@pytest.fixture(scope="module")
def url(server: Callable[..., Server]) -> str:
    return server("tests/browser/apps/chosen_images.py").url


def open_choice(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_text("Chosen: Chelsea, a cat").wait_for()
    page.locator(".file-intake").wait_for(state="attached")


def hand_over(page: Page, kind: str, selector: str, side: int) -> None:
    data = base64.b64encode(encoded(Image.new("RGB", (side, side), "blue"), "PNG")).decode()
    page.evaluate(HAND_OVER, [data, kind, selector])
    page.get_by_text(f", {side} x {side}").wait_for()


def test_images_are_chosen_dropped_and_pasted_one_after_another(page: Page, url: str) -> None:
    open_choice(page, url)
    files = [
        {"name": name, "mimeType": "image/png", "buffer": data}
        for name, data in (
            ("good.png", encoded(Image.new("RGB", (40, 30), "red"), "PNG")),
            ("bad.png", b"a text"),
            ("drawing.svg", b"<svg/>"),
        )
    ]
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_text("Chosen: good.png, 40 x 30").wait_for()
    page.get_by_text("drawing.svg: This is an SVG").wait_for()
    hand_over(page, "drop", "[data-testid=stFileUploaderDropzone]", 50)
    hand_over(page, "paste", "body", 60)
    hand_over(page, "paste", "[data-testid=stTextInput] input", 70)
    assert page.get_by_text("Chosen: ").all_inner_texts() == [
        "Chosen: paste.png (2), 70 x 70",
        "Chosen: paste.png, 60 x 60",
        "Chosen: drop.png, 50 x 50",
        "Chosen: good.png, 40 x 30",
    ]


def test_a_text_is_pasted_as_ever(page: Page, url: str) -> None:
    open_choice(page, url)
    field = page.get_by_label("A field")
    assert field.evaluate(
        """(node) => {
            const transfer = new DataTransfer();
            transfer.setData("text/plain", "a text");
            const event = new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true });
            return node.dispatchEvent(event);
        }"""
    ), "nobody prevented it"


def test_the_camera_is_asked_for_only_when_it_is_wanted(page: Page, url: str) -> None:
    page.add_init_script(COUNT_CAMERA_REQUESTS)
    open_choice(page, url)
    assert page.evaluate("window.cameraRequests") == 0
    page.get_by_text("Camera", exact=True).click()
    page.get_by_test_id("stCameraInput").wait_for()
    page.wait_for_function("window.cameraRequests > 0")


def test_a_file_that_is_too_large_is_told_and_the_good_one_beside_it_is_taken(
    page: Page, url: str, tmp_path: Path
) -> None:
    (tmp_path / "large.bmp").write_bytes(b"BM" + bytes(LARGEST_UPLOAD_MB * 1024 * 1024))
    (tmp_path / "good.png").write_bytes(encoded(Image.new("RGB", (40, 30), "red"), "PNG"))
    sent: list[str] = []
    page.on("requestfinished", lambda request: sent.append("file") if "upload_file" in request.url else None)
    page.on("websocket", lambda line: line.on("framesent", lambda data: sent.append("name") if NAMED in data else None))
    open_choice(page, url)
    page.locator("input[type=file]").set_input_files([tmp_path / "large.bmp", tmp_path / "good.png"])
    page.get_by_text("Chosen: good.png, 40 x 30").wait_for()
    page.get_by_text("large.bmp left out: a file may have 20 MB.").wait_for()
    assert sent == ["file", "name"], "the name waits, since Streamlit may lose a file during another request"
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_text("large.bmp left out").wait_for(state="hidden")
    page.get_by_text("Chosen: good.png, 40 x 30").wait_for()
