"""What is done for people in the sandbox, and how much of it at a time."""

from __future__ import annotations

from playground.networks import NetworkSpec
from playground.sandbox import Work

_MIB = 2**20

READING = Work("read", 2.0, 128 * _MIB, "shorten it and try again.")
"""Reading code, JSON and links, and looking for slips."""

TRACING = Work("trace", 2.0, 128 * _MIB, "take layers out or make them smaller.")
"""Shapes, faults and fixes, and whether a network fits images."""

INSPECTING = Work("inspect", 60.0, 192 * _MIB, "take layers out or make them smaller.")
"""Layer tables, graphs, receptive fields, budgets."""

_PUBLISHED = Work("inspect", 120.0, 8192 * _MIB, "choose a smaller model.")
# Layers, what they give and the optimizer's states are made one after the other, some of it twice.
_TIMES_ITS_SIZE = 4


def inspecting(subject: NetworkSpec | str) -> Work:
    """What inspecting a network may take; a model of torchvision is no stranger's, and some are made on the CPU."""
    return _PUBLISHED if isinstance(subject, str) else INSPECTING


def running(needed_bytes: int) -> Work:
    """What running a network may take whose weights and activations are so large."""
    return Work("run", 60.0, INSPECTING.memory + _TIMES_ITS_SIZE * needed_bytes, "choose a smaller network.")
