"""A few helper processes, lent to one piece of work at a time."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

from playground.sandbox.errors import EndedError
from playground.sandbox.forking import ForkServer
from playground.sandbox.lent_helper import POLL_SECONDS, LentHelper
from playground.sandbox.task import Answer, Task
from playground.sandbox.work import Work

# Longer work has helpers of its own, so that it is never in the way of an edit.
_SHORT_SECONDS = 5.0


class Sandbox:
    """Runs functions in helper processes that the system ends when they take too much.

    Helpers are forked from one process that has taken the steps: modules to import, or "module:function" to call as
    well. The first step is what helpers need in any case; the others are taken when there is time. Threads may call
    at once: each piece of work has a helper for itself, and waits where all of them are busy.
    """

    def __init__(self, steps: Sequence[str]) -> None:
        self._steps = tuple(steps)
        self._fork_server: ForkServer | None = None
        self._changed = threading.Condition()
        cores = os.cpu_count() or 1
        self._short, self._long = _Lane(max(2, min(cores, 4))), _Lane(max(1, min(cores // 2, 4)))

    def is_ready(self) -> bool:
        """Whether work begins without waiting for imports; where nothing is imported yet, begin with that."""
        with self._changed:
            return self._started().state != "starting"

    def call(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        work: Work,
        session: str = "",
        report: Callable[[str], None] | None = None,
        while_waiting: Callable[[], None] | None = None,
    ) -> Answer:
        """Return what a function of a module gives for these arguments, or raise what it raises, in a helper.

        What it gives is plain data: numbers, texts, containers, arrays, dataclasses of this project. `report` is called
        with what the function reports, and `while_waiting` twenty times a second; an exception of either ends the work.
        A session is served by the helper that served it before, where that is free. Raises SandboxError, which is one
        sentence, when the work takes too much.
        """
        lane = self._short if work.seconds <= _SHORT_SECONDS else self._long
        helper = self._borrow(lane, session, while_waiting)
        try:
            return helper.do(Task(function, arguments, work, report is not None), report, while_waiting)
        finally:
            self._give_back(lane, helper)

    def close(self) -> None:
        """End all processes."""
        with self._changed:
            if self._fork_server:
                self._forget(self._fork_server)

    def _borrow(self, lane: _Lane, session: str, while_waiting: Callable[[], None] | None) -> LentHelper:
        while True:
            with self._changed:
                fork_server = self._started()
                helper = lane.take(session)
                can_fork = helper is None and fork_server.state == "ready" and lane.reserve()
            if can_fork:
                helper = self._forked(fork_server, lane)
            if helper:
                helper.session = session
                return helper
            self._wait(fork_server)
            if while_waiting:
                while_waiting()

    def _forked(self, fork_server: ForkServer, lane: _Lane) -> LentHelper | None:
        """A new helper, for which there is room; None where the fork server has ended."""
        try:
            return LentHelper(fork_server)
        except EOFError:
            with self._changed:
                lane.lent -= 1
            return None

    def _wait(self, fork_server: ForkServer) -> None:
        """Wait a little for a helper. Raises EndedError when there never will be one."""
        if fork_server.state == "ready":
            with self._changed:
                self._changed.wait(POLL_SECONDS)
            return
        fork_server.wait(POLL_SECONDS)
        if fork_server.state == "failed":
            with self._changed:
                self._forget(fork_server)
            raise EndedError("The process that helps the pages does not start; the server's log says why.")

    def _give_back(self, lane: _Lane, helper: LentHelper) -> None:
        """Let another have the helper, or a fresh one in its place."""
        if not helper.alive and helper.fork_server is self._fork_server:
            with contextlib.suppress(EOFError):
                helper = LentHelper(helper.fork_server)
        with self._changed:
            lane.give_back(helper, keep=helper.alive and helper.fork_server is self._fork_server)
            self._changed.notify()

    def _fill(self, fork_server: ForkServer, lane: _Lane) -> None:
        """Fork as many helpers as there is room for, so that nobody waits for one."""
        while True:
            with self._changed:
                if fork_server is not self._fork_server or not lane.reserve():
                    return
            helper = self._forked(fork_server, lane)
            if helper:
                self._give_back(lane, helper)

    def _started(self) -> ForkServer:
        """The fork server, or a new one where there is none any more."""
        if self._fork_server and self._fork_server.state == "ended":
            self._forget(self._fork_server)
        if self._fork_server is None:
            self._fork_server = ForkServer(
                self._steps,
                after_first_step=lambda fork_server: self._fill(fork_server, self._short),
                after_last_step=lambda fork_server: self._fill(fork_server, self._long),
            )
        return self._fork_server

    def _forget(self, fork_server: ForkServer) -> None:
        """Drop a fork server and its helpers; the next piece of work starts another."""
        if self._fork_server is fork_server:
            fork_server.close()
            self._fork_server = None
            self._short.forget_idle()
            self._long.forget_idle()


class _Lane:
    """The helpers for short work, or those for long work: those that are idle, and how many are lent."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._idle: list[LentHelper] = []
        self.lent = 0

    def take(self, session: str) -> LentHelper | None:
        """An idle helper, best the one that served the session before."""
        if not self._idle:
            return None
        helper = next((each for each in self._idle if each.session == session), self._idle[0])
        self._idle.remove(helper)
        self.lent += 1
        return helper

    def reserve(self) -> bool:
        """Take the place of a helper that is to be forked, if there is room for one more."""
        has_room = self.lent + len(self._idle) < self._most
        self.lent += has_room
        return has_room

    def give_back(self, helper: LentHelper, *, keep: bool) -> None:
        """Let another have the helper, if it is to be kept."""
        self.lent -= 1
        if keep:
            self._idle.append(helper)

    def forget_idle(self) -> None:
        for helper in self._idle:
            helper.end()
        self._idle.clear()
