"""The connection between a page and its server, on which what one sends the other can be held back for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from streamlit.proto.BackMsg_pb2 import BackMsg

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocketRoute


class HeldLine:
    """The line of a page that is opened after this; what nobody holds back goes through at any time."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._is_held = False
        self._is_overtaken = False
        self._answers: list[str | bytes] = []
        self._requests: list[str | bytes] = []
        self._overtakers = 0
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

    @contextmanager
    def overtaken(self) -> Iterator[None]:
        """Hold back what the person asks for until a timer of the page has asked for its fragment after it."""
        self._is_overtaken, self._overtakers = True, 0
        yield
        while not self._overtakers:
            self._page.wait_for_timeout(50)
        self._is_overtaken = False
        for request in self._requests:
            self._server.send(request)
        self._requests.clear()

    def wait_for_an_answer(self) -> None:
        """Wait until one is held back."""
        while not self._answers:
            self._page.wait_for_timeout(50)

    def _connect(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        self._server = socket.connect_to_server()
        socket.on_message(self._ask)
        self._server.on_message(self._answer)

    def _ask(self, request: str | bytes) -> None:
        if self._is_overtaken and not _comes_from_a_timer(request):
            self._requests.append(request)
            return
        self._overtakers += bool(self._requests)
        self._server.send(request)

    def _answer(self, answer: str | bytes) -> None:
        if self._is_held:
            self._answers.append(answer)
        else:
            self._socket.send(answer)


def _comes_from_a_timer(request: str | bytes) -> bool:
    assert isinstance(request, bytes)
    return BackMsg.FromString(request).rerun_script.is_auto_rerun
