"""How soon the Augment page shows what a control changes, on an image of 12 million pixels, in a real browser.

python -m benchmarks.augment_page
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from benchmarks.app import browser, new_page, server
from benchmarks.measuring import Figure, percentile, print_figures
from playground.images import SEVEN_AUGMENTATIONS, load_sample

_SIZE = (4000, 3000)
_CHANGES = 6
_PATIENCE_MS = 120_000
# The probability of a flip goes to 0 and to 1.
_SLIDERS = {
    "RandomResizedCrop": ("ArrowRight", "ArrowRight"),
    "RandomHorizontalFlip": ("Home", "End"),
    "RandomRotation": ("ArrowLeft", "ArrowLeft"),
    "ColorJitter": ("ArrowLeft", "ArrowLeft"),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as url, browser() as chromium:
        photograph = Path(folder) / "photograph.jpg"
        load_sample("astronaut").resize(_SIZE, Image.Resampling.BICUBIC).save(photograph, quality=92)
        page = new_page(chromium)
        page.goto(f"{url}/augment")
        _picture(page, "ColorJitter").wait_for(timeout=_PATIENCE_MS)
        page.locator("input[type=file]").first.set_input_files(photograph)
        page.locator(".st-key-augment_card_seven_ColorJitter").get_by_text("3,000 × 4,000").first.wait_for(
            timeout=_PATIENCE_MS
        )
        # What the upload began is done.
        time.sleep(3)
        taken = {name: [_change(page, name, turn) for turn in range(_CHANGES)] for name in SEVEN_AUGMENTATIONS}
    everything = [seconds for each in taken.values() for seconds in each]
    print_figures(
        [
            *(Figure(f"{name}: median", percentile(each, 50) * 1000, "ms") for name, each in taken.items()),
            Figure("All seven: median", percentile(everything, 50) * 1000, "ms", 300, at_least=False),
            Figure("All seven: 95 of 100 within", percentile(everything, 95) * 1000, "ms", 500, at_least=False),
        ]
    )


def _picture(page: Page, name: str):  # type: ignore[no-untyped-def] # a locator
    return page.locator(f".st-key-augment_card_seven_{name} .augment-pictures img").last


def _change(page: Page, name: str, turn: int) -> float:
    """Change the first control of a card to another value; seconds until another picture is decoded there."""
    before = _picture(page, name).get_attribute("src")
    card = page.locator(f".st-key-augment_card_seven_{name}")
    slider = card.locator("[role=slider], input[type=range]").first
    if name in _SLIDERS:
        slider.focus()
        begun = time.perf_counter()
        slider.press(_SLIDERS[name][turn % 2])
    else:
        field = card.locator("input").first
        value = int(field.input_value()) - 3
        field.fill(str(value))
        begun = time.perf_counter()
        field.press("Enter")
    page.wait_for_function(
        """([name, before]) => {
            const images = document.querySelectorAll(`.st-key-augment_card_seven_${name} .augment-pictures img`);
            const last = images[images.length - 1];
            return last && last.src !== before && last.complete && last.naturalWidth > 0;
        }""",
        arg=[name, before],
        polling=10,
        timeout=_PATIENCE_MS,
    )
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
