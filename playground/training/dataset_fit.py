"""Which data sets have the images that a network takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.data import DATASETS, is_available

if TYPE_CHECKING:
    from playground.networks import NetworkSpec


def fitting_datasets(spec: NetworkSpec, classes: int | None = None) -> list[str]:
    """The data sets whose images have the network's input shape, the most fitting first.

    Those with as many classes as the network tells apart, if that is known, come before the others, and then those
    that are on this machine.
    """
    names = [name for name, info in DATASETS.items() if info.image_shape == spec.input_shape]
    return sorted(names, key=lambda name: (len(DATASETS[name].classes) != classes, not is_available(name)))
