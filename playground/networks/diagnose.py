"""What is wrong with a layer that fails, in plain words, and what would mend it: computed from its numbers.

Each rule looks at the layer that failed and the shape that it was given. It says nothing, or gives the
cause and candidate fixes; `explain` then tries the candidates. The first rule that speaks is believed.
"""

from __future__ import annotations

from playground.networks import (
    argument_rules,
    arrangement_rules,
    container_rules,
    cut_rules,
    merge_rules,
    operation_rules,
    resize_rules,
    shape_rules,
    tuple_rules,
    window_rules,
)
from playground.networks.diagnosis import Diagnosis, this_layer
from playground.networks.propagate import Fault
from playground.networks.spec import NetworkSpec

_RULES = (
    container_rules.beyond_limits,
    container_rules.no_forward,
    operation_rules.missing_argument,
    operation_rules.other_number_of_inputs,
    merge_rules.shapes_that_do_not_match,
    operation_rules.other_number_of_elements,
    operation_rules.matrices_that_do_not_match,
    operation_rules.no_such_part,
    cut_rules.no_such_index,
    cut_rules.parts_that_do_not_add_up,
    cut_rules.backwards,
    operation_rules.no_such_dimension,
    cut_rules.padding_that_does_not_fit,
    cut_rules.cannot_be_repeated,
    cut_rules.shifts_without_dimensions,
    cut_rules.sizes_of_another,
    operation_rules.no_bound,
    resize_rules.images_expected,
    resize_rules.no_size,
    resize_rules.mode_of_other_dimensions,
    resize_rules.channels_of_the_shuffle,
    resize_rules.window_larger_than_image,
    operation_rules.equation_does_not_fit,
    operation_rules.operation_does_not_fit,
    container_rules.forward_does_not_fit,
    tuple_rules.places_of_maxima,
    tuple_rules.states_in_a_sequential,
    tuple_rules.several_tensors,
    shape_rules.nothing_left,
    shape_rules.impossible_input_shape,
    argument_rules.reserved_name,
    argument_rules.invalid_argument,
    argument_rules.conflicting_arguments,
    tuple_rules.attention_in_a_sequential,
    shape_rules.batch_flattened,
    shape_rules.other_dimensions,
    shape_rules.rows_expected,
    shape_rules.sequences_expected,
    shape_rules.whole_numbers_expected,
    arrangement_rules.too_few_dimensions,
    shape_rules.linear_features,
    shape_rules.other_features,
    shape_rules.other_keys,
    shape_rules.other_channels,
    shape_rules.other_last_dimensions,
    shape_rules.other_slopes,
    shape_rules.single_value_a_channel,
    window_rules.kernel_larger_than_input,
    window_rules.pool_padding_too_wide,
    window_rules.output_padding_too_wide,
    window_rules.nothing_left_by_padding,
    window_rules.too_small_for_padding,
    arrangement_rules.channels_of_pixels,
    arrangement_rules.pixels_of_channels,
    arrangement_rules.channels_of_groups,
    arrangement_rules.dimension_to_split,
    arrangement_rules.resized_sizes,
    arrangement_rules.more_cut_than_there_is,
    shape_rules.missing_dimension,
)


def diagnose(spec: NetworkSpec, fault: Fault) -> Diagnosis:
    """The cause of a fault in plain words, with candidate fixes; raises nothing."""
    for rule in _RULES:
        diagnosis = rule(spec, fault)
        if diagnosis is not None:
            return diagnosis
    return Diagnosis(f"{this_layer(fault)} cannot work on an input of shape {fault.inputs[0]}.")
