"""The connection between a page and its server, on which answers can be held back for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocketRoute


class HeldLine:
    """The line of a page that is opened after this; what the page sends goes through at any time."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._is_held = False
        self._answers: list[str | bytes] = []
        page.route_web_socket("**/_stcore/stream", self._connect)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the answers back, and send them all at the end."""
        self._is_held = True
        yield
        self._is_held = False
        for answer in self._answers:
            self._socket.send(answer)
        self._answers.clear()

    def wait_for_an_answer(self) -> None:
        """Wait until one is held back."""
        while not self._answers:
            self._page.wait_for_timeout(50)

    def _connect(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda answer: self._answers.append(answer) if self._is_held else socket.send(answer))
