"""What there is to say about one row of the layer table: the call that makes the layer, and its size as a formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.inspection.calculators.formulas import OutputFormula, output_formula
from playground.inspection.layer_table.constructor_text import (
    constructor,
    is_of_torch,
    module_arguments,
    required_arguments,
)

if TYPE_CHECKING:
    from torch import nn

    from playground.inspection.layer_table.summary import LayerRow
    from playground.networks import NetworkSpec


@dataclass(frozen=True)
class LayerDetails:
    """The constructor's call, and the formula of the output's shape where there is one."""

    constructor: str
    formula: OutputFormula | None


def layer_details(model_or_spec: nn.Module | NetworkSpec, row: LayerRow) -> LayerDetails | None:
    """The details of a row of this network's table; None for a function, which no constructor makes."""
    from playground.inspection.meta_copy import network_on_meta

    if row.kind == "function":
        return None
    module = network_on_meta(model_or_spec).get_submodule(row.path)
    return LayerDetails(constructor(module), _formula(module, row))


def _formula(module: nn.Module, row: LayerRow) -> OutputFormula | None:
    """That of a layer of torch.nn, if it gives the shape that the layer gave; another class may share the name."""
    arguments = module_arguments(module)
    is_known = is_of_torch(module) and arguments.keys() >= required_arguments(module)
    if row.kind != "layer" or not row.input_shape or not is_known:
        return None
    found = output_formula(row.type, arguments, row.input_shape)
    return found if found is not None and found.output_shape == row.output_shape else None
