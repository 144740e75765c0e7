"""The layers of `torch.nn` that networks are made of: the catalogue, their parameters, and checks."""

from playground.networks.layer_catalogue import GROUPS, LAYER_TYPES, layer_type, torch_class
from playground.networks.layer_types import LayerType
from playground.networks.parameter_explanations import explain_parameter
from playground.networks.parameters import Parameter, check_arguments, in_range, parameters

__all__ = [
    "GROUPS",
    "LAYER_TYPES",
    "LayerType",
    "Parameter",
    "check_arguments",
    "explain_parameter",
    "in_range",
    "layer_type",
    "parameters",
    "torch_class",
]
