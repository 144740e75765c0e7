"""A real `streamlit run` and a real Chromium for the tests in this folder."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn
from urllib.parse import urlsplit

import psutil
import pytest

from playground.training import RunStore
from tests.browser.train_page import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, ViewportSize

ROOT = Path(__file__).parents[2]
MARK = "PLAYGROUND_TESTS_BROWSER"
# On a deep link, Streamlit's browser side looks for its server below the page's own path first.
ASKED_IN_THE_WRONG_PLACE = re.compile(r"http://127\.0\.0\.1:\d+/\w+/_stcore/(health|host-config)")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # One process draws all pages, and none is started for a page that may come.
    "--disable-features=SpareRendererForSitePerProcess",
    "--disable-site-isolation-trials",
    "--renderer-process-limit=1",
]
USUAL_VIEWPORT: ViewportSize = {"width": 1280, "height": 720}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Server:
    """A `streamlit run` of its own, in its own process group."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """End the server; doing it twice does no harm."""
        if self.process.poll() is not None:
            return
        os.killpg(self.process.pid, with_signal)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start servers with `server(script, env={}, cwd=..., port=...)`; they end with the test file."""
    with _servers(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="session")
def shared_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the playground for all test files that start no run and leave nothing behind."""
    folder = tmp_path_factory.mktemp("shared")
    with _servers(tmp_path_factory) as start:
        yield start("app.py", env={"PLAYGROUND_RUNS": str(folder / "runs")}).url


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunStore]:
    """The runs of the test file; a run that is still there at the end is killed with its process group."""
    store = RunStore(tmp_path_factory.mktemp("runs"))
    yield store
    for run in store.runs():
        store.delete(run)


@pytest.fixture(scope="module")
def app(server: Callable[..., Server], store: RunStore) -> Callable[..., Server]:
    """Start servers of the playground itself on the store, with `app(env={}, port=...)`."""

    def start(script: str | Path = "app.py", *, env: Mapping[str, str] | None = None, **options: Any) -> Server:
        folders = {"PLAYGROUND_RUNS": str(store.folder), "PLAYGROUND_DOWNLOADS": str(store.folder / "downloads")}
        return server(script, env={**folders, **(env or {})}, **options)

    return start


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The browser's own folder: with what it compiled before, a page takes half the work."""
    return tmp_path_factory.mktemp("profile")


@pytest.fixture(scope="module")
def browser(profile: Path) -> Iterator[BrowserContext]:
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        _skip_or_fail("Chromium is missing. On Debian: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        _skip_or_fail("Playwright is missing. Run: pip install playwright; apt-get install chromium")
    # One per file, not per session: while it is open, nothing else in this process can run an event loop.
    with sync_playwright() as playwright:
        running = playwright.chromium.launch_persistent_context(
            profile, executable_path=executable, args=CHROMIUM_ARGUMENTS, color_scheme="light"
        )
        running.set_default_timeout(PATIENCE_MS)
        yield running
        running.close()


@pytest.fixture
def console_errors() -> list[str]:
    """What the pages of this test wrote to the console as errors, and uncaught exceptions."""
    return []


@pytest.fixture
def foreign_requests() -> list[str]:
    """The addresses outside this machine that the pages of this test asked for."""
    return []


@pytest.fixture
def clean_console(console_errors: list[str], foreign_requests: list[str]) -> Iterator[None]:
    """At the end of the test no page has written an error, or asked for anything outside this machine."""
    yield
    assert console_errors == []
    assert foreign_requests == []


@pytest.fixture
def new_page(
    browser: BrowserContext, console_errors: list[str], foreign_requests: list[str]
) -> Iterator[Callable[..., Page]]:
    """Open pages with `new_page(color_scheme="dark", viewport=...)`: each is a tab of its own."""

    def note(message: ConsoleMessage) -> None:
        address = message.location.get("url", "")
        if message.type == "error" and not ASKED_IN_THE_WRONG_PLACE.fullmatch(address):
            console_errors.append(f"{message.text} ({address})")

    def note_foreign(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            foreign_requests.append(request.url)

    def open_page(color_scheme: Literal["light", "dark"] = "light", viewport: ViewportSize = USUAL_VIEWPORT) -> Page:
        page = browser.new_page()
        pages.callback(page.close)
        page.emulate_media(color_scheme=color_scheme)
        page.set_viewport_size(viewport)
        page.on("request", note_foreign)
        page.on("console", note)
        page.on("pageerror", lambda error: console_errors.append(str(error)))
        return page

    with ExitStack() as pages:
        yield open_page


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@contextlib.contextmanager
def _servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start servers as the fixture `server` does; at the end all that they started is gone, workers included."""
    mark = secrets.token_hex(8)

    def start(script: str | Path, *, env: Mapping[str, str] | None = None, cwd: Path = ROOT, port: int = 0) -> Server:
        log = tmp_path_factory.mktemp("server") / "log.txt"
        started = _start_server(ROOT / script, {MARK: mark, **(env or {})}, cwd, port or _free_port(), log)
        servers.callback(started.stop)
        _wait_until_healthy(started)
        return started

    with ExitStack() as servers:
        yield start
    _, left = psutil.wait_procs(_marked_processes(mark), timeout=30)
    for process in left:
        process.kill()
    assert not left


def _start_server(script: Path, env: dict[str, str], cwd: Path, port: int, log: Path) -> Server:
    search_path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    command += ["--server.headless=true", "--server.address=127.0.0.1"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": search_path, **env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Server(f"http://127.0.0.1:{port}", process, log)


def _wait_until_healthy(server: Server, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"The server did not start. Its log:\n{server.log.read_text()}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _marked_processes(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARK) == mark:
                found.append(process)
    return found


def _skip_or_fail(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
