"""Random numbers that go on afterwards as if nothing had been drawn."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy
import torch


@contextmanager
def randomness_kept() -> Iterator[None]:
    """Take back what a pass draws from the random numbers of torch on the CPU, of Python and of NumPy."""
    of_python, of_numpy = random.getstate(), numpy.random.get_state()
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        random.setstate(of_python)
        numpy.random.set_state(of_numpy)
