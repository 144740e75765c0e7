"""What hostile input does to the server: each source is pasted on Build in Chromium while another person works there.

python -m benchmarks.hostile [--every 8] [--every-large 1]

Prints how long the server's health took to answer meanwhile, how much memory the server and its helpers took above
what they have at rest, and how long an edit of the other person took, beside the same at rest.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page

from benchmarks.app import browser, new_page, server
from benchmarks.measuring import Figure, percentile, print_figures
from tests.hostile.sources import SOURCES, HostileSource

_PATIENCE_MS = 60_000
_POLL_SECONDS = 0.1
_MIB = 2**20


class Watch:
    """Asks the server for its health ten times a second, and notes its memory."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.answers: list[float] = []
        self.memory: list[int] = []

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(_POLL_SECONDS):
            begun = time.perf_counter()
            with urllib.request.urlopen(f"{self._url}/_stcore/health", timeout=60):
                self.answers.append(time.perf_counter() - begun)
            self.memory.append(memory_of_server())


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what hostile input does to the server.")
    parser.add_argument("--every", type=int, default=8, help="of those that end by themselves, take one of so many")
    parser.add_argument("--every-large", type=int, default=1, help="of those that only the sandbox may end, likewise")
    chosen = parser.parse_args()
    large = [each for each in SOURCES if each.needs_boundary]
    others = [each for each in SOURCES if not each.needs_boundary]
    sources = [*large[:: chosen.every_large], *others[:: chosen.every]]
    with tempfile.TemporaryDirectory() as runs, server(Path(runs)) as url, browser() as chromium:
        hostile, other = _build_page(chromium, url), _build_page(chromium, url)
        time.sleep(10)
        at_rest = [_edit(other) for _ in range(10)]
        idle = memory_of_server()
        with _watching(url) as watch:
            said = []
            edits = []
            for index, source in enumerate(sources):
                said.append(_paste(hostile, source))
                print(f"{index:>4} {source.name}: {said[-1]}", flush=True)
                edits.append(_edit(other))
    print_figures(_figures(watch, idle, at_rest, edits))
    print(f"{len(sources)} sources: {sum('was stopped' in each for each in said)} were stopped by the sandbox")


def _figures(watch: Watch, idle: int, at_rest: Sequence[float], edits: Sequence[float]) -> list[Figure]:
    return [
        Figure("health, slowest answer", max(watch.answers), "s", 1.0, at_least=False),
        Figure("health, median answer", statistics.median(watch.answers), "s"),
        Figure("memory above rest, at most", (max(watch.memory) - idle) / _MIB, "MiB", 500, at_least=False),
        Figure("an edit of another person, median", statistics.median(edits), "s"),
        Figure("an edit of another person, 95 of 100", percentile(edits, 95), "s"),
        Figure("the same at rest, median", statistics.median(at_rest), "s"),
    ]


@contextmanager
def _watching(url: str) -> Iterator[Watch]:
    watch = Watch(url)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()


def memory_of_server() -> int:
    """The bytes of the server and its helpers; what several have in common counts once."""
    server = next(each for each in psutil.Process(os.getpid()).children() if "streamlit" in " ".join(each.cmdline()))
    return sum(_own_bytes(each) for each in (server, *server.children(recursive=True)))


def _own_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


def _build_page(chromium: Browser, url: str) -> Page:
    page = new_page(chromium)
    page.goto(f"{url}/build")
    page.get_by_text("44,426 parameters").first.wait_for(timeout=_PATIENCE_MS)
    return page


def _paste(page: Page, source: HostileSource) -> str:
    """Paste a source, press the button, and return what the page says to it."""
    page.locator(".st-key-from_code button").click()
    field = page.locator(".st-key-code_text textarea")
    field.fill(source.source)
    said = page.locator("[role=dialog] [data-testid=stAlert]")
    closed = page.locator("body:not(:has([role=dialog]))")
    page.locator(".st-key-use_code button").click()
    said.or_(closed).first.wait_for(state="attached", timeout=_PATIENCE_MS)
    text = said.first.inner_text() if said.count() else "read"
    if page.locator("[role=dialog]").count():
        page.keyboard.press("Escape")
    page.locator("[role=dialog]").wait_for(state="detached", timeout=_PATIENCE_MS)
    return " ".join(text.split())[:120]


def _edit(page: Page) -> float:
    """The seconds from a click that adds a layer which does not fit to the fault on the page; undone afterwards."""
    begun = time.perf_counter()
    page.locator(".st-key-add_Conv2d button").first.click()
    page.locator(".st-key-fault").first.wait_for(timeout=_PATIENCE_MS)
    seconds = time.perf_counter() - begun
    page.locator(".st-key-undo button").first.click()
    page.locator(".st-key-fault").wait_for(state="detached", timeout=_PATIENCE_MS)
    return seconds


if __name__ == "__main__":
    main()
