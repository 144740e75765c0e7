"""Values as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playground.data import DATASETS
from playground.networks import SpecError, presets
from playground.training import Run, StoreError, TrainConfig


def duration(seconds: float) -> str:
    """Return a time span: "0.4 s", "12 s", "3 min 20 s", "1 h 5 min"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{minutes} min {rest} s" if hours == 0 else f"{hours} h {minutes} min"


def size(count: int) -> str:
    """Return a number of bytes: "312 B", "4.2 KiB", "97.66 MiB", "1.5 GiB"."""
    value, units = float(count), iter(("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"))
    unit = next(units)
    while value >= 999.95:
        value, unit = value / 1024, next(units)
    return f"{count} B" if unit == "B" else f"{value:.4g} {unit}"


def by(numbers: Iterable[float]) -> str:
    """Return numbers for each side: "7 × 7", "2.5 × 3"."""
    return " × ".join(f"{number:g}" for number in numbers)


def plain(text: str) -> str:
    """Return a text, such as the name of a person's file, that Streamlit shows as it is and not as Markdown."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def network_label(config: TrainConfig) -> str:
    """Return the preset's label, or the class name of a network of one's own."""
    if isinstance(config.network, str):
        return presets.info(config.network).label
    return config.network.name


def run_title(run: Run) -> str:
    """Return what the run trains on what: "LeNet on MNIST"; its id when its settings cannot be read."""
    try:
        return config_title(run.config)
    except StoreError:
        return run.id


def config_title(config: TrainConfig) -> str:
    """Return what is trained on what: "LeNet on MNIST"."""
    return f"{network_label(config)} on {DATASETS[config.dataset].label}"


def read_shape(text: str) -> tuple[int, ...]:
    """The sizes that a person writes: "1, 28, 28" or "1 x 28 x 28"; raises SpecError if they are none."""
    parts = [part for part in re.split(r"[\s,x×()]+", text.strip()) if part]
    if not parts or not all(part.isascii() and part.isdigit() and len(part) <= 12 for part in parts):
        raise SpecError("Write the input shape of one sample as whole numbers, such as 1, 28, 28.")
    return tuple(map(int, parts))
