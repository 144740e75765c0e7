"""The process from which helpers are forked: it imports what they need once, and does no work itself.

Run as `python -m playground.sandbox.fork_server FILE_DESCRIPTOR STEP [STEP ...]`. A step is a module to import, or
`module:function` to call as well. The server gives its orders over the socket of that descriptor; when it closes, this
process ends, and all helpers with it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
from collections.abc import Sequence

from playground.sandbox.helper import serve
from playground.sandbox.orders import ANSWER, FORK, ORDER, STEP


def main(arguments: Sequence[str]) -> None:
    """Do what is ordered until the server has gone, then kill the helpers."""
    descriptor, *steps = arguments
    server = socket.socket(fileno=int(descriptor))
    children: set[int] = set()
    while True:
        content, descriptors, _, _ = socket.recv_fds(server, ORDER.size, 1)
        if len(content) < ORDER.size:
            break
        order, value = ORDER.unpack(content)
        if order == STEP:
            _take(steps.pop(0))
            answer = len(steps)
        elif order == FORK:
            answer = _fork(server, descriptors[0], children)
        else:
            answer = _kill(value, children)
        server.sendall(ANSWER.pack(answer))
    for child in children:
        os.kill(child, signal.SIGKILL)


def _take(step: str) -> None:
    module, _, function = step.partition(":")
    imported = importlib.import_module(module)
    if function:
        getattr(imported, function)()
    gc.collect()
    # What is never collected is never written to, so that helpers share it.
    gc.freeze()


def _fork(server: socket.socket, descriptor: int, children: set[int]) -> int:
    """Fork a helper that talks over this descriptor; return its process id."""
    child = os.fork()
    if child == 0:
        server.close()
        serve(socket.socket(fileno=descriptor))
    os.close(descriptor)
    children.add(child)
    return child


def _kill(child: int, children: set[int]) -> int:
    """Kill a helper if it still runs; return its exit status, negative for a signal."""
    if child not in children:
        return 0
    children.remove(child)
    # Not waited for yet, the id is still this child's.
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main(sys.argv[1:])
