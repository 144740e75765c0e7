"""A helper as this process sees it: it is given a task, waited for, and ended when it does not come to its end."""

from __future__ import annotations

import select
import signal
import socket
import time
from collections.abc import Callable

from playground.sandbox.errors import EndedError, SandboxError, TookTooLongError, TookTooMuchMemoryError
from playground.sandbox.forking import ForkServer
from playground.sandbox.frames import (
    CALL,
    EXCEPTION,
    LAST_RESULT,
    OUT_OF_MEMORY,
    REPORT,
    FrameTooLargeError,
    receive_frame,
    send_frame,
)
from playground.sandbox.plain_data import read_plain
from playground.sandbox.task import Answer, Task
from playground.sandbox.work import Work

POLL_SECONDS = 0.05
# A helper ends by itself at its deadline.
_GRACE_SECONDS = 2.0
_MOST_RESULT_BYTES = 64 * 2**20
_AT_ITS_DEADLINE = (-signal.SIGPROF, -signal.SIGALRM)


class LentHelper:
    """One helper process; `session` is whose work it did last, whose layers it therefore knows."""

    def __init__(self, fork_server: ForkServer) -> None:
        self.fork_server = fork_server
        self._connection, theirs = socket.socketpair()
        with theirs:
            self.pid = fork_server.fork(theirs.fileno())
        self.session = ""
        self.alive = True

    def do(self, task: Task, report: Callable[[str], None] | None, while_waiting: Callable[[], None] | None) -> Answer:
        """Return what the task gives, or raise what it raises; the helper has ended after any other exception.

        Raises SandboxError when the helper did not come to an end of it.
        """
        try:
            packed = task.packed()
            send_frame(self._connection, CALL, packed)
            kind, content = self._answer(task.work, report, while_waiting)
        except (EOFError, BrokenPipeError):
            raise self._reason(task.work) from None
        except BaseException:  # such as that of a page which is to be drawn anew: nobody waits for this helper now
            self.end()
            raise
        if kind in (LAST_RESULT, OUT_OF_MEMORY):
            self.end()
        if kind == OUT_OF_MEMORY:
            raise _too_much_memory(task.work)
        answer = read_plain(content)
        if kind == EXCEPTION:
            raise answer
        return Answer(answer, len(packed) + len(content))

    def end(self) -> int:
        """Kill the process if it still runs; return its exit status, negative for a signal."""
        self.alive = False
        self._connection.close()
        return self.fork_server.end(self.pid)

    def _answer(
        self, work: Work, report: Callable[[str], None] | None, while_waiting: Callable[[], None] | None
    ) -> tuple[bytes, bytes]:
        until = time.monotonic() + work.waiting_seconds + _GRACE_SECONDS
        readable = select.poll()
        readable.register(self._connection, select.POLLIN)
        while True:
            while not readable.poll(1000 * POLL_SECONDS):
                if while_waiting:
                    while_waiting()
                if time.monotonic() > until:
                    raise _too_long(work)
            try:
                kind, content = receive_frame(self._connection, _MOST_RESULT_BYTES)
            except FrameTooLargeError as error:
                raise TookTooMuchMemoryError(f"What this gives is too large to be shown; {work.advice}") from error
            if kind != REPORT:
                return kind, content
            if report:
                report(content.decode())

    def _reason(self, work: Work) -> SandboxError:
        status = self.end()
        if status in _AT_ITS_DEADLINE:
            return _too_long(work)
        how = f" ({signal.Signals(-status).name})" if status < 0 else ""
        return EndedError(f"The process that was to {work.verb} this ended by itself{how}; {work.advice}")


def _too_long(work: Work) -> TookTooLongError:
    return TookTooLongError(f"This took more than {work.seconds:g} s to {work.verb}, so it was stopped; {work.advice}")


def _too_much_memory(work: Work) -> TookTooMuchMemoryError:
    return TookTooMuchMemoryError(
        f"This took more than {work.memory / 2**20:.0f} MiB of memory to {work.verb}, so it was stopped; {work.advice}"
    )
