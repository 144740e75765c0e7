"""Networks described as data: build them, trace their shapes, explain their faults, print their code."""

from playground.networks import presets
from playground.networks.errors import SpecError
from playground.networks.spec import Layer, NetworkSpec

__all__ = ["Layer", "NetworkSpec", "SpecError", "presets"]
