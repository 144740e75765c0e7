"""Hostile sources through a real server: it answers all along, keeps its memory, and others work meanwhile."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.browser.conftest import Server
from tests.browser.hostile_choice import CHOSEN
from tests.browser.train_page import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.usefixtures("clean_console")

MOST_BYTES = 500 * 2**20


@pytest.fixture(scope="module")
def started(server: Callable[..., Server]) -> Server:
    return server("tests/browser/apps/hostile_sources.py")


def memory(server: Server) -> int:
    """The bytes of the server and its helpers; what several have in common counts once."""
    process = psutil.Process(server.process.pid)
    total = 0
    for each in (process, *process.children(recursive=True)):
        try:
            total += each.memory_full_info().pss
        except psutil.Error:
            continue
    return total


@contextmanager
def watched(server: Server) -> Iterator[list[int]]:
    """Ask for the server's health and its memory again and again; the memories, each after an answer."""
    memories: list[int] = []
    stopped = threading.Event()

    def watch() -> None:
        while not stopped.wait(0.2):
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=PATIENCE_MS / 1000):
                memories.append(memory(server))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memories
    finally:
        stopped.set()
        thread.join()


def read_once_more(page: Page, times: int) -> None:
    page.get_by_role("button", name="Read").click()
    page.get_by_text(f"Read {times} times").wait_for(timeout=PATIENCE_MS)


def test_over_200_hostile_sources_harm_neither_the_server_nor_another_person(
    new_page: Callable[..., Page], started: Server
) -> None:
    other, hostile = new_page(), new_page()
    other.goto(started.url)
    read_once_more(other, 1)
    at_rest = memory(started)
    with watched(started) as memories:
        hostile.goto(f"{started.url}?hostile=1")
        for times in range(2, 12):
            read_once_more(other, times)
        hostile.get_by_text(f"Done: {len(CHOSEN)}").wait_for(timeout=10 * PATIENCE_MS)
        read_once_more(other, 12)
    assert len(CHOSEN) > 200
    assert memories
    assert max(memories) - at_rest < MOST_BYTES
