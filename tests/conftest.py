"""How many tests run at a time with `pytest -n auto`."""

import os

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests with a browser or a training process wait as much as they compute."""
    return (os.cpu_count() or 1) + 1
