"""One piece of work for a helper, how it is sent, and what comes back."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.sandbox.work import Work


@dataclass(frozen=True)
class Task:
    """A function of a module, the arguments for it, and what it may take.

    A function that `reports` takes a keyword `report`, which it calls with a few words on how far it is.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    work: Work
    reports: bool = False

    def packed(self) -> bytes:
        """The task as the bytes that a helper reads; the function goes by its name."""
        return pickle.dumps(self, pickle.HIGHEST_PROTOCOL)


@dataclass(frozen=True)
class Answer:
    """What a task gave, and how many bytes it and the task took on their ways."""

    value: Any
    size: int
