"""Networks described as data: build them, trace their shapes, explain their faults, print their code."""

from playground.networks import presets
from playground.networks.errors import SpecError
from playground.networks.fit import FitError, check_fit
from playground.networks.fixes import Fix
from playground.networks.slips import Slip, TextEdit, apply_slips, find_slips
from playground.networks.spec import Layer, NetworkSpec
from playground.networks.trace import ShapeError, Trace, TraceRow

__all__ = [
    "FitError",
    "Fix",
    "Layer",
    "NetworkSpec",
    "ShapeError",
    "Slip",
    "SpecError",
    "TextEdit",
    "Trace",
    "TraceRow",
    "apply_slips",
    "check_fit",
    "find_slips",
    "presets",
]
