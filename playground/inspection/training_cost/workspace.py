"""What an operation takes for the time that it runs, besides its arguments and its result."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Workspace:
    """The bytes of it: at least so many on every processor, at most so many on this one; None if that is not known."""

    least: int
    most: int | None


def exactly(size: int) -> Workspace:
    """A workspace that has this size everywhere."""
    return Workspace(size, size)
