"""Messages between the server and a helper: a kind, a length, and that many bytes."""

from __future__ import annotations

import socket
import struct

CALL = b"C"
REPORT = b"R"
RESULT = b"A"
EXCEPTION = b"E"
OUT_OF_MEMORY = b"M"
LAST_RESULT = b"L"
"""A result after which the helper ends, since it has grown."""

_HEADER = struct.Struct("!cQ")


class FrameTooLargeError(Exception):
    """A message is longer than its receiver takes."""


def send_frame(connection: socket.socket, kind: bytes, content: bytes) -> None:
    """Send one message. Raises OSError when nobody listens any more."""
    connection.sendall(_HEADER.pack(kind, len(content)))
    connection.sendall(content)


def receive_frame(connection: socket.socket, most_bytes: int) -> tuple[bytes, bytes]:
    """Receive one message as its kind and content.

    Raises EOFError when the other side has gone, FrameTooLargeError before a longer message is taken in.
    """
    kind, length = _HEADER.unpack(_receive(connection, _HEADER.size))
    if length > most_bytes:
        raise FrameTooLargeError
    return kind, _receive(connection, length)


def _receive(connection: socket.socket, length: int) -> bytes:
    content = bytearray(length)
    view = memoryview(content)
    while view:
        try:
            count = connection.recv_into(view)
        except ConnectionResetError as error:
            raise EOFError from error
        if not count:
            raise EOFError
        view = view[count:]
    return bytes(content)
