"""What a process does once so that networks are inspected without waiting."""

from __future__ import annotations


def preload() -> None:
    """Import what makes layer tables and budgets, and make those of a network, whose first time takes seconds."""
    from playground.inspection import summarize
    from playground.networks import presets

    lenet, batch = presets.load("lenet"), (1, 1, 28, 28)
    summarize(lenet, batch)
