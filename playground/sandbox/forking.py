"""The fork server as this process sees it: it is given orders, one at a time, and answers each."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from playground.sandbox.orders import ANSWER, FORK, KILL, ORDER, STEP

_PROJECT = Path(__file__).resolve().parents[2]
# Helpers share the processor with the pages; these libraries would start a thread for each core.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_QUIET_SECONDS = 0.5


class ForkServer:
    """A process that imports what helpers need, and forks them. It ends with this process, however this one ends."""

    def __init__(
        self,
        steps: Sequence[str],
        after_first_step: Callable[[ForkServer], None],
        after_last_step: Callable[[ForkServer], None],
    ) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "playground.sandbox.fork_server", str(theirs.fileno()), *steps],
                cwd=_PROJECT,
                env={**os.environ, **_ONE_THREAD},
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                # Ctrl-C in the terminal is for the server, with which this process ends.
                start_new_session=True,
            )
        self._took_first_step = False
        self._first_step_is_over = threading.Event()
        threading.Thread(
            target=self._take_steps, args=(after_first_step, after_last_step), name="fork server", daemon=True
        ).start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs; one that has ended is waited for."""
        return self._process.poll() is None

    @property
    def state(self) -> Literal["starting", "ready", "failed", "ended"]:
        """Whether helpers can be had: not yet, now, never, or no more."""
        if not self._first_step_is_over.is_set():
            return "starting"
        if not self._took_first_step:
            return "failed"
        return "ready" if self.alive else "ended"

    def wait(self, seconds: float) -> None:
        """Wait while it is starting, at most so long."""
        self._first_step_is_over.wait(seconds)

    def fork(self, descriptor: int) -> int:
        """Fork a helper that talks over this descriptor; return its process id. Raises EOFError when it cannot."""
        return self._order(FORK, 0, [descriptor])

    def end(self, helper: int) -> int:
        """Kill a helper if it still runs; return its exit status, negative for a signal, 0 when this cannot be told."""
        try:
            return self._order(KILL, helper, [])
        except EOFError:
            return 0

    def close(self) -> None:
        """End the process and all its helpers."""
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _order(self, kind: bytes, value: int, descriptors: list[int]) -> int:
        with self._lock:
            try:
                socket.send_fds(self._socket, [ORDER.pack(kind, value)], descriptors)
                answer = self._socket.recv(ANSWER.size, socket.MSG_WAITALL)
            except OSError as error:
                raise EOFError from error
        if len(answer) < ANSWER.size:
            raise EOFError
        return int(ANSWER.unpack(answer)[0])

    def _take_steps(
        self, after_first_step: Callable[[ForkServer], None], after_last_step: Callable[[ForkServer], None]
    ) -> None:
        with contextlib.suppress(EOFError):
            try:
                left = self._order(STEP, 0, [])
                self._took_first_step = True
            finally:
                self._first_step_is_over.set()
            after_first_step(self)
            while left:
                # Who asks for a helper now does not wait for the end of a step.
                time.sleep(_QUIET_SECONDS)
                left = self._order(STEP, 0, [])
            after_last_step(self)
