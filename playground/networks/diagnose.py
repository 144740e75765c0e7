"""What is wrong with a layer that fails, in plain words, and what would mend it: computed from its numbers.

Each rule looks at the layer that failed and the shape that it was given. It says nothing, or gives the
cause and candidate fixes; `explain` then tries the candidates. The first rule that speaks is believed.
"""

from __future__ import annotations

from playground.networks import argument_rules, shape_rules, window_rules
from playground.networks.diagnosis import Diagnosis, this_layer
from playground.networks.propagate import Fault
from playground.networks.spec import NetworkSpec

_RULES = (
    shape_rules.several_tensors,
    shape_rules.impossible_input_shape,
    argument_rules.reserved_name,
    argument_rules.invalid_argument,
    argument_rules.no_pair,
    shape_rules.batch_flattened,
    shape_rules.images_expected,
    shape_rules.rows_expected,
    shape_rules.linear_features,
    shape_rules.other_channels,
    window_rules.uneven_groups,
    window_rules.padding_word,
    window_rules.kernel_larger_than_input,
    window_rules.pool_padding_too_wide,
    window_rules.image_too_small_for_padding,
    shape_rules.missing_dimension,
)


def diagnose(spec: NetworkSpec, fault: Fault) -> Diagnosis:
    """The cause of a fault in plain words, with candidate fixes; raises nothing."""
    for rule in _RULES:
        diagnosis = rule(spec, fault)
        if diagnosis is not None:
            return diagnosis
    return Diagnosis(f"{this_layer(fault)} cannot work on an input of shape {fault.inputs[0]}.")
