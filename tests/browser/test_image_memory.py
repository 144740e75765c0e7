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
def augment_server(app: Callable[..., Server]) -> Server:
    return app()


def largest_files() -> dict[str, bytes]:
    """As many pixels as are taken, in the modes that take the most memory to convert."""
    return {
        "clear.png": encoded(Image.new("RGBA", LARGEST, (200, 100, 50, 128)), "PNG", compress_level=1),
        "float.tif": encoded(Image.new("F", LARGEST, 0.5), "TIFF", compression="tiff_deflate"),
        "progressive.jpg": encoded(Image.new("RGB", LARGEST, "teal"), "JPEG", progressive=True),
    }


def memory(server: Server, field: str) -> int:
    """Bytes of the server in memory: VmRSS now, VmHWM the most at once until now; see proc(5)."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return 1024 * int(next(line for line in status.splitlines() if line.startswith(field)).split()[1])


def upload(page: Page, files: dict[str, bytes]) -> None:
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "image/*", "buffer": data} for name, data in files.items()]
    )


def wait_until_shown(page: Page, size: str) -> None:
    """Wait for the first card, of the centre crop, of an image of this height and width."""
    page.locator("figcaption").filter(has_text=size).first.wait_for(timeout=PATIENCE_MS)
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for(timeout=PATIENCE_MS)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Only Linux tells the most memory of a process.")
def test_whatever_is_uploaded_the_memory_stays_and_the_page_works(page: Page, augment_server: Server) -> None:
    page.goto(f"{augment_server.url}/augment")
    wait_until_shown(page, "300 × 451")
    idle = memory(augment_server, "VmRSS")

    upload(page, {file.name: file.data for file in bad_files()})
    page.get_by_text("phone.heic: This is a HEIC photo").wait_for(timeout=PATIENCE_MS)
    refused = memory(augment_server, "VmHWM") - idle
    assert refused < 150_000_000, "nothing of them was decoded"
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_text("phone.heic").wait_for(state="hidden")
    wait_until_shown(page, "300 × 451")

    upload(page, largest_files())
    wait_until_shown(page, "4,980 × 5,000")
    upload(page, {f"{index}.png": encoded(Image.new("L", (30, 40), index), "PNG") for index in range(47)})
    page.get_by_text("50 images of your own").wait_for(timeout=PATIENCE_MS)
    wait_until_shown(page, "40 × 30")
    most = memory(augment_server, "VmHWM") - idle
    assert most < MOST_BYTES
    assert tracebacks(page).count() == 0
