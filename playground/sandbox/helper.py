"""A helper process: it does one piece of work after another, and the system ends it when one takes too much.

The server only ever waits for it. That the deadline and the memory limit hold needs neither the server, which may have
gone, nor Python here, which may be in the midst of a long operation.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import NoReturn

from playground.sandbox.frames import (
    CALL,
    EXCEPTION,
    LAST_RESULT,
    OUT_OF_MEMORY,
    REPORT,
    RESULT,
    receive_frame,
    send_frame,
)
from playground.sandbox.task import Task
from playground.sandbox.work import Work

# The pages come first.
_NICENESS = 5
_MOST_TASK_BYTES = 2**30
# One that has grown by more leaves the next piece of work too little of its memory limit.
_MOST_GROWTH = 96 * 2**20
_READABLE = ("builtins", "playground")


def serve(connection: socket.socket) -> NoReturn:
    """Work until the server has no more use for this helper; never returns into the fork server."""
    try:
        os.nice(_NICENESS)
        _serve(connection)
    except BaseException:  # whatever it is, the fork server's own code must not go on here
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(0)


def _serve(connection: socket.socket) -> None:
    at_first = _data_bytes()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            kind, content = receive_frame(connection, _MOST_TASK_BYTES)
            assert kind == CALL
            task: Task = pickle.loads(content)
            _limit(task.work, at_first)
            answer = _answer(task, connection)
            _lift_limits()
            grown = _data_bytes() - at_first > _MOST_GROWTH
            send_frame(connection, LAST_RESULT if grown and answer[0] == RESULT else answer[0], answer[1])
            if grown or answer[0] == OUT_OF_MEMORY:
                return


def _answer(task: Task, connection: socket.socket) -> tuple[bytes, bytes]:
    """The kind and the content of what the work gives."""
    keywords = {"report": lambda text: send_frame(connection, REPORT, text.encode())} if task.reports else {}
    try:
        return RESULT, pickle.dumps(task.function(*task.arguments, **keywords), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return OUT_OF_MEMORY, b""
    except Exception as error:
        return EXCEPTION, _packed(error)


def _packed(error: Exception) -> bytes:
    """The exception, as one that the server can read; its traceback is a note, since it is lost on the way."""
    error.add_note("".join(traceback.format_exception(error)))
    if type(error).__module__.split(".")[0] in _READABLE:
        with contextlib.suppress(Exception):  # what an exception carries may not be picklable
            return pickle.dumps(error, pickle.HIGHEST_PROTOCOL)
    readable = RuntimeError(f"{type(error).__name__}: {error}")
    readable.__notes__ = error.__notes__
    return pickle.dumps(readable, pickle.HIGHEST_PROTOCOL)


def _limit(work: Work, at_first: int) -> None:
    """Have the system end this process when it takes too much; nothing here handles these signals."""
    if at_first:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (at_first + work.memory, hard))
    signal.setitimer(signal.ITIMER_PROF, work.seconds)
    signal.setitimer(signal.ITIMER_REAL, work.waiting_seconds)


def _lift_limits() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _data_bytes() -> int:
    """What RLIMIT_DATA counts of this process; 0 where the system does not tell, which also has no such limit."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData"))
