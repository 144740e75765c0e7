from __future__ import annotations

import os

import pytest
import torch

from playground.training import ConfigError, available_devices, default_threads, resolve_device
from playground.training.devices import DEVICE_NAME


def test_every_device_of_this_machine_can_be_used_and_has_a_name() -> None:
    devices = available_devices()
    assert devices[-1].name == "cpu"
    for device in devices:
        assert torch.ones(2, device=device.name).sum().item() == 2
        assert resolve_device(device.name) == device
        assert DEVICE_NAME.fullmatch(device.name)
        assert device.label
        assert device.label != device.name


def test_auto_takes_the_fastest_kind_there_is() -> None:
    if torch.cuda.is_available():
        expected = "cuda:0"
    elif torch.backends.mps.is_available():
        expected = "mps"
    else:
        expected = "cpu"
    assert resolve_device("auto").name == expected


def test_a_device_that_is_not_here_is_answered_with_those_that_are() -> None:
    missing = f"cuda:{torch.cuda.device_count()}"
    with pytest.raises(ConfigError, match=f"no device {missing}") as caught:
        resolve_device(missing)
    assert caught.value.field == "device"
    assert all(f"{device.name} ({device.label})" in str(caught.value) for device in available_devices())


def test_a_run_leaves_a_core_to_the_page() -> None:
    assert default_threads() == max(1, len(os.sched_getaffinity(0)) - 1)


def test_the_cores_are_those_that_this_process_may_use() -> None:
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        assert default_threads() == 1
        assert resolve_device("cpu").label.endswith(", 1 core")
    finally:
        os.sched_setaffinity(0, cores)
