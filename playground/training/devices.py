"""The devices a run can use, by name and as people know them."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playground.training.errors import ConfigError

if TYPE_CHECKING:
    import torch

DEVICE_NAME = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


@dataclass(frozen=True)
class Device:
    """A device by its torch name (``"cuda:0"``) and its product name (``"NVIDIA H200"``)."""

    name: str
    label: str


def available_devices() -> list[Device]:
    """Return the devices of this machine, the one that ``auto`` takes first. Imports torch."""
    import torch

    cuda = [Device(f"cuda:{index}", torch.cuda.get_device_name(index)) for index in range(torch.cuda.device_count())]
    mps = [Device("mps", "Apple GPU")] if torch.backends.mps.is_available() else []
    return [*cuda, *mps, Device("cpu", processor_name())]


def resolve_device(name: str) -> Device:
    """Return the device of that name; ``auto`` takes CUDA, then MPS, then the CPU. Imports torch unless ``cpu``.

    Raises ConfigError when this machine has no such device.
    """
    if name == "cpu":
        return Device("cpu", processor_name())
    devices = available_devices()
    if name == "auto":
        return devices[0]
    wanted = "cuda:0" if name == "cuda" else name
    for device in devices:
        if device.name == wanted:
            return device
    here = ", ".join(f"{device.name} ({device.label})" for device in devices)
    raise ConfigError(f"This machine has no device {name}; choose auto or one of: {here}.", "device")


def processor_name() -> str:
    """Return the processor's product name with the cores that this process may use."""
    cores = usable_cores()
    return f"{_processor_model()}, {cores} core{'s' if cores != 1 else ''}"


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_threads() -> int:
    """Return the CPU threads a run takes unless told otherwise: all but one core, which the page needs."""
    return max(1, usable_cores() - 1)


def synchronize(device: torch.device) -> None:
    """Wait until the device has done what it was given."""
    import torch

    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def _processor_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        if line.startswith("model name"):
            return re.sub(r"\((R|TM)\)|CPU|@.*", "", line.split(":", 1)[1]).strip()
    return platform.processor() or platform.machine() or "CPU"
