"""What all tests share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """Threads that wait for each other on a busy machine take many times as long as one; a run here may set others."""
    import torch  # not when pytest-xdist's own process reads this file, which runs no test

    torch.set_num_threads(1)
