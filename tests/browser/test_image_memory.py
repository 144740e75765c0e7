"""All bad files of the tests, and the largest good ones, go through the upload of a real server: its memory stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.browser.conftest import Server
from tests.browser.train_page import PATIENCE_MS, tracebacks
from tests.images.bad_files import bad_files, encoded

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.usefixtures("clean_console")

MOST_BYTES = 1_500_000_000
# Three of them are kept, beside small ones.
LARGEST = (5_000, 4_980)


@pytest.fixture(scope="module")
def server_of_images(server: Callable[..., Server]) -> Server:
    return server("tests/browser/apps/chosen_images.py")


def largest_files() -> dict[str, bytes]:
    """As many pixels as are taken, in the modes that take the most memory to convert."""
    return {
        "clear.png": encoded(Image.new("RGBA", LARGEST, (200, 100, 50, 128)), "PNG", compress_level=1),
        "float.tif": encoded(Image.new("F", LARGEST, 0.5), "TIFF", compression="tiff_deflate"),
        "progressive.jpg": encoded(Image.new("RGB", LARGEST, "teal"), "JPEG", progressive=True),
    }


def most_memory(server: Server) -> int:
    """The most bytes that the server had in memory at once, until now."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return 1024 * int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def upload(page: Page, files: dict[str, bytes]) -> None:
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "image/*", "buffer": data} for name, data in files.items()]
    )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Only Linux tells the most memory of a process.")
def test_whatever_is_uploaded_the_memory_stays_and_the_page_works(page: Page, server_of_images: Server) -> None:
    page.goto(server_of_images.url)
    page.get_by_text("Chosen: Chelsea, a cat").wait_for(timeout=PATIENCE_MS)
    idle = most_memory(server_of_images)

    upload(page, {file.name: file.data for file in bad_files()})
    page.get_by_text("phone.heic: This is a HEIC photo").wait_for(timeout=PATIENCE_MS)
    refused = most_memory(server_of_images) - idle
    assert refused < 150_000_000, "nothing of them was decoded"
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_text("phone.heic").wait_for(state="hidden")

    upload(page, largest_files())
    page.get_by_text("Chosen: progressive.jpg, 5000 x 4980").wait_for(timeout=PATIENCE_MS)
    upload(page, {f"{index}.png": encoded(Image.new("L", (30, 30), index), "PNG") for index in range(47)})
    page.get_by_text("Chosen: 46.png, 30 x 30").wait_for(timeout=PATIENCE_MS)
    page.get_by_text("Chosen: ").nth(49).wait_for(timeout=PATIENCE_MS)
    most = most_memory(server_of_images) - idle
    assert most < MOST_BYTES
    assert tracebacks(page).count() == 0
