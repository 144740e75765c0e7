"""Functions that a helper of the tests is given: some take too much, some end their process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from playground.networks import SpecError
from playground.sandbox import Work


def process_id() -> int:
    return os.getpid()


def echo(value: object) -> object:
    return value


def spin() -> None:
    """In C, with the interpreter's lock held, as long as the process lives."""
    "x" in range(10**15)  # noqa: B015 # the time that it takes is what it is for


def sleep_for_ever() -> None:
    signal.pause()


def fill_memory() -> int:
    kept = []
    while True:
        kept.append(bytearray(2**20))


def end_with(number: int) -> None:
    os.kill(os.getpid(), number)


def refuse() -> None:
    raise SpecError("This is refused.", 3, 4)


def fail() -> None:
    raise ZeroDivisionError("as nobody foresaw")


def raise_what_cannot_be_sent() -> None:
    class LocalError(Exception):
        pass

    raise LocalError("made here")


def report_and_return(count: int, *, report: Callable[[str], None]) -> int:
    for number in range(count):
        report(f"step {number}")
    return count


def report_and_spin(*, report: Callable[[str], None]) -> None:
    report("spinning")
    spin()


class RunsWhenRead:
    """A pickle of it calls a function of the system when it is read."""

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("true",)


def answer_with_a_call() -> object:
    return RunsWhenRead()


def answer_with_a_work() -> Work:
    return Work("read", 1.0, 2)


def answer_of_bytes(count: int) -> bytes:
    return bytes(count)


def grow(count: int) -> int:
    _kept.append(bytearray(count))
    return os.getpid()


_kept: list[bytearray] = []


def once_there_is(file: str) -> str:
    """Takes too long until there is such a file."""
    if not os.path.exists(file):  # noqa: PTH110 # one line, in a helper
        spin()
    return "done"
