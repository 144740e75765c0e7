"""What a process does once so that networks are read and traced without waiting."""

from __future__ import annotations


def preload() -> None:
    """Import torch and what reads and traces, and trace a network, whose first time costs more than the others."""
    from playground.networks import presets
    from playground.networks.reading import read_code

    lenet = presets.load("lenet")
    read_code(lenet.to_code()).trace((1, 1, 28, 28))
