"""Faults that a layer has by itself: its name and its arguments, before torch sees them."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from playground.networks.build import check_name
from playground.networks.diagnosis import ON_IMAGES, WIDTH_ARGUMENTS, Diagnosis, fixes, set_argument, this_layer
from playground.networks.errors import SpecError
from playground.networks.fixes import Fix, Rename
from playground.networks.layers import check_arguments, in_range, parameters
from playground.networks.propagate import Fault
from playground.networks.spec import NetworkSpec


def reserved_name(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """A name that every module has already, such as "forward"."""
    name = fault.layer.name
    try:
        check_name(nn.Sequential() if "." in fault.path else nn.Module(), name, fault.path)
    except SpecError as error:
        new_name = f"{name}_layer"
        return Diagnosis(error.message, fixes((f"rename it to {new_name}", Rename(fault.path, new_name))))
    return None


def invalid_argument(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Arguments that are missing, of the wrong type or out of range, before torch sees them."""
    layer = fault.layer
    try:
        check_arguments(layer.type, layer.arguments)
    except SpecError as error:
        return Diagnosis(error.message, tuple(_argument_fixes(fault)))
    return None


def _argument_fixes(fault: Fault) -> Iterator[Fix]:
    try:
        defaults = {parameter.name: parameter.default for parameter in parameters(fault.layer.type)}
    except SpecError:
        return
    for name, value in fault.layer.arguments.items():
        nearest = in_range(name, value)
        if nearest != value:
            default = defaults.get(name)
            yield set_argument(fault, name, default if isinstance(default, (int, float)) else nearest)
    width = WIDTH_ARGUMENTS.get(fault.layer.type)
    if width and width not in fault.layer.arguments:
        yield set_argument(fault, width, _width(fault))


def no_pair(_: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Torch's 2-D layers declare tuples of any length and take only pairs."""
    if fault.layer.type not in ON_IMAGES:
        return None
    for name, value in fault.layer.arguments.items():
        if isinstance(value, tuple) and len(value) != 2:
            pair = (*value, *value)[:2]
            return Diagnosis(
                f"{this_layer(fault)} takes one number as {name}, or one for the height and one for the width; "
                f"it has {len(value)}.",
                (set_argument(fault, name, pair),) if pair else (),
            )
    return None


def _width(fault: Fault) -> int:
    shape = fault.inputs[0]
    return shape[-1] if fault.layer.type == "Linear" else shape[1 if len(shape) > 1 else 0]
