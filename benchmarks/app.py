"""A real server and a real browser for the benchmarks of the pages."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PROJECT = Path(__file__).resolve().parents[1]
_CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@contextmanager
def server(runs: Path, script: Path = PROJECT / "app.py") -> Iterator[str]:
    """Start `streamlit run` on a free port with its runs in a folder; yield its address; end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)],
        cwd=PROJECT,
        env={**os.environ, "PLAYGROUND_RUNS": str(runs)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a headless Chromium and yield it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=_CHROMIUM_ARGUMENTS
        )
        yield chromium
        chromium.close()


def new_page(chromium: Browser) -> Page:
    """Return an empty page with caches of its own."""
    return chromium.new_context(viewport={"width": 1440, "height": 1000}).new_page()


def wait_for_warm_worker(page: Page, url: str) -> None:
    """Open the home page and wait until it says that a run would start at once."""
    page.goto(url)
    page.get_by_text("A worker is ready").wait_for(timeout=60_000)


def _wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
