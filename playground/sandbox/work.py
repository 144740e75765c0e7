"""What kind of work a helper does, and how much it may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """A kind of work by its verb ("read"), and what it may take: seconds of processor time, and bytes of memory.

    The memory is what the work takes beside what the helper had when it was forked. `advice` says what a person can
    do about work that took too much.
    """

    verb: str
    seconds: float
    memory: int
    advice: str = "make it smaller and try again."

    @property
    def waiting_seconds(self) -> float:
        """How long it may take by the clock, on a machine that has other things to do."""
        return 5 * self.seconds
